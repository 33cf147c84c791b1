-- MIN-01 从未查询: an institution in close contact with minors that has people in post and has been
-- at work for longer than the grace, without one screening row of any kind or result for it or for
-- any of its present staff.
-- Law: 未成年人保护法 62, in force since 2021-06-01; the days count from then, or from the opening.
-- Grain: registered institution.
with institutions as (
    select * from {{ ref('int_institution') }}
),

posts as (
    select * from {{ ref('int_post') }}
),

screenings as (
    select * from {{ ref('int_screening') }}
),

post_screenings as (
    select * from {{ ref('int_post_screening') }}
),

staff as (
    select
        institution_key,
        count(*) filter (where is_active) as active_posts,
        min(hired_max) filter (where is_active) as staffed_since,
        max(roster_delivered_on) as roster_delivered_on,
        bool_or(is_contact and post_status <> '离职' and not is_corroborated) as is_stale
    from posts
    group by institution_key
),

active_posts_by_length as (
    select
        *,
        row_number() over (
            partition by institution_key
            order by hired_max asc nulls last, subject_key asc
        ) as place
    from posts
    where is_active
),

-- one row proves that there is staff: the longest serving, so that the proof stays the same
longest_serving as (
    select * from active_posts_by_length
    where place = 1
),

screened_institutions as (
    select distinct institution_key from screenings
),

-- present: not surely gone, on leave or not
screened_staff as (
    select distinct posts.institution_key
    from posts
    inner join post_screenings on posts.subject_key = post_screenings.subject_key
    where
        posts.post_status <> '离职'
        and (posts.left_max is null or posts.left_max > {{ as_of() }})
),

facts as (
    select
        institutions.*,
        coalesce(staff.active_posts, 0) as active_posts,
        staff.roster_delivered_on,
        staff.institution_key is not null as is_on_roster,
        coalesce(staff.is_stale, false) as is_stale,
        -- a blank opening date: it was open when its longest-serving person was hired
        greatest(
            coalesce(institutions.opened_max, staff.staffed_since), institutions.duty_from
        ) as bound_from,
        screened_institutions.institution_key is not null as is_screened,
        screened_staff.institution_key is not null as is_staff_screened
    from institutions
    left join staff on institutions.institution_key = staff.institution_key
    left join screened_institutions
        on institutions.institution_key = screened_institutions.institution_key
    left join screened_staff on institutions.institution_key = screened_staff.institution_key
),

judged as (
    select
        *,
        {{ days_between('bound_from', as_of()) }} as bound_days,
        case
            when not in_scope then 'out_of_scope'
            when not is_active then 'out_of_scope'
            when is_screened then 'clear'
            when not is_on_roster then 'inconclusive'
            when active_posts = 0 and is_stale then 'inconclusive'
            when active_posts = 0 then 'out_of_scope'
            when
                {{ days_between('bound_from', as_of()) }} <= {{ param('MIN-01', 'grace_days') }}
                then 'out_of_scope'
            when is_staff_screened then 'excluded'
            else 'clue'
        end as verdict
    from facts
),

final as (
    select
        judged.adcode,
        'institution' as subject_type,
        judged.institution_key as subject_key,
        judged.verdict,
        case when judged.verdict = 'excluded' then 'staff_screened' end as guard,
        case
            when not judged.in_scope then '不属于密切接触未成年人行业'
            when not judged.is_active then judged.inactive_reason
            when judged.is_screened then null
            when not judged.is_on_roster then '花名册中没有该机构'
            when judged.verdict = 'inconclusive' then '花名册逾期未更新，也无近期参保印证'
            when judged.active_posts = 0 then '花名册中没有在岗人员'
            when judged.verdict = 'out_of_scope' then '开办未满宽限期'
        end as note_zh,
        null as person_key,
        judged.institution_key,
        judged.category as institution_category,
        judged.township,
        judged.supplier,
        judged.bound_from as conduct_from,
        {{ as_of() }} as conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        case when judged.verdict = 'clue' then judged.active_posts end as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        judged.name as subject_label,
        case when judged.verdict = 'clue' then
            judged.name || '（' || judged.category || '）自' || judged.bound_from
            || '起负有入职查询和每年定期查询义务，至' || {{ as_of() }} || '已'
            || judged.bound_days || '日；' || judged.roster_delivered_on
            || '交付的花名册载有在岗人员' || judged.active_posts
            || '人，而准入查询平台、公安机关、检察机关三个渠道均无以该机构名义的查询，'
            || '其现有人员也无任何类型、任何结果的查询记录。'
        end as narrative_zh,
        case when judged.verdict = 'clue' then
            {{ json_object({'staff_screened': "'未命中：现有人员均无查询记录'"}) }}
        end as guards_tested,
        case when judged.verdict = 'clue' then
            {{ evidence_list([
                evidence_row(
                    "'机构登记'", "'institution_register'", 'judged.row_id', 'judged.row_hash',
                    "judged.name || '，' || judged.category || '，登记在册'"
                ),
                evidence_row(
                    "'在岗'", "'staff_roster'", 'longest_serving.row_id', 'longest_serving.row_hash',
                    mask_name('longest_serving.name') ~ " || '，' || longest_serving.post
                    || '，至迟' || longest_serving.hired_max || '入职，在岗'"
                ),
                evidence_row(
                    "'查询缺失'", "'screening_record'", 'null', 'null',
                    "'三个渠道均无该机构或其现有人员的查询记录'"
                ),
            ]) }}
        end as evidence
    from judged
    left join longest_serving on judged.institution_key = longest_serving.institution_key
)

{{ rule_output('final') }}
