-- Signs that a designated institution settles for a tied shop that is not: products sold beyond its
-- own purchases, settlements while it is closed, the other's staff at its till.
-- Grain: designated institution, licence of the other shop, sign.
with pairs as (
    select * from {{ ref('int_outside_pair') }}
),

products as (
    select * from {{ ref('int_outside_product') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

settlements as (
    select
        *,
        {{ minute_of('service_at') }} as service_minute
    from {{ ref('int_settlement') }}
    where counts and service_on <= {{ as_of() }}
),

sales as (
    select * from {{ ref('int_sale') }}
    where is_settled and pharmacist_certificate is not null and sold_on <= {{ as_of() }}
),

pharmacists as (
    select * from {{ ref('stg_pharmacist_registration_history') }}
    where id_number_key is not null
),

insurances as (
    select * from {{ ref('stg_social_insurance') }}
    where id_number_key is not null
),

stock as (
    select
        fixmedins_code,
        licence_no,
        'stock' as sign,
        count(*) || '个品种销售多于购进而另一店购进同品' as sign_zh,
        min(sold_from) as conduct_from,
        max(sold_to) as conduct_to,
        {{ evidence_agg(
            evidence_row(
                "'另一店购进'", "'drug_purchase'", 'row_id', 'row_hash',
                "approval_no || '：本店医保销售' || cast(cast(sold as decimal(18, 1)) as varchar)
                || '，购进' || cast(cast(bought as decimal(18, 1)) as varchar)"
            ),
            'row_id'
        ) }} as evidence
    from products
    group by fixmedins_code, licence_no
    having count(*) >= {{ param('MED-02', 'products_min') }}
),

-- a day without a time of day says nothing of hours
timed as (
    select
        pairs.fixmedins_code,
        pairs.licence_no,
        settlements.setl_id,
        settlements.service_at,
        settlements.service_on,
        settlements.row_id,
        settlements.row_hash,
        {{ is_closed_at('settlements.service_minute', 'institutions') }} as is_closed
    from pairs
    inner join institutions on pairs.fixmedins_code = institutions.fixmedins_code
    inner join settlements
        on
            pairs.fixmedins_code = settlements.fixmedins_code
            and pairs.outside_from <= settlements.service_on
            and settlements.service_on < pairs.outside_to
    where
        institutions.opens_at <> institutions.closes_at
        and cast(settlements.service_at as time) <> cast('00:00:00' as time)
),

hours as (
    select
        fixmedins_code,
        licence_no,
        'hours' as sign,
        count(*) filter (where is_closed) || '笔结算在营业时间以外，共' || count(*) || '笔' as sign_zh,
        min(service_on) filter (where is_closed) as conduct_from,
        max(service_on) filter (where is_closed) as conduct_to,
        {{ evidence_agg(
            evidence_row(
                "'营业时间外结算'", "'medical_settlement'", 'row_id', 'row_hash',
                "'结算' || setl_id || '，' || cast(service_at as varchar)"
            ),
            'row_id'
        ) }} filter (where is_closed) as evidence
    from timed
    group by fixmedins_code, licence_no
    having
        count(*) filter (where is_closed)
        >= count(*) * {{ param('MED-02', 'closed_share', 'decimal(9, 6)') }}
),

released as (
    select
        pairs.fixmedins_code,
        pairs.licence_no,
        pairs.other_uscc,
        sales.pharmacist_certificate,
        min(sales.sold_on) as sold_from,
        max(sales.sold_on) as sold_to
    from pairs
    inner join sales
        on
            pairs.fixmedins_code = sales.fixmedins_code
            and pairs.outside_from <= sales.sold_on
            and sales.sold_on < pairs.outside_to
    group by
        pairs.fixmedins_code, pairs.licence_no, pairs.other_uscc, sales.pharmacist_certificate
),

insured_there as (
    select
        released.fixmedins_code,
        released.licence_no,
        insurances.row_id,
        min(released.sold_from) as sold_from,
        max(released.sold_to) as sold_to,
        max(insurances.row_hash) as row_hash,
        max(insurances.name) as name
    from released
    inner join pharmacists on released.pharmacist_certificate = pharmacists.certificate_no
    inner join insurances
        on
            pharmacists.id_number_key = insurances.id_number_key
            and released.other_uscc = insurances.uscc
            and insurances.insured_from_min <= released.sold_to
            and released.sold_from <= coalesce(insurances.insured_to_max, {{ last_day() }})
    group by released.fixmedins_code, released.licence_no, insurances.row_id
),

staff as (
    select
        fixmedins_code,
        licence_no,
        'staff' as sign,
        '在另一店参保的人员在本店审核售药' as sign_zh,
        min(sold_from) as conduct_from,
        max(sold_to) as conduct_to,
        {{ evidence_agg(
            evidence_row(
                "'人员参保'", "'social_insurance'", 'row_id', 'row_hash',
                mask_name('name') ~ " || '在另一店参保'"
            ),
            'row_id'
        ) }} as evidence
    from insured_there
    group by fixmedins_code, licence_no
),

final as (
    select * from stock
    union all
    select * from hours
    union all
    select * from staff
)

select * from final
