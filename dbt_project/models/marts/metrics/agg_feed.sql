-- How each agency's feeds stood on each night: how fresh they were, and what came of their rows.
-- A file that was refused makes no feed fresh. A feed is late when more working days have gone by
-- since its last delivery than its cadence allows; agencies do not deliver on holidays. What comes
-- on demand, and what handlers return, is never late.
-- Grain: night, county, supplier, feed.
with files as (
    select
        *,
        status in ('REJECTED', 'UNRECOGNISED') as is_refused
    from {{ all_nights('feed_delivery') }}
    where feed is not null
),

feeds as (
    select * from {{ ref('ref_feed') }}
),

terms as (
    select * from {{ shared_parameters('late_workdays_') }}
),

days as (
    select
        date_day,
        count(*) filter (where is_workday) over (order by date_day asc nulls last) as workdays
    from {{ ref('dim_date') }}
),

counts as (
    select
        as_of,
        adcode,
        supplier,
        feed,
        max(delivered_on) filter (where not is_refused) as last_delivered_on,
        cast(count(*) as integer) as files,
        cast(count(*) filter (where is_refused) as integer) as files_refused,
        cast(sum(rows_in) as bigint) as rows_in,
        cast(sum(rows_accepted) as bigint) as rows_accepted,
        cast(sum(rows_quarantined) as bigint) as rows_quarantined,
        cast(sum(rows_duplicate) as bigint) as rows_duplicate,
        cast(sum(rows_sealed) as bigint) as rows_sealed
    from files
    group by as_of, adcode, supplier, feed
),

waits as (
    select
        counts.*,
        feeds.title_zh,
        cast(nights.workdays - deliveries.workdays as integer) as workdays_since,
        case when counts.supplier <> 'handlers' then terms.value end as workdays_allowed
    from counts
    inner join feeds on counts.feed = feeds.feed
    inner join days as nights on counts.as_of = nights.date_day
    left join days as deliveries on counts.last_delivered_on = deliveries.date_day
    left join terms on feeds.cadence = terms.name
),

final as (
    select
        as_of,
        adcode,
        supplier,
        feed,
        title_zh,
        last_delivered_on,
        workdays_since,
        workdays_allowed,
        coalesce(workdays_since > workdays_allowed, workdays_allowed is not null) as is_late,
        files,
        files_refused,
        rows_in,
        rows_accepted,
        rows_quarantined,
        rows_duplicate,
        rows_sealed
    from waits
)

select * from final
