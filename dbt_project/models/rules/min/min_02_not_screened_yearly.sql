-- MIN-02 未每年定期查询: in a closed calendar year, somebody whom the institution employed all year
-- was not screened by any employer. A clue lists each of them.
-- Law: 未成年人保护法 62 ¶2 says every year, and names no day: a year is judged once it is over.
-- Grain: registered institution and closed year.
with institutions as (
    select * from {{ ref('int_institution') }}
),

post_rows as (
    select * from {{ ref('int_post_row') }}
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

years as (
    select
        n as year,
        {{ make_date('n', 1, 1) }} as year_from,
        {{ make_date('n', 12, 31) }} as year_to
    from {{ whole_numbers(
        "greatest(" ~ param('MIN-02', 'first_year') ~ ", year(" ~ as_of() ~ ") - "
        ~ param('MIN-02', 'closed_years') ~ ")",
        "year(" ~ as_of() ~ ") - 1"
    ) }} as closed
),

on_roster as (
    select distinct institution_key from post_rows
),

-- leave and secondment today do not matter, nor that somebody has left since; any one of a
-- person's rows may be the one that covers the year
employed_all_year as (
    select
        post_rows.subject_key,
        post_rows.institution_key,
        post_rows.id_usable,
        years.year,
        years.year_from,
        years.year_to,
        {{ first_row(
            {
                'row_id': 'post_rows.row_id', 'row_hash': 'post_rows.row_hash',
                'name': 'post_rows.name', 'post': 'post_rows.post',
                'hired_max': 'post_rows.hired_max',
            },
            ['post_rows.hired_max', 'post_rows.row_id']
        ) }} as first_row
    from post_rows
    inner join years
        on
            post_rows.hired_max < years.year_from
            and (post_rows.left_min > years.year_to or post_rows.left_min is null)
    where
        post_rows.is_post
        and not (post_rows.post_status = '离职' and post_rows.left_min is null)
    group by
        post_rows.subject_key,
        post_rows.institution_key,
        post_rows.id_usable,
        years.year,
        years.year_from,
        years.year_to
),

-- an answer whose date is uncertain counts for every year that it may fall in
answers as (
    select
        employed_all_year.subject_key,
        employed_all_year.year,
        bool_or(post_screenings.is_own) as by_own_employer
    from employed_all_year
    inner join post_screenings
        on
            employed_all_year.subject_key = post_screenings.subject_key
            and post_screenings.answered_min <= employed_all_year.year_to
            and post_screenings.answered_max >= employed_all_year.year_from
    where post_screenings.is_answered
    group by employed_all_year.subject_key, employed_all_year.year
),

staff_years as (
    select
        employed_all_year.*,
        answers.subject_key is null as is_unscreened,
        coalesce(not answers.by_own_employer, false) as is_screened_elsewhere
    from employed_all_year
    left join answers
        on
            employed_all_year.subject_key = answers.subject_key
            and employed_all_year.year = answers.year
),

institution_years as (
    select
        institution_key,
        year,
        count(*) as employed,
        count(*) filter (where is_unscreened and id_usable) as unscreened,
        count(*) filter (where is_unscreened and not id_usable) as unidentified,
        count(*) filter (where is_screened_elsewhere) as screened_elsewhere,
        {{ evidence_agg(
            evidence_row(
                "'在岗'", "'staff_roster'", 'first_row.row_id', 'first_row.row_hash',
                mask_name('first_row.name') ~ " || '，' || first_row.post || '，至迟'
                || first_row.hired_max || '入职，' || year || '年全年在职，当年无已反馈的查询'
                || case when id_usable then '' else '（证件号码不可用，须人工核对）' end"
            ),
            'subject_key'
        ) }} filter (where is_unscreened) as unscreened_staff
    from staff_years
    group by institution_key, year
),

facts as (
    select
        institutions.*,
        years.year,
        years.year_from,
        years.year_to,
        on_roster.institution_key is not null as is_on_roster,
        coalesce(institution_years.employed, 0) as employed,
        coalesce(institution_years.unscreened, 0) as unscreened,
        coalesce(institution_years.unidentified, 0) as unidentified,
        coalesce(institution_years.screened_elsewhere, 0) as screened_elsewhere,
        institution_years.unscreened_staff,
        never_screened.institution_key is not null as is_never_screened
    from institutions
    cross join years
    left join on_roster on institutions.institution_key = on_roster.institution_key
    left join institution_years
        on
            institutions.institution_key = institution_years.institution_key
            and years.year = institution_years.year
    left join never_screened on institutions.institution_key = never_screened.institution_key
),

judged as (
    select
        *,
        case
            when not in_scope then 'out_of_scope'
            when not is_active then 'out_of_scope'
            when not is_on_roster then 'inconclusive'
            when employed = 0 then 'out_of_scope'
            when unscreened > 0 and is_never_screened then 'excluded'
            when unscreened > 0 then 'clue'
            when unidentified > 0 then 'inconclusive'
            when screened_elsewhere > 0 then 'excluded'
            else 'clear'
        end as verdict
    from facts
),

final as (
    select
        adcode,
        'institution' as subject_type,
        institution_key || '#' || year as subject_key,
        verdict,
        case
            when verdict <> 'excluded' then null
            when unscreened > 0 then 'never_screened'
            else 'screened_elsewhere'
        end as guard,
        case
            when not in_scope then '不属于密切接触未成年人行业'
            when not is_active then inactive_reason
            when not is_on_roster then '花名册中没有该机构'
            when employed = 0 then '该年度没有全年在职人员'
            when verdict = 'inconclusive' then '未见查询的人员证件号码均不可用'
        end as note_zh,
        null as person_key,
        institution_key,
        category as institution_category,
        township,
        supplier,
        year_from as conduct_from,
        year_to as conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        case when verdict = 'clue' then unscreened end as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        name || '（' || year || '年度）' as subject_label,
        case when verdict = 'clue' then
            name || '（' || category || '）' || year || '年全年在职人员' || employed
            || '人，其中' || unscreened || '人在' || year_from || '至' || year_to
            || '期间没有任何单位为其办理并已反馈的查询'
            || case
                when unidentified > 0
                    then '，另有' || unidentified || '人因证件号码不可用须人工核对'
                else ''
            end
            || '；该机构不属于从未查询的情形，其他单位的查询已一并计入，待核实的结果不计。'
        end as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'never_screened': "'未命中：该机构或其人员有过查询'",
                'screened_elsewhere': "'未命中：其他单位在该年度也未查询'",
            }) }}
        end as guards_tested,
        case when verdict = 'clue' then
            {{ evidence_concat(
                'unscreened_staff',
                evidence_list([
                    evidence_row(
                        "'查询缺失'", "'screening_record'", 'null', 'null',
                        "year || '年三个渠道均无上列人员已反馈的查询'"
                    ),
                ])
            ) }}
        end as evidence
    from judged
)

{{ rule_output('final') }}
