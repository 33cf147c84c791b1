-- MIN-12 主管部门怠于履职: an authority has known for longer than its term that an institution broke
-- its screening duties, the breach still holds, and no authority has ordered correction, filed a
-- case or imposed a penalty since.
-- Law: 未成年人保护法 126, 105, 106; 行政诉讼法 25; terms in rule_parameter.
-- A breach holds when its own rule says so tonight; a rule that was not evaluated says nothing, so
-- that what hangs on it alone is unjudged: no new clue, and none taken back. A breach that began
-- after the authority knew is another one; that nobody was ever screened holds for the institution.
-- That nobody acted must be proven since each time it knew; where it is not, that one is unjudged.
-- Grain: authority and institution.
with knowledge as (
    select * from {{ ref('int_authority_knowledge') }}
),

enforcement as (
    select * from {{ ref('int_enforcement') }}
),

institutions as (
    select * from {{ ref('int_institution') }}
),

finding_breaches as (
    select * from {{ ref('ref_finding_breach') }}
),

gates as (
    select * from {{ ref('int_gate') }}
    where outcome = 'EVALUATED'
),

verdicts as (
    {%- for rule_id, model, began_on in [
        ('MIN-01', 'min_01_never_screened', 'cast(null as date)'),
        ('MIN-02', 'min_02_not_screened_yearly', 'conduct_from'),
        ('MIN-03', 'min_03_screened_after_hire', 'conduct_from'),
        ('MIN-05', 'min_05_recorded_person_in_post', 'conduct_from'),
        ('MIN-06', 'min_06_ban_breached', 'conduct_from'),
        ('MIN-07', 'min_07_found_not_dismissed', 'conduct_from'),
    ] %}
    select
        '{{ rule_id }}' as rule_id,
        adcode,
        institution_key,
        subject_label,
        {{ began_on }} as began_on,
        push,
        match_tier,
        evidence
    from {{ ref(model) }}
    where verdict = 'clue'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

breaches as (
    select verdicts.*
    from verdicts
    inner join gates on verdicts.rule_id = gates.rule_id and verdicts.adcode = gates.adcode
),

-- which rules say whether the breach still holds: a finding names its own, a document any
relevant_rules as (
    select distinct
        knowledge.row_id,
        knowledge.institution_key,
        knowledge.known_min,
        institutions.adcode,
        finding_breaches.rule_id
    from knowledge
    inner join institutions on knowledge.institution_key = institutions.institution_key
    inner join finding_breaches
        on
            knowledge.finding_code = finding_breaches.finding_code
            or knowledge.finding_code is null
),

standing_breaches as (
    select
        relevant_rules.row_id,
        breaches.*
    from relevant_rules
    inner join breaches
        on
            relevant_rules.institution_key = breaches.institution_key
            and relevant_rules.rule_id = breaches.rule_id
            and coalesce(breaches.began_on <= relevant_rules.known_min, true)
),

breach_by_knowledge as (
    select
        row_id,
        count(*) as breaches,
        bool_or(push is null and coalesce(match_tier, 'T1') = 'T1') as is_sure,
        min(coalesce(match_tier, 'T1')) as match_tier
    from standing_breaches
    group by row_id
),

unjudged as (
    select distinct relevant_rules.row_id
    from relevant_rules
    left join gates
        on relevant_rules.rule_id = gates.rule_id and relevant_rules.adcode = gates.adcode
    where gates.rule_id is null
),

unproven as (
    select * from {{ ref('int_proof') }}
    where rule_id = 'MIN-12' and not is_proven
),

-- an act in the same row, or later, by whichever authority; one without a date may be later
acts as (
    select
        knowledge.row_id,
        bool_or(enforcement.is_action) as is_acted,
        bool_or(enforcement.is_rectification) as is_rectified
    from knowledge
    inner join enforcement
        on
            knowledge.institution_key = enforcement.institution_key
            and (
                knowledge.row_id = enforcement.row_id
                or enforcement.acted_on is null
                or enforcement.acted_on >= knowledge.known_min
            )
    group by knowledge.row_id
),

adoptions as (
    select distinct knowledge.row_id
    from knowledge
    inner join knowledge as replied
        on
            knowledge.adcode = replied.adcode
            and knowledge.authority = replied.authority
            and knowledge.institution_key = replied.institution_key
            -- a reply without a date is no earlier than the document
            and coalesce(replied.replied_on, replied.known_max) >= knowledge.known_min
    where replied.reply_result = '采纳'
),

facts as (
    select
        knowledge.*,
        institutions.institution_key is not null as is_registered,
        coalesce(institutions.in_scope and institutions.is_active, false) as is_judged,
        institutions.name,
        institutions.category,
        institutions.township,
        {{ add_days('knowledge.known_max', 'knowledge.term_days') }} as term_ends_on,
        coalesce(breach_by_knowledge.breaches, 0) as breaches,
        coalesce(breach_by_knowledge.is_sure, false) as is_sure,
        breach_by_knowledge.match_tier,
        unjudged.row_id is not null as is_unjudged,
        unproven.row_id is not null as is_unproven,
        coalesce(acts.is_acted, false) as is_acted,
        coalesce(acts.is_rectified, false) and adoptions.row_id is not null as is_adopted
    from knowledge
    left join institutions on knowledge.institution_key = institutions.institution_key
    left join breach_by_knowledge on knowledge.row_id = breach_by_knowledge.row_id
    left join unjudged on knowledge.row_id = unjudged.row_id
    left join unproven on knowledge.row_id = unproven.row_id
    left join acts on knowledge.row_id = acts.row_id
    left join adoptions on knowledge.row_id = adoptions.row_id
),

judged as (
    select
        *,
        adcode || ':' || authority || '>' || institution_key as subject_key,
        case
            when not is_registered then 'inconclusive'
            when not is_judged then 'out_of_scope'
            when breaches = 0 and not is_unjudged then 'clear'
            when
                breaches = 0 and {{ as_of() }} > term_ends_on and not (is_acted or is_adopted)
                then 'unjudged'
            when breaches = 0 then 'inconclusive'
            when known_max is null then 'inconclusive'
            when {{ as_of() }} <= term_ends_on then 'out_of_scope'
            when is_acted or is_adopted then 'excluded'
            when is_unproven then 'unjudged'
            else 'clue'
        end as verdict,
        case
            when is_acted then 'already_acted'
            when is_adopted then 'reply_adopted'
        end as guard_hit,
        case
            when not is_registered then '对象不在任何名录'
            when not is_judged then '机构不在办或不属于密切接触未成年人行业'
            when breaches = 0 and is_unjudged then '违法状态所属规则当夜未评估'
            when known_max is null then '检查日期不详'
            when {{ as_of() }} <= term_ends_on then '知悉未满履职期限'
            when is_unproven then '知悉以来的行政执法数据不完整'
        end as note_reason_zh
    from facts
),

-- what it knew first and did not act upon speaks for the pair
ranked as (
    select
        *,
        row_number() over (
            partition by subject_key
            order by
                {{ verdict_place() }} asc,
                {{ place_in('guard_hit', ['already_acted', 'reply_adopted']) }} asc nulls last,
                known_max asc nulls last,
                row_id asc
        ) as place
    from judged
),

gravest as (
    select * from ranked
    where place = 1
),

ignored_knowledge as (
    select
        subject_key,
        count(*) as times_known,
        bool_or(is_sure) as is_sure,
        min(match_tier) as match_tier,
        {{ ordered_text('fact_zh', '；', 'known_max, row_id') }} as facts_zh,
        {{ evidence_agg(
            evidence_row('knowledge_kind', 'feed', 'row_id', 'row_hash', 'fact_zh'), 'known_max, row_id'
        ) }} as evidence
    from judged
    where verdict = 'clue'
    group by subject_key
),

ignored_breaches as (
    select distinct
        judged.subject_key,
        standing_breaches.rule_id,
        standing_breaches.subject_label,
        standing_breaches.evidence
    from judged
    inner join standing_breaches on judged.row_id = standing_breaches.row_id
    where judged.verdict = 'clue'
),

breach_summary as (
    select
        subject_key,
        {{ sorted_text("rule_id || '：' || subject_label") }} as breaches_zh
    from ignored_breaches
    group by subject_key
),

breach_rows as (
    select distinct
        subject_key,
        evidence_row
    from {{ evidence_of('ignored_breaches') }}
),

breach_evidence as (
    select
        subject_key,
        {{ evidence_agg('evidence_row', 'evidence_row') }} as evidence
    from breach_rows
    group by subject_key
),

final as (
    select
        gravest.adcode,
        'agency' as subject_type,
        gravest.subject_key,
        gravest.verdict,
        case when gravest.verdict = 'excluded' then gravest.guard_hit end as guard,
        case
            when gravest.verdict in ('out_of_scope', 'inconclusive', 'unjudged')
                then gravest.note_reason_zh
        end as note_zh,
        null as person_key,
        gravest.institution_key,
        gravest.category as institution_category,
        gravest.township,
        gravest.authority as supplier,
        gravest.known_max as conduct_from,
        {{ as_of() }} as conduct_to,
        case when gravest.verdict = 'clue' then ignored_knowledge.match_tier end as match_tier,
        case when not ignored_knowledge.is_sure then 'review' end as push,
        null as severity,
        ignored_knowledge.times_known as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        gravest.authority_name || '：' || coalesce(gravest.name, gravest.institution_name)
            as subject_label,
        case when gravest.verdict = 'clue' then
            gravest.authority_name || '已知悉' || gravest.name || '的违法情形：'
            || ignored_knowledge.facts_zh || '。至' || {{ as_of() }} || '，最早一次知悉已'
            || {{ days_between('gravest.known_max', as_of()) }} || '日，超过' || gravest.term_days
            || '日，而违法状态仍在持续（' || breach_summary.breaches_zh
            || '），此后没有任何部门责令改正、立案或者处罚，也没有采纳建议并整改的记录。'
        end as narrative_zh,
        case when gravest.verdict = 'clue' then
            {{ json_object({
                'already_acted': "'未命中：知悉后没有责令改正、立案或者处罚'",
                'reply_adopted': "'未命中：没有采纳建议并整改的记录'",
            }) }}
        end as guards_tested,
        case when gravest.verdict = 'clue' then
            {{ evidence_concat(
                evidence_concat('ignored_knowledge.evidence', 'breach_evidence.evidence'),
                evidence_list([
                    evidence_row(
                        "'履职缺失'", "'enforcement_action'", 'null', 'null',
                        "'知悉后没有任何部门责令改正、立案或者处罚的记录'"
                    ),
                ])
            ) }}
        end as evidence
    from gravest
    left join ignored_knowledge on gravest.subject_key = ignored_knowledge.subject_key
    left join breach_summary on gravest.subject_key = breach_summary.subject_key
    left join breach_evidence on gravest.subject_key = breach_evidence.subject_key
)

{{ rule_output('final') }}
