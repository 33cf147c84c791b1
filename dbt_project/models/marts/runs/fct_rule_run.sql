-- How every rule ran on every night in every county. Clues are counted where they are kept: one
-- that was purged is gone from here too, and its subject reads as it would had the night run
-- without the sealed record, as clear. A booster makes no clue: where it held counts as one.
-- The population is the sum of its five parts.
-- Grain: night, rule, county.
with runs as (
    select * from {{ all_nights('rule_run') }}
),

boosters as (
    select * from {{ ref('rule_card') }}
    where push = 'booster'
),

clues as (
    select
        as_of,
        rule_id,
        adcode,
        cast(count(*) as integer) as clues
    from {{ all_nights('clue') }}
    where not is_parent
    group by as_of, rule_id, adcode
    union all
    select
        runs.as_of,
        runs.rule_id,
        runs.adcode,
        runs.clues
    from runs
    inner join boosters on runs.rule_id = boosters.rule_id
),

new_clues as (
    select
        first_seen_on,
        rule_id,
        adcode,
        cast(count(*) as integer) as new_clues
    from {{ ref('int_clue') }}
    where not is_parent
    group by first_seen_on, rule_id, adcode
),

final as (
    select
        runs.as_of,
        runs.rule_id,
        runs.rule_version,
        runs.adcode,
        runs.outcome,
        runs.reason,
        runs.out_of_scope + runs.inconclusive + runs.clear + runs.excluded
        + greatest(runs.clues, coalesce(clues.clues, 0)) as population,
        runs.out_of_scope,
        runs.inconclusive,
        runs.clear + greatest(runs.clues - coalesce(clues.clues, 0), 0) as clear,
        runs.excluded,
        coalesce(clues.clues, 0) as clues,
        coalesce(new_clues.new_clues, 0) as new_clues
    from runs
    left join clues
        on
            runs.as_of = clues.as_of
            and runs.rule_id = clues.rule_id
            and runs.adcode = clues.adcode
    left join new_clues
        on
            runs.as_of = new_clues.first_seen_on
            and runs.rule_id = new_clues.rule_id
            and runs.adcode = new_clues.adcode
)

select * from final
