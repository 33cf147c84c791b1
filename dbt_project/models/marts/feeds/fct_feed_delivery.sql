-- Every delivered file, as the newest night that knew it saw it.
-- Grain: delivered file.
with observed as (
    select
        *,
        row_number() over (
            partition by delivery_id
            order by as_of desc nulls last
        ) as place
    from {{ all_nights('feed_delivery') }}
),

final as (
    select
        delivery_id,
        feed,
        supplier,
        adcode,
        delivered_on,
        source_file,
        sha256,
        status,
        message,
        rows_in,
        rows_accepted,
        rows_quarantined,
        rows_duplicate,
        rows_sealed,
        period_start,
        period_end,
        channel,
        is_adopted
    from observed
    where place = 1
)

select * from final
