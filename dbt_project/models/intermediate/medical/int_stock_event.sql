-- What moved a shop's stock of a product. A row that names no specification takes the only one that
-- the shop's books know of its approval number; among several nobody can tell, and it stays
-- without. A view: only int_stock_balance and the evidence read it.
-- Grain: source row.
{{ config(materialized='view') }}

with stock_rows as (
    select * from {{ ref('int_stock_row') }}
),

specs as (
    select * from {{ ref('int_stock_spec') }}
),

final as (
    select
        stock_rows.adcode,
        stock_rows.fixmedins_code,
        stock_rows.approval_no,
        stock_rows.spec,
        coalesce(stock_rows.spec_norm, specs.spec_norm, '') as spec_norm,
        stock_rows.kind,
        stock_rows.event_on,
        stock_rows.qty,
        stock_rows.setl_id,
        stock_rows.hilist_code,
        stock_rows.delivered_on,
        stock_rows.feed,
        stock_rows.row_id,
        stock_rows.row_hash
    from stock_rows
    left join specs
        on
            stock_rows.fixmedins_code = specs.fixmedins_code
            and stock_rows.approval_no = specs.approval_no
)

select * from final
