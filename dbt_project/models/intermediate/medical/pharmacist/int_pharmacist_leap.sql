-- A pharmacist's certificate at two shops so far apart, and so soon, that nobody can have been at
-- both: each insured prescription sale and the sale before it under the certificate, as a fact
-- about either shop.
-- Grain: shop, source row of the later sale.
with sales as (
    select * from {{ ref('int_standing_sale') }}
    where
        is_prescription_drug
        and pharmacist_certificate is not null
        and sold_on >= {{ window_from('MED-16') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

-- one shop's certificate goes nowhere
shared as (
    select pharmacist_certificate
    from sales
    group by pharmacist_certificate
    having count(distinct fixmedins_code) > 1
),

preceded as (
    select
        sales.adcode,
        sales.fixmedins_code,
        sales.pharmacist_certificate as certificate_no,
        sales.sold_at,
        sales.sold_on,
        sales.row_id,
        lag(sales.adcode) over by_time as adcode_before,
        lag(sales.fixmedins_code) over by_time as fixmedins_code_before,
        lag(sales.sold_at) over by_time as sold_at_before,
        lag(sales.row_id) over by_time as row_id_before
    from sales
    inner join shared on sales.pharmacist_certificate = shared.pharmacist_certificate
    window by_time as (
        partition by sales.pharmacist_certificate
        order by sales.sold_at asc, sales.fixmedins_code asc, sales.row_id asc
    )
),

leaps as (
    select
        preceded.*,
        {{ metres_between(
            'here.longitude', 'here.latitude', 'there.longitude', 'there.latitude'
        ) }} as metres,
        coalesce(here.uscc = there.uscc or here.legrep_key = there.legrep_key, false)
            as is_same_owner
    from preceded
    inner join institutions as here on preceded.fixmedins_code = here.fixmedins_code
    inner join institutions as there on preceded.fixmedins_code_before = there.fixmedins_code
    where
        preceded.fixmedins_code <> preceded.fixmedins_code_before
        and {{ within_minutes(
            'preceded.sold_at_before', 'preceded.sold_at', param('MED-16', 'minutes')
        ) }}
),

final as (
    select
        adcode,
        fixmedins_code,
        certificate_no,
        row_id,
        fixmedins_code_before as other_code,
        row_id_before as other_row_id,
        metres,
        is_same_owner
    from leaps
    where metres > {{ param('MED-16', 'metres') }}
    union all
    select
        adcode_before as adcode,
        fixmedins_code_before as fixmedins_code,
        certificate_no,
        row_id_before as row_id,
        fixmedins_code as other_code,
        row_id as other_row_id,
        metres,
        is_same_owner
    from leaps
    where metres > {{ param('MED-16', 'metres') }}
)

select * from final
