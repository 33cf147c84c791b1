-- This night's clues as they are kept in observations/: those that fired, and their group clues.
-- What a clue was on other nights is no part of it.
-- Grain: clue.
with verdicts as (
    select * from {{ ref('int_verdict') }}
    where clue_id is not null
),

group_clues as (
    select * from {{ ref('int_group_clue') }}
),

cards as (
    select * from {{ ref('rule_card') }}
),

versions as (
    select * from {{ ref('int_rule_version') }}
),

institutions as (
    {{ listed_institutions() }}
),

form_conditions as (
    select * from {{ ref('ref_form_condition') }}
),

thresholds as (
    select
        parameter,
        cast(value as decimal(18, 2)) as value
    from {{ ref('rule_parameter') }}
    where
        rule_id = 'ALL'
        and valid_from <= {{ as_of() }}
        and (valid_to is null or {{ as_of() }} < valid_to)
        and parameter in (select parameter from {{ ref('ref_form_condition') }})
),

-- rules that say little by themselves and more beside another clue on the same subject; and what
-- says more of one rule's clue
boosts as (
    select
        verdicts.adcode,
        verdicts.institution_key,
        verdicts.person_key,
        cast(null as varchar) as of_rule,
        cast(null as varchar) as of_subject,
        count(distinct verdicts.rule_id) as rules
    from {{ ref('int_verdict') }} as verdicts
    inner join cards on verdicts.rule_id = cards.rule_id
    where cards.push = 'booster' and verdicts.verdict = 'clue'
    group by verdicts.adcode, verdicts.institution_key, verdicts.person_key
    {%- if is_judged('MED') %}
    union all
    select
        adcode,
        institution_key,
        null as person_key,
        'MED-01' as of_rule,
        fixmedins_code as of_subject,
        1 as rules
    from {{ ref('int_shop_concentration') }}
    where is_concentrated
    {%- endif %}
),

evidence as (
    select
        clue_id,
        cast(count(*) as integer) as evidence_count,
        {{ sha256_hex(sorted_text(json_list(['feed', 'row_hash', 'role']), ',')) }} as evidence_hash
    from {{ ref('int_night_clue_evidence') }}
    group by clue_id
),

points as (
    select * from {{ shared_parameters('score_') }}
),

-- institutions of one kind in a township: few of them would give a person away
peers as (
    select
        adcode,
        township,
        category,
        cast(count(*) as integer) as township_institutions
    from institutions
    where is_active
    group by adcode, township, category
),

clues as (
    select
        clue_id,
        parent_clue_id,
        false as is_parent,
        rule_id,
        adcode,
        subject_type,
        subject_key,
        person_key,
        institution_key,
        institution_category,
        township,
        supplier,
        conduct_from,
        conduct_to,
        push,
        severity,
        match_tier,
        hit_count,
        amount_total,
        amount_pool,
        amount_account,
        legal_basis_ids,
        subject_label,
        narrative_zh,
        guards_tested
    from verdicts
    union all
    select
        clue_id,
        null as parent_clue_id,
        true as is_parent,
        rule_id,
        adcode,
        subject_type,
        subject_key,
        null as person_key,
        null as institution_key,
        institution_category,
        null as township,
        supplier,
        conduct_from,
        conduct_to,
        push,
        severity,
        null as match_tier,
        hit_count,
        amount_total,
        amount_pool,
        amount_account,
        legal_basis_ids,
        subject_label,
        narrative_zh,
        '{}' as guards_tested
    from group_clues
),

boosted as (
    select
        clues.clue_id,
        cast(sum(boosts.rules) as integer) as rules
    from clues
    inner join boosts
        on
            clues.adcode = boosts.adcode
            and coalesce(clues.rule_id = boosts.of_rule, true)
            and coalesce(clues.subject_key = boosts.of_subject, true)
            and case
                when boosts.person_key is not null then clues.person_key = boosts.person_key
                else clues.institution_key = boosts.institution_key
            end
    group by clues.clue_id
),

card_forms as (
    select
        rule_id,
        model_id,
        part_text as form,
        part_place as place
    from {{ split_rows('cards', 'form_suggested', '；') }} as parts
),

fired as (
    select
        rule_id,
        adcode,
        count(*) as subjects
    from clues
    where not is_parent
    group by rule_id, adcode
),

forms as (
    select
        clues.clue_id,
        {{ ordered_text('card_forms.form', '；', 'card_forms.place') }} as form_suggested
    from clues
    inner join card_forms on clues.rule_id = card_forms.rule_id
    inner join fired on clues.rule_id = fired.rule_id and clues.adcode = fired.adcode
    left join form_conditions
        on card_forms.model_id = form_conditions.model_id and card_forms.form = form_conditions.form
    left join thresholds on form_conditions.parameter = thresholds.parameter
    where
        form_conditions.form is null
        or case form_conditions.measure
            when 'amount' then clues.amount_total >= thresholds.value
            else fired.subjects >= thresholds.value
        end
    group by clues.clue_id
),

scored as (
    select
        clues.*,
        forms.form_suggested,
        by_severity.value as severity_points,
        by_match.value as match_points,
        by_push.value as push_points,
        least(coalesce(clues.hit_count, 0), by_hits.value) as hit_points,
        coalesce(boosted.rules, 0) * by_boost.value as boost_points,
        top.value as most_points
    from clues
    left join forms on clues.clue_id = forms.clue_id
    left join boosted on clues.clue_id = boosted.clue_id
    inner join points as by_severity on by_severity.name = 'severity_' || clues.severity
    inner join points as by_match
        on by_match.name = 'match_' || coalesce(clues.match_tier, 'none')
    inner join points as by_push on by_push.name = 'push_' || clues.push
    inner join points as by_hits on by_hits.name = 'hits_max'
    inner join points as by_boost on by_boost.name = 'booster'
    inner join points as top on top.name = 'max'
),

final as (
    select
        {{ as_of() }} as as_of,
        scored.clue_id,
        scored.parent_clue_id,
        scored.is_parent,
        scored.rule_id,
        versions.rule_version,
        cards.model_id,
        scored.adcode,
        scored.subject_type,
        scored.subject_key,
        scored.person_key,
        scored.institution_key,
        scored.institution_category,
        scored.township,
        peers.township_institutions,
        scored.supplier,
        scored.conduct_from,
        scored.conduct_to,
        scored.push,
        scored.severity,
        cast(
            least(
                scored.severity_points + scored.match_points + scored.push_points
                + scored.hit_points + scored.boost_points,
                scored.most_points
            ) as integer
        ) as score,
        {{ json_object({
            '等级': 'scored.severity_points',
            '身份匹配': 'scored.match_points',
            '推送方式': 'scored.push_points',
            '命中数': 'scored.hit_points',
            '辅助规则': 'scored.boost_points',
        }) }} as score_detail,
        scored.match_tier,
        scored.hit_count,
        scored.amount_total,
        scored.amount_pool,
        scored.amount_account,
        scored.legal_basis_ids,
        scored.form_suggested,
        cards.department,
        evidence.evidence_count,
        evidence.evidence_hash,
        cards.title_zh,
        scored.subject_label,
        institutions.name as institution_name,
        scored.narrative_zh,
        scored.guards_tested,
        cards.next_step_zh
    from scored
    inner join cards on scored.rule_id = cards.rule_id
    inner join versions on scored.rule_id = versions.rule_id
    left join evidence on scored.clue_id = evidence.clue_id
    left join institutions on scored.institution_key = institutions.institution_key
    left join peers
        on
            scored.adcode = peers.adcode
            and scored.township = peers.township
            and scored.institution_category = peers.category
)

select * from final
