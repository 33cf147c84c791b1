-- MIN-13 猥亵不满14岁以行政处罚结案: the police ended the molestation of a child under 14 with an
-- administrative penalty and filed no criminal case for the same act.
-- Law: 刑法 237 (molesting a child is a crime, no threshold of gravity), 刑事诉讼法 113.
-- The victim is never named or described. That no case was filed must be proven since the conduct
-- of each decision; where it is not, that one is unjudged.
-- Grain: penalty decision; where it names several people, the gravest answer is the decision's.
with penalties as (
    select * from {{ ref('stg_police_penalty') }}
),

filed_cases as (
    select * from {{ ref('stg_police_case') }}
    where filed_on_min is not null or filing_no is not null
),

molestations as (
    select
        *,
        {{ add_days('conduct_on_min', '-' ~ param('MIN-13', 'filing_window_days')) }}
            as window_from,
        {{ add_days('conduct_on_max', param('MIN-13', 'filing_window_days')) }} as window_to
    from penalties
    where {{ matches('cause', "'猥\\s*[亵褻]'") }}
),

unproven as (
    select * from {{ ref('int_proof') }}
    where rule_id = 'MIN-13' and not is_proven
),

filed_by_reference as (
    select
        molestations.row_id,
        filed_cases.row_id as filing_row_id,
        true as is_surely_same
    from molestations
    inner join filed_cases on molestations.decision_no = filed_cases.penalty_decision_no
),

-- a filing without a date may be the same act
filed_by_number as (
    select
        molestations.row_id,
        filed_cases.row_id as filing_row_id,
        filed_cases.conduct_on_min is not null as is_surely_same
    from molestations
    inner join filed_cases on molestations.id_number_key = filed_cases.id_number_key
    where
        filed_cases.conduct_on_min is null
        or (
            filed_cases.conduct_on_min <= molestations.window_to
            and filed_cases.conduct_on_max >= molestations.window_from
        )
),

-- so may one whose suspect has the same name, where a number is missing
filed_by_name as (
    select
        molestations.row_id,
        filed_cases.row_id as filing_row_id,
        false as is_surely_same
    from molestations
    inner join filed_cases on molestations.name_key = filed_cases.name_key
    where
        (molestations.id_number_key is null or filed_cases.id_number_key is null)
        and filed_cases.conduct_on_min <= molestations.window_to
        and filed_cases.conduct_on_max >= molestations.window_from
),

links as (
    select * from filed_by_reference
    union all
    select * from filed_by_number
    union all
    select * from filed_by_name
),

filings as (
    select
        row_id,
        filing_row_id,
        bool_or(is_surely_same) as is_surely_same
    from links
    group by row_id, filing_row_id
),

filings_by_penalty as (
    select
        filings.row_id,
        bool_or(filings.is_surely_same and filed_cases.withdrawn_on_min is null) as is_filed,
        bool_or(filings.is_surely_same and filed_cases.withdrawn_on_min is not null)
            as is_withdrawn,
        bool_or(not filings.is_surely_same) as is_doubtful
    from filings
    inner join filed_cases on filings.filing_row_id = filed_cases.row_id
    group by filings.row_id
),

facts as (
    select
        penalties.*,
        coalesce(filings_by_penalty.is_filed, false) as is_filed,
        coalesce(filings_by_penalty.is_withdrawn, false) as is_withdrawn,
        coalesce(filings_by_penalty.is_doubtful, false) as is_doubtful,
        unproven.row_id is not null as is_unproven,
        -- an age is reached on the day after the birthday
        {{ add_years('penalties.id_number_born', param('MIN-13', 'offender_min_age')) }}
            as birthday_of_age
    from penalties
    left join filings_by_penalty on penalties.row_id = filings_by_penalty.row_id
    left join unproven on penalties.row_id = unproven.row_id
),

guarded as (
    select
        *,
        case
            when not {{ matches('cause', "'猥\\s*[亵褻]'") }} then '案由不是猥亵'
            when not victim_under_14 then '被侵害人已满14周岁'
        end as not_for_rule_zh,
        case
            when revoked = '撤销' then 'penalty_revoked'
            when conduct_on_min <= birthday_of_age then 'offender_under_16'
            when is_filed then 'already_filed'
        end as guard_hit,
        birthday_of_age is null or is_withdrawn or is_doubtful or revoked = '变更' as needs_review
    from facts
),

judged as (
    select
        *,
        case
            when not_for_rule_zh is not null then 'out_of_scope'
            when victim_under_14 is null then 'inconclusive'
            when guard_hit is not null then 'excluded'
            when is_unproven then 'unjudged'
            else 'clue'
        end as verdict
    from guarded
),

ranked as (
    select
        *,
        row_number() over (
            partition by adcode, decision_no
            order by
                {{ verdict_place() }} asc,
                {{ place_in('guard_hit', [
                    'penalty_revoked', 'offender_under_16', 'already_filed'
                ]) }} asc nulls last,
                row_id asc
        ) as place
    from judged
),

gravest as (
    select * from ranked
    where place = 1
),

offenders as (
    select
        adcode,
        decision_no,
        count(*) as people,
        bool_or(needs_review) as needs_review,
        bool_or(is_withdrawn) as is_withdrawn,
        bool_or(is_doubtful) as is_doubtful,
        bool_or(birthday_of_age is null) as is_age_unknown,
        min(conduct_on_min) as conduct_from,
        max(conduct_on_max) as conduct_to,
        {{ sorted_text(person_label('name', 'id_number_sex', 'id_number_born')) }} as labels,
        {{ evidence_agg(
            evidence_row(
                "'处罚决定'", "'police_penalty'", 'row_id', 'row_hash',
                "decision_no || '：' || " ~ mask_name('name') ~ " || '，案由' || cause
                || '，被侵害人不满14周岁，' || decided_on_max || '决定' || penalty"
            ),
            'row_id'
        ) }} as evidence
    from judged
    where verdict = 'clue'
    group by adcode, decision_no
),

other_filings as (
    select
        judged.adcode,
        judged.decision_no,
        {{ evidence_agg(
            evidence_row(
                "'立案情况'", "'police_case'", 'filed_cases.row_id', 'filed_cases.row_hash',
                "'受案号' || filed_cases.acceptance_no || '，'
                || coalesce(cast(filed_cases.filed_on_max as varchar), '日期不详') || '立案'
                || coalesce('，' || filed_cases.withdrawn_on_max || '撤案', '，是否同一事实待核')"
            ),
            'filed_cases.row_id'
        ) }} as evidence
    from judged
    inner join filings on judged.row_id = filings.row_id
    inner join filed_cases on filings.filing_row_id = filed_cases.row_id
    where judged.verdict = 'clue'
    group by judged.adcode, judged.decision_no
),

final as (
    select
        gravest.adcode,
        'case' as subject_type,
        gravest.decision_no as subject_key,
        gravest.verdict,
        case when gravest.verdict = 'excluded' then gravest.guard_hit end as guard,
        case
            when gravest.verdict = 'out_of_scope' then gravest.not_for_rule_zh
            when gravest.verdict = 'inconclusive' then '被侵害人是否不满14周岁未填'
            when gravest.verdict = 'unjudged' then '违法时间以来的公安受立案数据不完整'
        end as note_zh,
        gravest.person_key,
        null as institution_key,
        null as institution_category,
        null as township,
        gravest.supplier,
        coalesce(offenders.conduct_from, gravest.conduct_on_min) as conduct_from,
        coalesce(offenders.conduct_to, gravest.conduct_on_max) as conduct_to,
        case when gravest.id_number_key is not null then 'T1' end as match_tier,
        case when offenders.needs_review then 'review' end as push,
        null as severity,
        offenders.people as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        gravest.decision_no as subject_label,
        offenders.labels || '因' || gravest.cause || '被' || gravest.decision_no || '处以'
        || gravest.penalty || '（违法时间' || offenders.conduct_from || '，'
        || gravest.decided_on_max || '决定），决定载明被侵害人不满14周岁；公安受立案数据中没有同一人'
        || '违法时间前后' || {{ param('MIN-13', 'filing_window_days') }}
        || '日内的有效立案，也没有关联该决定书的有效立案。刑法第二百三十七条第三款未设情节门槛，处罚决定未撤销，疑似应当立案而未立案。'
        || case when offenders.is_withdrawn then '曾立案后撤案，须核查撤案理由。' else '' end
        || case when offenders.is_doubtful then '另有立案疑似同一事实，须先核对。' else '' end
        || case when offenders.is_age_unknown then '行为人年龄不详，须先核实是否已满16周岁。' else '' end
            as narrative_zh,
        case when gravest.verdict = 'clue' then
            {{ json_object({
                'penalty_revoked': "'未命中：处罚决定未撤销'",
                'offender_under_16':
                    "case when offenders.is_age_unknown then '无法检验：年龄不详' else '未命中：行为时已满16周岁' end",
                'already_filed':
                    "case when offenders.is_withdrawn then '未命中：立案后已撤案' else '未命中：无同一事实的立案' end",
            }) }}
        end as guards_tested,
        case when gravest.verdict = 'clue' then
            {{ evidence_concat(
                evidence_concat('offenders.evidence', 'other_filings.evidence'),
                evidence_list([
                    evidence_row("'立案缺失'", "'police_case'", 'null', 'null', "'没有同一事实的有效立案'")
                ])
            ) }}
        end as evidence
    from gravest
    left join offenders
        on
            gravest.adcode = offenders.adcode
            and gravest.decision_no = offenders.decision_no
    left join other_filings
        on
            gravest.adcode = other_filings.adcode
            and gravest.decision_no = other_filings.decision_no
)

{{ rule_output('final') }}
