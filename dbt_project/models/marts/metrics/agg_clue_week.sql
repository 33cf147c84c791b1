-- What came and went in each week in which nights were run. A week without a night has no row:
-- nobody looked. The last week is unfinished until its Sunday.
-- Grain: week, county.
with nights as (
    select distinct
        as_of,
        adcode,
        {{ week_start('as_of') }} as week_from
    from {{ ref('fct_rule_run') }}
),

days as (
    select
        *,
        {{ week_start('as_of') }} as week_from,
        lag(state) over (
            partition by clue_id
            order by as_of asc nulls last
        ) as state_before
    from {{ ref('int_clue_day') }}
    where not is_parent
),

weeks as (
    select
        week_from,
        adcode,
        cast(count(*) as integer) as nights,
        max(as_of) as last_night
    from nights
    group by week_from, adcode
),

final as (
    select
        weeks.week_from,
        {{ add_days('weeks.week_from', '6') }} as week_to,
        {{ format_date('weeks.week_from', '%G-W%V') }} as iso_week,
        weeks.adcode,
        weeks.nights,
        cast(count(*) filter (where days.as_of = days.first_seen_on) as integer) as new_clues,
        cast(count(distinct days.clue_id) filter (
            where days.state = 'cleared' and days.state_before <> 'cleared'
        ) as integer) as cleared_clues,
        cast(count(*) filter (
            where days.as_of = weeks.last_night and days.is_live
        ) as integer) as live_clues
    from weeks
    left join days on weeks.week_from = days.week_from and weeks.adcode = days.adcode
    group by weeks.week_from, weeks.adcode, weeks.nights
)

select * from final
