-- Why rows were sent back, as the newest night that knew the file saw it.
-- Grain: delivered file, column, reason.
with observed as (
    select
        *,
        max(as_of) over (partition by delivery_id) as newest_night
    from {{ all_nights('quarantine') }}
),

final as (
    select
        delivery_id,
        feed,
        "column",
        reason,
        "rows",
        example_source_row
    from observed
    where as_of = newest_night
)

select * from final
