-- How many clues stand where: the numbers that head the picture page, and any dashboard.
-- A rule that was not evaluated keeps the states of the night before: fct_rule_run says which.
-- Grain: night, rule, county in which the rule ever had a clue.
with days as (
    select * from {{ ref('int_clue_day') }}
    where not is_parent
),

final as (
    select
        as_of,
        rule_id,
        adcode,
        cast(count(*) filter (where is_live) as integer) as live_clues,
        cast(count(*) filter (where state = 'new') as integer) as new_clues,
        cast(count(*) filter (where state = 'open') as integer) as open_clues,
        cast(count(*) filter (where state = 'reopened') as integer) as reopened_clues,
        cast(count(*) filter (where is_overdue) as integer) as overdue_clues,
        cast(count(*) filter (where state = 'suppressed') as integer) as suppressed_clues,
        cast(count(*) filter (where state = 'cleared') as integer) as cleared_clues
    from days
    group by as_of, rule_id, adcode
)

select * from final
