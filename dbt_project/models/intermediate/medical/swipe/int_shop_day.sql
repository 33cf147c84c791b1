-- What pharmacies settled a day, and whether it was much, and much more than they mostly do, as on
-- a market day (MED-09): the crowds of one scheme at several pharmacies make none.
-- Grain: county, pharmacy, day of trade in the window.
with swipes as (
    select * from {{ ref('int_swipe') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

days as (
    select
        adcode,
        fixmedins_code,
        service_on,
        count(*) as settlements
    from swipes
    group by adcode, fixmedins_code, service_on
),

usual as (
    select
        adcode,
        fixmedins_code,
        {{ median_of('settlements') }} as settlements
    from days
    group by adcode, fixmedins_code
),

final as (
    select
        days.adcode,
        institutions.township,
        days.service_on,
        days.fixmedins_code,
        days.settlements >= greatest(
            {{ param('MED-09', 'market_settlements_min') }},
            {{ param('MED-09', 'market_factor') }} * usual.settlements
        ) as is_busy
    from days
    inner join usual
        on days.adcode = usual.adcode and days.fixmedins_code = usual.fixmedins_code
    left join institutions on days.fixmedins_code = institutions.fixmedins_code
)

select * from final
