-- What the tills of shops sold to the insured and nobody took back: neither the settlement, nor the
-- fee line of the drug, nor the row of the till. A view: rules read it where int_sale would have
-- them count what was returned.
-- Grain: county, receipt, line.
{{ config(materialized='view') }}

with sales as (
    select * from {{ ref('int_sale') }}
    where is_settled and qty > 0
),

returned as (
    select * from {{ ref('int_returned_sale') }}
),

final as (
    select sales.*
    from sales
    left join returned on sales.row_id = returned.row_id
    where returned.row_id is null
)

select * from final
