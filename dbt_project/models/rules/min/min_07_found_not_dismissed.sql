-- MIN-07 查出未解聘: a screening was answered 发现, the grace is over, and the person is still in
-- post. What counts is the first such answer that no later 未发现 took back.
-- Law: 未成年人保护法 62 ¶2 (dismiss in time); the re-check's term is that of
-- 公安机关办理犯罪记录查询工作规定.
-- Grain: post whose holder was found in a screening.
with posts as (
    select * from {{ ref('int_post') }}
),

post_screenings as (
    select * from {{ ref('int_post_screening') }}
),

workdays as (
    select * from {{ ref('ref_workday') }}
    where is_workday
),

findings as (
    select * from post_screenings
    where is_answered and result = '发现'
),

-- taken back by 未发现 about the same number, later or, where dates are uncertain, perhaps later
judged_findings as (
    select
        findings.*,
        findings.match_tier = 'T4' as is_name_only,
        {{ as_of() }} > {{ add_days('findings.answered_max', param('MIN-07', 'grace_days')) }}
            as is_overdue,
        exists(
            select 1
            from post_screenings as later
            where
                later.subject_key = findings.subject_key
                and later.match_tier <> 'T4'
                and later.is_answered
                and later.result = '未发现'
                and later.answered_max > findings.answered_min
        ) as is_taken_back
    from findings
),

findings_by_post as (
    select
        subject_key,
        bool_or(not is_name_only) as is_identified,
        bool_or(not is_name_only and not is_taken_back) as is_standing,
        bool_or(not is_name_only and not is_taken_back and is_overdue) as is_overdue,
        bool_or(match_tier = 'T1' and not is_taken_back and is_overdue) as is_surely_found,
        bool_or(match_tier = 'T1' and is_own and not is_taken_back and is_overdue)
            as is_employer_told,
        count(*) filter (where not is_name_only and not is_taken_back) as standing,
        min(answered_min) filter (where not is_name_only and not is_taken_back) as found_from,
        min(answered_max) filter (where not is_name_only and not is_taken_back) as found_on,
        {{ evidence_agg(
            evidence_row(
                "'查询结果'", "'screening_record'", 'screening_row_id', 'screening_row_hash',
                "coalesce(channel, '渠道不详') || '就' || employer_name || '提出的查询'
                || case when answered_min < answered_max then '至迟' else '' end || '于' || answered_max
                || '反馈：发现'"
            ),
            'answered_max, screening_row_id'
        ) }} filter (where not is_name_only and not is_taken_back) as finding_rows
    from judged_findings
    group by subject_key
),

-- asked again after the finding and not answered yet
rechecks as (
    select distinct
        post_screenings.subject_key,
        post_screenings.applied_max
    from post_screenings
    inner join findings_by_post on post_screenings.subject_key = findings_by_post.subject_key
    where
        not post_screenings.is_answered
        and post_screenings.match_tier <> 'T4'
        and post_screenings.applied_max >= findings_by_post.found_from
),

recheck_waits as (
    select
        rechecks.subject_key,
        rechecks.applied_max,
        count(workdays.date_day) as workdays_waited
    from rechecks
    left join workdays
        on workdays.date_day > rechecks.applied_max and workdays.date_day <= {{ as_of() }}
    group by rechecks.subject_key, rechecks.applied_max
),

pending_rechecks as (
    select distinct subject_key
    from recheck_waits
    where workdays_waited <= {{ param('MIN-07', 'recheck_workdays') }}
),

facts as (
    select
        posts.*,
        findings_by_post.is_identified,
        findings_by_post.is_standing,
        findings_by_post.is_overdue,
        findings_by_post.is_surely_found,
        findings_by_post.is_employer_told,
        findings_by_post.standing,
        findings_by_post.found_from,
        findings_by_post.found_on,
        findings_by_post.finding_rows,
        pending_rechecks.subject_key is not null as is_recheck_pending
    from posts
    inner join findings_by_post on posts.subject_key = findings_by_post.subject_key
    left join pending_rechecks on posts.subject_key = pending_rechecks.subject_key
),

guarded as (
    select
        *,
        case
            when not is_standing then 'later_clear'
            when is_recheck_pending then 'recheck_pending'
            when not is_post then 'volunteer'
            when post_status = '离职' or left_min <= {{ as_of() }} then 'left'
            when not is_contact then 'on_leave'
            when not institution_is_active then 'institution_closed'
        end as guard_hit
    from facts
),

judged as (
    select
        *,
        case
            when category is null then 'inconclusive'
            when not in_scope then 'out_of_scope'
            when not is_identified then 'inconclusive'
            when is_standing and not is_overdue then 'out_of_scope'
            when guard_hit is not null then 'excluded'
            when not is_active then 'inconclusive'
            else 'clue'
        end as verdict
    from guarded
),

final as (
    select
        adcode,
        'post' as subject_type,
        subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        case
            when category is null then '所在机构不在名录'
            when not in_scope then '不属于密切接触未成年人行业'
            when verdict = 'out_of_scope' then '反馈未满解聘期限'
            when verdict = 'inconclusive' and not is_identified then '仅姓名与查询结果相符'
            when verdict = 'inconclusive' then inactive_reason
        end as note_zh,
        person_key,
        institution_key,
        category as institution_category,
        township,
        supplier,
        found_from as conduct_from,
        {{ as_of() }} as conduct_to,
        case
            when verdict <> 'clue' then null
            when is_surely_found then 'T1'
            else 'T2'
        end as match_tier,
        case when verdict = 'clue' and not is_employer_told then 'review' end as push,
        null as severity,
        case when verdict = 'clue' then standing end as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        {{ person_label('name', 'sex', 'born_on') }} as subject_label,
        case when verdict = 'clue' then
            {{ person_label('name', 'sex', 'born_on') }} || '的查询'
            || case when found_from < found_on then '至迟' else '' end || '于' || found_on
            || '反馈为发现违法犯罪记录，至' || {{ as_of() }} || '已'
            || {{ days_between('found_on', as_of()) }} || '日，' || roster_delivered_on
            || '交付的花名册仍载其在' || institution_name || '任' || post || '，在岗'
            || case
                when is_employer_told then '；查询系该单位提出，该单位应当已经知悉'
                else '；查询由其他单位提出或姓名不完全相符，该单位是否知悉须人工核对'
            end
            || '。此后没有未发现的反馈，没有尚在期限内的复查，本人不在长期病假或借调。'
        end as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'later_clear': "'未命中：此后没有未发现的反馈'",
                'recheck_pending': "'未命中：没有尚在期限内的复查'",
                'volunteer': "'未命中：不是志愿者或家长义工'",
                'left': "'未命中：花名册未载明离职'",
                'on_leave': "'未命中：不在长期病假或借调'",
                'institution_closed': "'未命中：机构在办'",
            }) }}
        end as guards_tested,
        case when verdict = 'clue' then
            {{ evidence_concat(
                'finding_rows',
                evidence_list([
                    evidence_row(
                        "'在岗'", "'staff_roster'", 'row_id', 'row_hash',
                        mask_name('name') ~ " || '，' || institution_name || '，' || post || '，在岗'"
                    ),
                ])
            ) }}
        end as evidence
    from judged
)

{{ rule_output('final') }}
