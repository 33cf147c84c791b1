-- The rows behind a post: all that the roster which speaks for person and institution has of the
-- two. Who was promoted has left the old post, not the school.
-- Grain: post, roster row.
with posts as (
    select * from {{ ref('int_post') }}
),

roster as (
    select * from {{ ref('int_roster_row') }}
    where in_force
),

final as (
    select
        posts.subject_key,
        posts.institution_key,
        posts.adcode,
        posts.id_usable,
        posts.in_scope,
        posts.institution_is_active,
        roster.name,
        roster.post,
        roster.is_post,
        roster.post_status,
        roster.hired_min,
        roster.hired_max,
        roster.left_min,
        roster.row_id,
        roster.row_hash
    from posts
    inner join roster
        on
            posts.person_key = roster.person_key
            and posts.institution_key = roster.institution_key
            and posts.adcode = roster.adcode
            and posts.supplier = roster.supplier
)

select * from final
