-- Where a trace code was seen: shipped to a shop, sold, taken back. Well-formed codes only, as a
-- scanner reads them.
-- Grain: source row.
with sales as (
    select * from {{ ref('int_sale') }}
    where trace_code is not null
),

shipments as (
    select * from {{ ref('stg_trace_shipment') }}
    where {{ matches_any(trace_code_norm('trace_code'), 'ref_trace_code_form', 'pattern') }}
),

final as (
    select
        adcode,
        trace_code,
        case when qty < 0 then 'RETURNED' else 'SOLD' end as event,
        sold_at as happened_at,
        sold_on as happened_on,
        fixmedins_code,
        person_key,
        setl_id,
        is_insured,
        is_settled,
        sale_no,
        qty,
        is_split_pack,
        hilist_code,
        approval_no,
        null as to_licence_no,
        null as to_uscc,
        'drug_sale' as feed,
        row_id,
        row_hash
    from sales
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
        false as is_settled,
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
