-- Every verdict is one of the six; a guard is named where it excludes and nowhere else, and stands
-- on its rule's card; push is auto or review.
-- The meta tells Dagster whose check it is.
{{ config(meta={'dagster': {'ref': {'name': 'int_verdict_all'}}}) }}

with verdicts as (
    select * from {{ ref('int_verdict_all') }}
),

guards as (
    select * from {{ ref('rule_guard') }}
),

final as (
    select
        verdicts.rule_id,
        verdicts.verdict,
        verdicts.guard,
        verdicts.push,
        count(*) as subjects
    from verdicts
    left join guards
        on verdicts.rule_id = guards.rule_id and verdicts.guard = guards.guard
    where
        coalesce(verdicts.verdict, '') not in (
            'out_of_scope', 'inconclusive', 'unjudged', 'clear', 'excluded', 'clue'
        )
        or verdicts.subject_type is null
        or (verdicts.verdict = 'excluded') <> (guards.guard is not null)
        or coalesce(verdicts.push, 'auto') not in ('auto', 'review')
    group by verdicts.rule_id, verdicts.verdict, verdicts.guard, verdicts.push
)

select * from final
