-- fct_clue with the names of its dimensions, for tools that know one table.
-- Grain: clue.
with clues as (
    select * from {{ ref('fct_clue') }}
),

rules as (
    select * from {{ ref('dim_rule') }}
),

models as (
    select * from {{ ref('dim_model') }}
),

regions as (
    select * from {{ ref('dim_region') }}
),

final as (
    select
        clues.clue_id,
        clues.rule_id,
        clues.rule_version,
        clues.model_id,
        clues.as_of,
        clues.subject_type,
        clues.subject_key,
        clues.institution_key,
        clues.institution_category,
        clues.adcode,
        clues.township,
        clues.conduct_from,
        clues.conduct_to,
        clues.first_seen_on,
        clues.last_seen_on,
        clues.cleared_on,
        clues.state,
        clues.push,
        clues.review,
        clues.severity,
        clues.score,
        clues.match_tier,
        clues.hit_count,
        clues.amount_total,
        clues.amount_pool,
        clues.amount_account,
        clues.legal_basis_ids,
        clues.form_suggested,
        clues.department,
        clues.due_on,
        clues.parent_clue_id,
        clues.is_parent,
        clues.evidence_count,
        clues.evidence_hash,
        rules.title_zh,
        models.name_zh as model_name_zh,
        regions.name_zh as region_name_zh,
        case when clues.is_parent then '是' else '否' end as is_parent_zh,
        clues.change_kind,
        clues.change_feed,
        clues.change_delivered_on
    from clues
    left join rules
        on clues.rule_id = rules.rule_id and clues.rule_version = rules.rule_version
    left join models on clues.model_id = models.model_id
    left join regions on clues.adcode = regions.adcode
)

select * from final
