-- MIN-05 有记录人员在岗: somebody with a usable record of tier A for the institution's category is
-- in an active post there on D.
-- Law: 未成年人保护法 62, in force since 2021-06-01; for schools 高检发〔2020〕14号 since 2020-08-20.
-- Grain: post (person and institution) on the rosters in force.
with posts as (
    select
        *,
        {{ post_guard('roster_posts') }} as post_guard
    from {{ ref('int_post') }} as roster_posts
),

records as (
    select * from {{ ref('int_record') }}
),

matches as (
    select * from {{ ref('int_record_match') }}
),

scopes as (
    select * from {{ ref('int_record_scope') }}
    where tier = 'A'
),

namesakes as (
    select * from {{ ref('int_namesake') }}
),

matched as (
    select
        posts.subject_key,
        scopes.record_id,
        matches.match_tier,
        matches.match_reason,
        false as is_other_person
    from posts
    inner join matches
        on
            posts.person_key = matches.person_key
            and posts.name_key is not distinct from matches.name_key
    inner join scopes
        on matches.record_id = scopes.record_id and posts.category = scopes.category
),

same_name as (
    select
        posts.subject_key,
        scopes.record_id,
        'T4' as match_tier,
        '仅姓名相同' as match_reason,
        namesakes.is_other_person
    from posts
    inner join namesakes on posts.person_key = namesakes.person_key
    inner join scopes
        on namesakes.record_id = scopes.record_id and posts.category = scopes.category
),

candidates as (
    select * from matched
    union all
    select * from same_name
),

guarded as (
    select
        candidates.*,
        records.is_review or candidates.match_tier <> 'T1' as needs_review,
        records.feed,
        records.row_id,
        records.row_hash,
        records.effective_on,
        -- in words only for those who may hit, never for every namesake
        case when candidates.match_tier <> 'T4' then
            {{ record_fact('records', 'posts.adcode') }}
        end as record_zh,
        posts.is_active and candidates.match_tier <> 'T4' as is_sure,
        case
            when candidates.is_other_person then 'same_name_other_person'
            else coalesce(records.unusable_guard, posts.post_guard)
        end as guard
    from candidates
    inner join records on candidates.record_id = records.record_id
    inner join posts on candidates.subject_key = posts.subject_key
),

judged as (
    select
        *,
        case
            when guard is not null then 'excluded'
            when is_sure then 'clue'
            else 'inconclusive'
        end as verdict
    from guarded
),

decided as (
    {{ first_verdict(
        'judged', 'subject_key',
        [
            'same_name_other_person', 'acquitted_or_revoked', 'non_prosecution_no_record',
            'penalty_revoked', 'not_yet_effective', 'no_access_basis', 'volunteer', 'left',
            'on_leave', 'institution_closed',
        ],
        'match_reason'
    ) }}
),

hits as (
    select
        subject_key,
        count(*) as records,
        min(effective_on) as effective_on,
        min(match_tier) as match_tier,
        bool_and(needs_review) as needs_review,
        {{ sorted_text('record_zh', '；') }} as records_zh,
        {{ sorted_text('match_reason') }} as match_reason,
        {{ evidence_agg(
            evidence_row("'违法犯罪记录'", 'feed', 'row_id', 'row_hash', 'record_zh'), 'record_id'
        ) }} as evidence
    from judged
    where verdict = 'clue'
    group by subject_key
),

verdicts as (
    select
        posts.*,
        coalesce(
            decided.verdict,
            case
                when posts.category is null then 'inconclusive'
                when not posts.in_scope or posts.post_guard is not null then 'out_of_scope'
                when not posts.is_active or not posts.id_usable then 'inconclusive'
                else 'clear'
            end
        ) as verdict,
        decided.guard,
        decided.note as candidate_reason
    from posts
    left join decided on posts.subject_key = decided.subject_key
),

final as (
    select
        verdicts.adcode,
        'post' as subject_type,
        verdicts.subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard end as guard,
        case
            when verdicts.verdict not in ('out_of_scope', 'inconclusive') then null
            when verdicts.category is null then '所在机构不在名录'
            when not verdicts.in_scope then '不属于密切接触未成年人行业'
            when not verdicts.is_active then verdicts.inactive_reason
            when verdicts.institution_inactive_reason is not null
                then verdicts.institution_inactive_reason
            when verdicts.candidate_reason is not null then verdicts.candidate_reason || '，不作线索'
            else '证件号码不可用，无法比对'
        end as note_zh,
        verdicts.person_key,
        verdicts.institution_key,
        verdicts.category as institution_category,
        verdicts.township,
        verdicts.supplier,
        case when hits.records is not null then greatest(verdicts.hired_max, hits.effective_on) end
            as conduct_from,
        case when hits.records is not null then {{ as_of() }} end as conduct_to,
        hits.match_tier,
        case when hits.needs_review then 'review' end as push,
        null as severity,
        hits.records as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        {{ person_label('verdicts.name', 'verdicts.sex', 'verdicts.born_on') }} as subject_label,
        {{ person_label('verdicts.name', 'verdicts.sex', 'verdicts.born_on') }}
        || {{ post_fact('verdicts') }} || '；' || hits.records_zh || '。身份比对：' || hits.match_reason
        || '（' || hits.match_tier || '）。依照未成年人保护法第六十二条不得从事密切接触未成年人的工作；'
        || '未见改判、撤销、离职、病假借调或者机构停办等排除情形，疑似应当解聘而未解聘。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'same_name_other_person': "'未命中：' || hits.match_reason",
                'acquitted_or_revoked': "'未命中：没有无罪、撤销或者改判'",
                'non_prosecution_no_record': "'未命中：不是法定或者存疑不起诉'",
                'penalty_revoked': "'未命中：没有撤销'",
                'not_yet_effective': "'未命中：' || hits.effective_on || '起已生效'",
                'no_access_basis': "'未命中'",
                'volunteer': "'未命中：岗位为' || verdicts.post",
                'left': "'未命中：没有离职'",
                'on_leave': "'未命中：状态为' || verdicts.post_status",
                'institution_closed': "'未命中：机构状态正常'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat(
                evidence_list([
                    evidence_row(
                        "'在岗'", "'staff_roster'", 'verdicts.row_id', 'verdicts.row_hash',
                        mask_name('verdicts.name') ~ ' || ' ~ post_fact('verdicts')
                    )
                ]),
                'hits.evidence'
            ) }}
        end as evidence
    from verdicts
    left join hits on verdicts.subject_key = hits.subject_key
)

{{ rule_output('final') }}
