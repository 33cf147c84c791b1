-- The specification of products of which a shop's books name but one, and not in every row: a feed
-- without it would else make a product of its own, of which nothing was ever bought, or sold.
-- Grain: shop, approval number.
with stock_rows as (
    select * from {{ ref('int_stock_row') }}
),

final as (
    select
        fixmedins_code,
        approval_no,
        min(spec_norm) as spec_norm
    from stock_rows
    group by fixmedins_code, approval_no
    having count(spec_norm) < count(*) and min(spec_norm) = max(spec_norm)
)

select * from final
