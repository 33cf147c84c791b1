-- Every published column with its label, meaning, unit and sensitivity.
-- Grain: table, column.
with final as (
    select
        table_name,
        column_name,
        label_zh,
        meaning,
        unit,
        sensitivity
    from {{ ref('published_column') }}
)

select * from final
