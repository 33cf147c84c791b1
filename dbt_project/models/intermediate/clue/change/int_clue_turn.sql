-- The clues that have something to explain on the newest night: they have come, or come back, or
-- go on otherwise than the last time they fired. Who reads a clue knows it as it was then; what
-- has changed the judgment came after the rule was last evaluated in the county.
-- Grain: clue.
with lives as (
    select
        *,
        lag(state) over by_night as state_before,
        lag(evidence_hash) over by_night as evidence_hash_before,
        lag(last_hit_on) over by_night as hit_before_on
    from {{ ref('int_clue_day') }}
    window by_night as (partition by clue_id order by as_of asc nulls last)
),

observations as (
    select * from {{ all_nights('clue') }}
),

runs as (
    select * from {{ all_nights('rule_run') }}
    where outcome = 'EVALUATED'
),

newest_night as (
    select max(as_of) as as_of from lives
),

tonight as (
    select
        as_of,
        clue_id,
        rule_id,
        adcode,
        is_parent,
        hit_before_on,
        state = 'new' or (state = 'reopened' and state_before = 'cleared') as has_come,
        coalesce(evidence_hash <> evidence_hash_before, true) as is_on_other_evidence,
        state = 'reopened' as is_reopened
    from lives
    where
        as_of = (select as_of from newest_night)
        and state in ('new', 'open', 'reopened')
),

last_runs as (
    select
        tonight.clue_id,
        max(runs.as_of) as run_before_on
    from tonight
    inner join runs
        on
            tonight.rule_id = runs.rule_id
            and tonight.adcode = runs.adcode
            and tonight.as_of > runs.as_of
    group by tonight.clue_id
),

-- of those whose state has only been carried on there is nothing observed tonight
final as (
    select
        tonight.*,
        last_runs.run_before_on,
        observations.conduct_from,
        observations.conduct_to,
        observations.rule_version <> runs.rule_version as is_rule_revised
    from tonight
    inner join observations
        on tonight.clue_id = observations.clue_id and tonight.as_of = observations.as_of
    left join last_runs on tonight.clue_id = last_runs.clue_id
    left join runs
        on
            last_runs.run_before_on = runs.as_of
            and tonight.rule_id = runs.rule_id
            and tonight.adcode = runs.adcode
    where tonight.has_come or tonight.is_on_other_evidence or tonight.is_reopened
)

select * from final
