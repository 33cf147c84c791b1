-- Every version of every rule that ever ran, as its card stood when it last did.
-- Grain: rule, version.
with observed as (
    select
        *,
        row_number() over (
            partition by rule_id, rule_version
            order by as_of desc nulls last
        ) as place
    from {{ all_nights('rule') }}
),

final as (
    select
        rule_id,
        rule_version,
        model_id,
        title_zh,
        title_en,
        supervision_type,
        subject_type,
        severity,
        department,
        form_suggested,
        push,
        description_zh,
        legal_basis_ids,
        population_unit,
        in_force_from,
        in_force_to
    from observed
    where place = 1
)

select * from final
