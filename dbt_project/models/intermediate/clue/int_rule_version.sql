-- The version of each rule: a fingerprint of its SQL, its own parameters and the texts of law that
-- it rests on, so that a clue can be traced to what judged it.
-- Grain: rule.
with cards as (
    select * from {{ ref('rule_card') }}
),

parameters as (
    select
        rule_id,
        {{ ordered_text(
            json_list(['parameter', 'value', 'cast(valid_from as varchar)',
                       'cast(valid_to as varchar)']),
            ',', 'parameter, valid_from'
        ) }} as all_parameters
    from {{ ref('rule_parameter') }}
    group by rule_id
),

laws as (
    select
        rule_law.rule_id,
        {{ ordered_text('basis_id', ';', 'position, valid_from, basis_id') }} as legal_basis_ids,
        {{ ordered_text(
            json_list(['basis_id', 'summary_zh', 'cast(valid_from as varchar)',
                       'cast(valid_to as varchar)']),
            ',', 'basis_id'
        ) }} as all_laws
    from {{ ref('rule_law') }} as rule_law
    inner join {{ ref('legal_basis') }} as legal_basis on rule_law.family = legal_basis.family
    group by rule_law.rule_id
),

final as (
    select
        cards.rule_id,
        left(
            {{ sha256_hex(json_list(['sql_sha', 'all_parameters', 'all_laws'])) }}, 12
        ) as rule_version,
        laws.legal_basis_ids
    from cards
    left join parameters on cards.rule_id = parameters.rule_id
    left join laws on cards.rule_id = laws.rule_id
)

select * from final
