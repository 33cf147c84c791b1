-- The early warning of every night, by authority, with the clues that were open that night.
-- Grain: night, county, authority.
with watches as (
    select * from {{ all_nights('authority_watch') }}
),

days as (
    select
        as_of,
        clue_id,
        last_hit_on,
        first_seen_on
    from {{ ref('int_clue_day') }}
    where not is_parent and state in ('new', 'open', 'reopened')
),

observations as (
    select
        as_of,
        clue_id,
        adcode,
        supplier
    from {{ all_nights('clue') }}
),

open_clues as (
    select
        days.as_of,
        observations.adcode,
        observations.supplier as authority,
        cast(count(*) as integer) as open_clues,
        cast(max({{ days_between('days.first_seen_on', 'days.as_of') }}) as integer)
            as oldest_open_days
    from days
    inner join observations
        on days.clue_id = observations.clue_id and days.last_hit_on = observations.as_of
    group by days.as_of, observations.adcode, observations.supplier
),

final as (
    select
        watches.as_of,
        watches.adcode,
        watches.authority,
        watches.institutions,
        watches.institutions_screened,
        watches.staff,
        watches.staff_screened_this_year,
        watches.due_in_60_days,
        watches.due_in_30_days,
        watches.due_in_7_days,
        coalesce(open_clues.open_clues, 0) as open_clues,
        watches.documents_awaiting_reply,
        watches.documents_overdue,
        open_clues.oldest_open_days
    from watches
    left join open_clues
        on
            watches.as_of = open_clues.as_of
            and watches.adcode = open_clues.adcode
            and watches.authority = open_clues.authority
)

select * from final
