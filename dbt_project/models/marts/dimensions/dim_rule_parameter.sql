-- The numbers that rules compare with, as dated and sourced in the seed.
-- Grain: rule, parameter, validity.
with final as (
    select
        rule_id,
        parameter,
        value,
        unit,
        valid_from,
        valid_to,
        source
    from {{ ref('rule_parameter') }}
)

select * from final
