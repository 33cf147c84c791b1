-- The verdicts that hold on the night: those of rules that were evaluated in the county, with the
-- law in force on the conduct date. What no law covered on that day is out of scope, never a clue;
-- what hangs on a rule that was not evaluated or on what is not proven (unjudged) is inconclusive.
-- Grain: rule, county, subject.
with verdicts as (
    select * from {{ ref('int_verdict_all') }}
),

gates as (
    select * from {{ ref('int_gate') }}
    where outcome = 'EVALUATED'
),

cards as (
    select * from {{ ref('rule_card') }}
),

rule_laws as (
    select * from {{ ref('rule_law') }}
),

legal_bases as (
    select * from {{ ref('legal_basis') }}
),

dated as (
    select
        verdicts.*,
        coalesce(verdicts.conduct_to, verdicts.conduct_from, {{ as_of() }}) as conduct_on
    from verdicts
    inner join gates on verdicts.rule_id = gates.rule_id and verdicts.adcode = gates.adcode
),

conduct_days as (
    select distinct
        rule_id,
        conduct_on
    from dated
    where verdict = 'clue'
),

laws_of_day as (
    select
        conduct_days.rule_id,
        conduct_days.conduct_on,
        {{ ordered_text('basis_id', ';', 'position, basis_id') }} as legal_basis_ids
    from conduct_days
    inner join rule_laws on conduct_days.rule_id = rule_laws.rule_id
    inner join legal_bases
        on
            rule_laws.family = legal_bases.family
            and legal_bases.valid_from <= conduct_days.conduct_on
            and (legal_bases.valid_to is null or conduct_days.conduct_on < legal_bases.valid_to)
    group by conduct_days.rule_id, conduct_days.conduct_on
),

judged as (
    select
        dated.rule_id,
        dated.adcode,
        dated.subject_type,
        dated.subject_key,
        case
            when dated.verdict = 'clue' and laws_of_day.rule_id is null then 'out_of_scope'
            when dated.verdict = 'unjudged' then 'inconclusive'
            else dated.verdict
        end as verdict,
        dated.verdict = 'unjudged' as is_unjudged,
        dated.guard,
        case
            when dated.verdict = 'clue' and laws_of_day.rule_id is null
                then '行为发生时尚无法律依据'
            else dated.note_zh
        end as note_zh,
        dated.person_key,
        dated.institution_key,
        dated.institution_category,
        dated.township,
        dated.supplier,
        dated.conduct_from,
        dated.conduct_to,
        dated.match_tier,
        case
            when dated.match_tier in ('T2', 'T3') then 'review'
            else coalesce(dated.push, cards.push)
        end as push,
        coalesce(dated.severity, cards.severity) as severity,
        dated.hit_count,
        dated.amount_total,
        dated.amount_pool,
        dated.amount_account,
        dated.subject_label,
        {{ mask_numbers('dated.narrative_zh') }} as narrative_zh,
        {{ mask_numbers('dated.guards_tested') }} as guards_tested,
        dated.evidence,
        laws_of_day.legal_basis_ids,
        cards.group_clue,
        cards.push in ('auto', 'review') as is_published
    from dated
    inner join cards on dated.rule_id = cards.rule_id
    left join laws_of_day
        on dated.rule_id = laws_of_day.rule_id and dated.conduct_on = laws_of_day.conduct_on
),

final as (
    select
        *,
        -- boosters and watches are counted, but make no clue of their own
        case
            when verdict = 'clue' and is_published
                then {{ clue_id('rule_id', 'adcode', 'subject_key') }}
        end as clue_id,
        case
            when verdict = 'clue' and is_published and group_clue
                then {{ clue_id('rule_id', 'adcode', group_subject()) }}
        end as parent_clue_id
    from judged
)

select * from final
