-- Screenings that may be about the holder of a post, asked for by whichever employer.
-- T1 same number and compatible name, T2 same number and another name, T4 the same name at the
-- same institution where one side has no usable number. T4 proves nothing against anybody; it
-- keeps the rules of absence from saying that there was no screening.
-- Grain: post and screening row.
with posts as (
    select * from {{ ref('int_post') }}
),

screenings as (
    select * from {{ ref('int_screening') }}
),

institutions as (
    select * from {{ ref('int_institution') }}
),

by_number as (
    select
        posts.subject_key,
        screenings.row_id,
        case
            when
                {{ names_compatible(
                    'posts.name_key', 'posts.name_sep', 'screenings.name_key', 'screenings.name_sep'
                ) }}
                then 'T1'
            else 'T2'
        end as match_tier
    from posts
    inner join screenings
        on posts.person_key = screenings.person_key
    where posts.id_usable
),

by_name as (
    select
        posts.subject_key,
        screenings.row_id,
        'T4' as match_tier
    from posts
    inner join screenings
        on
            posts.institution_key = screenings.institution_key
            and posts.name_key = screenings.name_key
    where not (posts.id_usable and screenings.id_usable)
),

matched as (
    select * from by_number
    union all
    select * from by_name
),

final as (
    select
        posts.subject_key,
        posts.adcode,
        posts.institution_key,
        screenings.row_id as screening_row_id,
        screenings.row_hash as screening_row_hash,
        screenings.institution_name as employer_name,
        screenings.channel,
        screenings.screening_type,
        screenings.applied_min,
        screenings.applied_max,
        screenings.answered_min,
        screenings.answered_max,
        screenings.result,
        screenings.is_answered,
        matched.match_tier,
        screenings.institution_key = posts.institution_key as is_own,
        -- schools that one agency of a county runs are one employer: people are moved among them
        screenings.institution_key = posts.institution_key
        or coalesce(
            posts.is_school
            and institutions.is_school
            and institutions.supplier = posts.supplier
            and institutions.adcode = posts.adcode,
            false
        ) as is_own_system
    from matched
    inner join posts on matched.subject_key = posts.subject_key
    inner join screenings on matched.row_id = screenings.row_id
    left join institutions on screenings.institution_key = institutions.institution_key
)

select * from final
