-- The rules of this night, each in the version that judged.
-- Grain: rule.
with cards as (
    select * from {{ ref('rule_card') }}
),

versions as (
    select * from {{ ref('int_rule_version') }}
),

final as (
    select
        {{ as_of() }} as as_of,
        cards.rule_id,
        versions.rule_version,
        cards.model_id,
        cards.title_zh,
        cards.title_en,
        cards.supervision_type,
        cards.subject_type,
        cards.severity,
        cards.department,
        cards.form_suggested,
        cards.push,
        cards.description_zh,
        versions.legal_basis_ids,
        cards.population_unit,
        cards.in_force_from,
        cards.in_force_to
    from cards
    inner join versions on cards.rule_id = versions.rule_id
)

select * from final
