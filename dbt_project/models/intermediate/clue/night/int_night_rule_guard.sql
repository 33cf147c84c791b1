-- How many candidates each guard removed this night; none is said too.
-- Grain: rule, county, guard.
with gates as (
    select * from {{ ref('int_gate') }}
    where outcome = 'EVALUATED'
),

guards as (
    select * from {{ ref('rule_guard') }}
),

removed as (
    select
        rule_id,
        adcode,
        guard,
        count(*) as excluded
    from {{ ref('int_verdict') }}
    where verdict = 'excluded'
    group by rule_id, adcode, guard
),

final as (
    select
        {{ as_of() }} as as_of,
        gates.rule_id,
        gates.adcode,
        guards.guard,
        cast(coalesce(removed.excluded, 0) as integer) as excluded
    from gates
    inner join guards on gates.rule_id = guards.rule_id
    left join removed
        on
            gates.rule_id = removed.rule_id
            and gates.adcode = removed.adcode
            and guards.guard = removed.guard
)

select * from final
