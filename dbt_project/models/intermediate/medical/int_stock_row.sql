-- What moved a shop's stock of a product, as the row names it: purchases, insured sales net of
-- returns, counts. Split packs are left out, since nobody can tell how many made one. A view: only
-- int_stock_spec and int_stock_event read it.
-- Grain: source row.
{{ config(materialized='view') }}

with sales as (
    select * from {{ ref('int_sale') }}
    where is_settled and not is_split_pack and approval_no is not null
),

purchases as (
    select * from {{ ref('stg_drug_purchase') }}
    where fixmedins_code is not null
),

counts as (
    select * from {{ ref('stg_drug_stock_count') }}
),

items as (
    select * from {{ ref('int_item') }}
),

final as (
    select
        adcode,
        fixmedins_code,
        approval_no,
        spec,
        spec_norm,
        'SOLD' as kind,
        sold_on as event_on,
        qty,
        setl_id,
        hilist_code,
        delivered_on,
        'drug_sale' as feed,
        row_id,
        row_hash
    from sales
    union all
    select
        purchases.adcode,
        purchases.fixmedins_code,
        coalesce(purchases.approval_no, items.approval_no) as approval_no,
        coalesce(purchases.spec, items.spec) as spec,
        coalesce({{ spec_norm('purchases.spec') }}, items.spec_norm) as spec_norm,
        'PURC' as kind,
        purchases.stocked_on_min as event_on,
        purchases.qty,
        null as setl_id,
        purchases.hilist_code,
        purchases.delivered_on,
        'drug_purchase' as feed,
        purchases.row_id,
        purchases.row_hash
    from purchases
    left join items on purchases.hilist_code = items.hilist_code
    where coalesce(purchases.approval_no, items.approval_no) is not null
    union all
    select
        counts.adcode,
        counts.fixmedins_code,
        coalesce(counts.approval_no, items.approval_no) as approval_no,
        coalesce(counts.spec, items.spec) as spec,
        coalesce({{ spec_norm('counts.spec') }}, items.spec_norm) as spec_norm,
        'COUNT' as kind,
        counts.counted_on_max as event_on,
        counts.qty,
        null as setl_id,
        counts.hilist_code,
        counts.delivered_on,
        'drug_stock_count' as feed,
        counts.row_id,
        counts.row_hash
    from counts
    left join items on counts.hilist_code = items.hilist_code
    where coalesce(counts.approval_no, items.approval_no) is not null
)

select * from final
