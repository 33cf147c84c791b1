-- How each rule ran this night in each county, and what became of its subjects. A booster counts
-- as clues where it holds, though it makes none.
-- Grain: rule, county.
with gates as (
    select * from {{ ref('int_gate') }}
),

versions as (
    select * from {{ ref('int_rule_version') }}
),

verdicts as (
    select
        rule_id,
        adcode,
        count(*) filter (where verdict = 'out_of_scope') as out_of_scope,
        count(*) filter (where verdict = 'inconclusive') as inconclusive,
        count(*) filter (where verdict = 'clear') as clear,
        count(*) filter (where verdict = 'excluded') as excluded,
        count(*) filter (where verdict = 'clue') as clues
    from {{ ref('int_verdict') }}
    group by rule_id, adcode
),

final as (
    select
        {{ as_of() }} as as_of,
        gates.rule_id,
        versions.rule_version,
        gates.adcode,
        gates.outcome,
        gates.reason,
        cast(coalesce(verdicts.out_of_scope, 0) as integer) as out_of_scope,
        cast(coalesce(verdicts.inconclusive, 0) as integer) as inconclusive,
        cast(coalesce(verdicts.clear, 0) as integer) as clear,
        cast(coalesce(verdicts.excluded, 0) as integer) as excluded,
        cast(coalesce(verdicts.clues, 0) as integer) as clues
    from gates
    inner join versions on gates.rule_id = versions.rule_id
    left join verdicts on gates.rule_id = verdicts.rule_id and gates.adcode = verdicts.adcode
)

select * from final
