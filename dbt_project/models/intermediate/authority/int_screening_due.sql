-- When an institution's next screening falls due. For each person in post that is a year of days
-- after the last answer, or the end of the calendar year of D where there is none or that term has
-- passed; the former is never later than the end of the year after the answer. The first of its
-- people decides for the institution.
-- Law: 未成年人保护法 62 ¶2 (every year); the rolling term is the house's reminder, no breach.
-- Grain: active institution in scope with people in post.
with institutions as (
    select * from {{ ref('int_institution') }}
    where is_active and in_scope
),

active_posts as (
    select * from {{ ref('int_post') }}
    where is_active
),

-- an open end is no day of an answer
post_screenings as (
    select * from {{ ref('int_post_screening') }}
    where is_answered and answered_max < {{ last_day() }}
),

last_answers as (
    select
        subject_key,
        max(answered_max) as last_answered_on
    from post_screenings
    group by subject_key
),

staff as (
    select
        active_posts.institution_key,
        last_answers.last_answered_on,
        coalesce(year(last_answers.last_answered_on) = year({{ as_of() }}), false)
            as is_screened_this_year,
        {{ add_days('last_answers.last_answered_on', param('MIN-W1', 'rolling_days')) }}
            as rolling_due_on
    from active_posts
    left join last_answers on active_posts.subject_key = last_answers.subject_key
),

due as (
    select
        institution_key,
        count(*) as staff,
        count(*) filter (where is_screened_this_year) as staff_screened_this_year,
        min(
            case
                when rolling_due_on >= {{ as_of() }} then rolling_due_on
                else {{ make_date('year(' ~ as_of() ~ ')', 12, 31) }}
            end
        ) as due_on
    from staff
    group by institution_key
),

final as (
    select
        institutions.adcode,
        institutions.supplier,
        institutions.institution_key,
        due.staff,
        due.staff_screened_this_year,
        due.due_on,
        {{ days_between(as_of(), 'due.due_on') }} as days_left
    from institutions
    inner join due on institutions.institution_key = due.institution_key
)

select * from final
