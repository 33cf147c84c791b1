-- Where a trace code was seen: shipped to a shop, sold, taken back. Well-formed codes only, as a
-- scanner reads them.
-- Grain: source row.
with sales as (
    select * from {{ ref('int_sale') }}
    where trace_code is not null
),

returned as (
    select * from {{ ref('int_returned_sale') }}
),

shipments as (
    select * from {{ ref('stg_trace_shipment') }}
    where {{ matches_any(trace_code_norm('trace_code'), 'ref_trace_code_form', 'pattern') }}
),

final as (
    select
        sales.adcode,
        sales.trace_code,
        case when sales.qty < 0 then 'RETURNED' else 'SOLD' end as event,
        sales.sold_at as happened_at,
        sales.sold_on as happened_on,
        sales.fixmedins_code,
        sales.person_key,
        sales.setl_id,
        sales.is_insured,
        sales.is_settled and returned.row_id is null as stands,
        sales.sale_no,
        sales.qty,
        sales.is_split_pack,
        sales.hilist_code,
        sales.approval_no,
        null as to_licence_no,
        null as to_uscc,
        'drug_sale' as feed,
        sales.row_id,
        sales.row_hash
    from sales
    left join returned on sales.row_id = returned.row_id
    union all
    select
        adcode,
        {{ trace_code_norm('trace_code') }} as trace_code,
        'SHIPPED' as event,
        cast(shipped_on_min as timestamp) as happened_at,
        shipped_on_min as happened_on,
        null as fixmedins_code,
        null as person_key,
        null as setl_id,
        false as is_insured,
        false as stands,
        null as sale_no,
        null as qty,
        false as is_split_pack,
        null as hilist_code,
        approval_no,
        to_licence_no,
        to_uscc,
        'trace_shipment' as feed,
        row_id,
        row_hash
    from shipments
)

select * from final
