-- What the tills of shops sold and took back, each row with what became of its settlement.
-- Grain: county, receipt, line.
with sales as (
    select * from {{ ref('stg_drug_sale') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

items as (
    select * from {{ ref('int_item') }}
),

goods as (
    select * from {{ ref('ref_goods_class') }}
),

-- files without a column for trace codes do not say that nothing was scanned
files_without_codes as (
    select delivery_id from {{ source('lake', 'delivery') }}
    where contains(';' || lacking || ';', ';trace_code;')
),

-- a refund's receipt counts as long as the sale that it takes back does; where that is not known,
-- as a return of the goods all the same
effective as (
    select
        settlements.adcode,
        settlements.setl_id,
        settlements.person_key,
        settlements.net_status,
        coalesce(
            original.counts, settlements.counts or settlements.net_status = 'ORPHAN_NEGATIVE'
        ) as counts
    from settlements
    left join settlements as original
        on
            settlements.adcode = original.adcode
            and settlements.refund_of = original.setl_id
),

coded as (
    select
        *,
        {{ trace_code_norm('trace_code') }} as code,
        {{ matches_any(trace_code_norm('trace_code'), 'ref_trace_code_form', 'pattern') }}
            as is_well_formed
    from sales
),

final as (
    select
        sales.adcode,
        sales.sale_no,
        sales.line_no,
        sales.fixmedins_code,
        sales.setl_id,
        sales.setl_id is not null as is_insured,
        -- a settlement that has not been delivered is taken to stand
        sales.setl_id is not null and coalesce(effective.counts, true) as is_settled,
        coalesce(effective.person_key, persons.person_key) as person_key,
        sales.hilist_code,
        -- what the till rang up as something else than the billed drug bears no number but its own
        coalesce(
            sales.approval_no, case when coalesce(goods.is_medical, true) then items.approval_no end
        ) as approval_no,
        coalesce(sales.spec, items.spec) as spec,
        coalesce({{ spec_norm('sales.spec') }}, items.spec_norm) as spec_norm,
        sales.goods_name,
        sales.goods_class,
        goods.is_medical,
        sales.qty,
        sales.price,
        sales.sold_at,
        cast(sales.sold_at as date) as sold_on,
        case when sales.is_well_formed then sales.code end as trace_code,
        case when not sales.is_well_formed then sales.code end as malformed_code,
        case
            when files_without_codes.delivery_id is not null then 'not_delivered'
            when sales.code is null then 'missing'
            when sales.is_well_formed then 'well_formed'
            else 'malformed'
        end as trace_status,
        coalesce(sales.split_pack, false) as is_split_pack,
        sales.prescription_no,
        sales.pharmacist_certificate,
        coalesce(items.is_prescription, false) as is_prescription_drug,
        coalesce(items.item_class, '其他') as item_class,
        sales.delivered_on,
        sales.row_id,
        sales.row_hash
    from coded as sales
    left join effective
        on sales.adcode = effective.adcode and sales.setl_id = effective.setl_id
    left join persons on sales.adcode = persons.adcode and sales.psn_no = persons.psn_no
    left join items on sales.hilist_code = items.hilist_code
    left join goods on sales.goods_class = goods.goods_class
    left join files_without_codes on sales.delivery_id = files_without_codes.delivery_id
)

select * from final
