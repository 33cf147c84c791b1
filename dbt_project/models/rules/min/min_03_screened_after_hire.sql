-- MIN-03 先入职后查询: a person in post whose first answer came after the hire, or not at all
-- although the grace is over.
-- Law: 未成年人保护法 62 ¶1 from 2021-06-01; schools and kindergartens 高检发〔2020〕14号 from
-- 2020-08-20. Schools of one agency and county where somebody works or worked are one employer: the
-- first hire there counts, and so does an answer given to any of them. Elsewhere the first hire is
-- that of the unbroken service at the institution.
-- Grain: post on the rosters.
with posts as (
    select * from {{ ref('int_post') }}
),

post_screenings as (
    select * from {{ ref('int_post_screening') }}
),

never_screened as (
    select verdicts.institution_key
    from {{ ref('min_01_never_screened') }} as verdicts
    inner join {{ ref('int_gate') }} as gates
        on gates.rule_id = 'MIN-01' and verdicts.adcode = gates.adcode
    where verdicts.verdict = 'clue' and gates.outcome = 'EVALUATED'
),

answers as (
    select
        post_screenings.*,
        posts.first_hired_max,
        row_number() over (
            partition by post_screenings.subject_key, post_screenings.is_own_system
            order by post_screenings.answered_max asc, post_screenings.screening_row_id asc
        ) as place
    from post_screenings
    inner join posts on post_screenings.subject_key = posts.subject_key
    where post_screenings.is_answered
),

first_answers as (
    select
        subject_key,
        min(answered_min) filter (where is_own_system) as answered_min,
        min(answered_max) filter (where is_own_system) as answered_max,
        bool_or(not is_own_system and answered_min <= first_hired_max) as is_screened_elsewhere
    from answers
    group by subject_key
),

facts as (
    select
        posts.*,
        first_answers.answered_min,
        first_answers.answered_max,
        coalesce(first_answers.is_screened_elsewhere, false) as is_screened_elsewhere,
        never_screened.institution_key is not null as is_never_screened,
        {{ add_days('posts.hired_max', param('MIN-03', 'grace_days')) }} as own_grace_to,
        {{ add_days('posts.first_hired_max', param('MIN-03', 'grace_days')) }} as grace_to
    from posts
    left join first_answers on posts.subject_key = first_answers.subject_key
    left join never_screened on posts.institution_key = never_screened.institution_key
),

-- surely: whatever days the uncertain dates stand for
timed as (
    select
        *,
        not is_post
        or post_status = '离职'
        or coalesce(left_min <= {{ as_of() }}, false) as is_no_present_post,
        is_post and not is_contact as is_on_leave,
        coalesce(answered_max <= first_hired_min, false) as is_surely_in_time,
        coalesce(answered_min <= first_hired_max, false) as is_perhaps_in_time,
        answered_min is null and {{ as_of() }} <= grace_to as is_in_grace,
        hired_min >= hire_duty_from
        and coalesce(answered_min > hired_max, {{ as_of() }} > own_grace_to)
            as is_surely_late_for_own_hire
    from facts
),

judged as (
    select
        *,
        case
            when category is null then 'inconclusive'
            when not (in_scope and institution_is_active) then 'out_of_scope'
            when is_no_present_post then 'out_of_scope'
            when hired_max < hire_duty_from then 'out_of_scope'
            when is_surely_in_time then 'clear'
            when not id_usable or not is_corroborated then 'inconclusive'
            when first_hired_max < hire_duty_from and is_surely_late_for_own_hire then 'excluded'
            when first_hired_max < hire_duty_from then 'clear'
            when is_in_grace then 'out_of_scope'
            when is_perhaps_in_time or first_hired_min < hire_duty_from then 'inconclusive'
            when is_on_leave or is_never_screened then 'excluded'
            else 'clue'
        end as verdict
    from timed
),

-- the answers that a clue shows: the employer's first, and another's before the hire
answer_rows as (
    select
        judged.subject_key,
        {{ evidence_agg(
            evidence_row(
                "'查询结果'", "'screening_record'", 'answers.screening_row_id',
                'answers.screening_row_hash',
                "answers.employer_name || '提出的查询，' || answers.answered_max || '反馈'"
            ),
            'answers.answered_max, answers.screening_row_id'
        ) }} as evidence
    from judged
    inner join answers on judged.subject_key = answers.subject_key
    where
        judged.verdict = 'clue'
        and answers.place = 1
        and (answers.is_own_system or answers.answered_min <= answers.first_hired_max)
    group by judged.subject_key
),

evidenced as (
    select
        judged.*,
        answer_rows.evidence as answer_rows
    from judged
    left join answer_rows on judged.subject_key = answer_rows.subject_key
),

final as (
    select
        adcode,
        'post' as subject_type,
        subject_key,
        verdict,
        case
            when verdict <> 'excluded' then null
            when first_hired_max < hire_duty_from then 'moved_within_authority'
            when is_on_leave then 'on_leave'
            else 'never_screened'
        end as guard,
        case
            when category is null then '所在机构不在名录'
            when not in_scope then '不属于密切接触未成年人行业'
            when not institution_is_active then institution_inactive_reason
            when is_no_present_post then inactive_reason
            when hired_max < hire_duty_from then '入职早于查询义务施行'
            when verdict = 'out_of_scope' then '入职未满等待期限'
            when verdict = 'inconclusive' and not id_usable then '证件号码不可用'
            when verdict = 'inconclusive' and not is_corroborated then inactive_reason
            when verdict = 'inconclusive' then '入职或反馈日期不能确定先后'
        end as note_zh,
        person_key,
        institution_key,
        category as institution_category,
        township,
        supplier,
        first_hired_min as conduct_from,
        first_hired_max as conduct_to,
        case when verdict = 'clue' then 'T1' end as match_tier,
        case when verdict = 'clue' and is_screened_elsewhere then 'review' end as push,
        case
            when
                verdict = 'clue'
                and first_hired_min < {{ param('MIN-03', 'low_severity_before', 'date') }}
                then '低'
        end as severity,
        case when verdict = 'clue' then 1 end as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        {{ person_label('name', 'sex', 'born_on') }} as subject_label,
        case when verdict = 'clue' then
            {{ person_label('name', 'sex', 'born_on') }} || '在' || institution_name || '任' || post
            || '，至迟' || first_hired_max || '入职'
            || case
                when first_hired_max < hired_max
                    then case
                        when is_school then '（同一主管部门学校间调动，按首次入职计，'
                        else '（在同一单位变动岗位，按首次入职计，'
                    end
                    || hired_max || case when is_school then '到现单位）' else '到现岗位）' end
                else ''
            end
            || case
                when answered_min is null
                    then '，至' || {{ as_of() }} || '三个渠道均无用人单位为其办理并已反馈的查询'
                else '，用人单位的首次查询' || answered_min || '才有反馈，晚于入职'
            end
            || case
                when is_screened_elsewhere then '；入职前曾有其他单位为其查询，须人工核对是否可视为已查询'
                else '；入职前也没有其他单位为其查询'
            end
            || '。入职日期取对其有利的一端，本人在岗，不在长期病假或借调。'
        end as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'moved_within_authority': "'未命中：首次入职亦在查询义务施行之后'",
                'on_leave': "'未命中：不在长期病假或借调'",
                'never_screened': "'未命中：所在机构不属于从未查询'",
            }) }}
        end as guards_tested,
        case when verdict = 'clue' then
            {{ evidence_concat(
                evidence_list([
                    evidence_row(
                        "'在岗'", "'staff_roster'", 'row_id', 'row_hash',
                        mask_name('name') ~ " || '，' || institution_name || '，' || post
                        || '，至迟' || hired_max || '入职，在岗'"
                    ),
                    evidence_row(
                        "'查询缺失'", "'screening_record'", 'null', 'null',
                        "'用人单位入职前查询：无已反馈的记录'"
                    ),
                ]),
                'answer_rows'
            ) }}
        end as evidence
    from evidenced
)

{{ rule_output('final') }}
