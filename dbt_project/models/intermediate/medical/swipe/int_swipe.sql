-- Settlements of pharmacies, and how many persons settled there in the few minutes up to each. The
-- time is that of the fee, so that what was uploaded late in one go is no crowd.
-- Grain: county, settlement of a pharmacy in the window of MED-09.
with settlements as (
    select * from {{ ref('int_settlement') }}
    where counts and service_on between {{ window_from('MED-09') }} and {{ as_of() }}
),

shops as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy
),

final as (
    select
        settlements.adcode,
        settlements.setl_id,
        settlements.fixmedins_code,
        settlements.person_key,
        settlements.service_at,
        settlements.service_on,
        settlements.opter_id,
        settlements.med_class,
        {{ distinct_within(
            'settlements.person_key',
            ['settlements.adcode', 'settlements.fixmedins_code', 'settlements.service_on'],
            'settlements.service_at',
            param('MED-09', 'minutes')
        ) }} as persons_within
    from settlements
    inner join shops
        on
            settlements.adcode = shops.adcode
            and settlements.fixmedins_code = shops.fixmedins_code
)

select * from final
