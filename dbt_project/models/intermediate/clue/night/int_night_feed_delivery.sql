-- Every file delivered up to this night, and what became of it.
-- Grain: delivered file.
with final as (
    select
        {{ as_of() }} as as_of,
        delivery_id,
        feed,
        supplier,
        adcode,
        delivered_on,
        source_file,
        sha256,
        status,
        message,
        cast(rows_in as integer) as rows_in,
        cast(rows_accepted as integer) as rows_accepted,
        cast(rows_quarantined as integer) as rows_quarantined,
        cast(rows_duplicate as integer) as rows_duplicate,
        cast(rows_sealed as integer) as rows_sealed,
        period_start,
        period_end,
        channel,
        counted as is_adopted
    from {{ source('lake', 'delivery') }}
)

select * from final
