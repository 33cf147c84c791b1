-- Why rows were sent back, by delivered file.
-- Grain: delivered file, column, reason.
with final as (
    select
        {{ as_of() }} as as_of,
        delivery_id,
        feed,
        "column",
        reason,
        cast("rows" as integer) as "rows",
        cast(example_source_row as integer) as example_source_row
    from {{ source('lake', 'quarantine_reason') }}
)

select * from final
