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

history as (
    select * from {{ ref('int_post_history') }}
),

identity as (
    select * from {{ ref('int_institution_identity') }}
),

categories as (
    select * from {{ ref('ref_institution_category') }}
),

schools as (
    select distinct identity.institution_key
    from identity
    inner join categories on identity.category = categories.category
    where categories.is_school
),

-- schools where people work or worked: from one to another of an agency they are moved, not hired
school_service as (
    select
        history.person_key,
        history.institution_key,
        history.adcode,
        history.supplier
    from history
    inner join schools on history.institution_key = schools.institution_key
    where history.id_usable and history.is_post
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
        screenings.institution_key = posts.institution_key
        or (posts.is_school and school_service.person_key is not null) as is_own_system
    from matched
    inner join posts on matched.subject_key = posts.subject_key
    inner join screenings on matched.row_id = screenings.row_id
    left join school_service
        on
            posts.person_key = school_service.person_key
            and posts.adcode = school_service.adcode
            and posts.supplier = school_service.supplier
            and screenings.institution_key = school_service.institution_key
)

select * from final
