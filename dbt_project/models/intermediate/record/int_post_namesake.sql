-- Posts whose holder bears the name of somebody with a record, and nothing more is known to fit. A
-- name alone never makes a clue: two numbers, birth dates or sexes tell two people apart, else it
-- is unsure. Only records that may bar somebody from a post are looked at, and usable ones.
-- Grain: post and record.
with posts as (
    select * from {{ ref('int_post') }}
),

records as (
    select * from {{ ref('int_record') }}
    where is_usable
),

scopes as (
    select * from {{ ref('int_record_scope') }}
),

bans as (
    select * from {{ ref('int_ban') }}
),

matches as (
    select * from {{ ref('int_record_match') }}
),

barring as (
    select record_id from scopes
    union
    select record_id from bans
),

final as (
    select
        posts.subject_key,
        records.record_id,
        coalesce(
            (posts.id_usable and records.id_usable)
            or posts.born_on <> records.born_on
            or posts.sex <> records.sex,
            false
        ) as is_other_person
    from posts
    inner join records on posts.name_key = records.name_key
    inner join barring on records.record_id = barring.record_id
    left join matches
        on
            posts.person_key = matches.person_key
            and records.record_id = matches.record_id
    where matches.record_id is null
)

select * from final
