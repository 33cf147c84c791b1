-- Whether each rule is evaluated in each county on the night, and if not, what is missing.
-- A rule that is not evaluated gives no clue and clears none. Grain: rule and county.
with requirements as (
    select * from {{ ref('int_gate_requirement') }}
),

final as (
    select
        rule_id,
        adcode,
        case when bool_and(is_met) then 'EVALUATED' else 'NOT_EVALUATED' end as outcome,
        case
            when bool_and(is_met) then {{ sorted_text('caveat_zh', '；') }}
            else {{ sorted_text('case when not is_met then shortfall_zh end', '；') }}
        end as reason
    from requirements
    group by rule_id, adcode
)

select * from final
