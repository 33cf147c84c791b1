-- People in posts or with certificates who bear the name of somebody with a record, and nothing
-- more is known to fit. A name alone never makes a clue: two numbers, birth dates or sexes tell two
-- people apart, else it is unsure. Only usable records that may cost a post or certificate count.
-- Grain: person and record.
with posts as (
    select * from {{ ref('int_post') }}
),

certificates as (
    select * from {{ ref('stg_teacher_qualification') }}
),

records as (
    select * from {{ ref('int_record') }}
    where is_usable
),

scopes as (
    select distinct record_id from {{ ref('int_record_scope') }}
),

matches as (
    select * from {{ ref('int_record_match') }}
),

persons as (
    select
        person_key,
        name_key,
        id_usable,
        born_on,
        sex
    from posts
    union
    select
        person_key,
        name_key,
        id_number_key is not null as id_usable,
        id_number_born,
        id_number_sex
    from certificates
),

weighty as (
    select records.*
    from records
    left join scopes on records.record_id = scopes.record_id
    where records.kind = 'conviction' or scopes.record_id is not null
),

final as (
    select
        persons.person_key,
        weighty.record_id,
        bool_and(
            coalesce(
                (persons.id_usable and weighty.id_usable)
                or persons.born_on <> weighty.born_on
                or persons.sex <> weighty.sex,
                false
            )
        ) as is_other_person
    from persons
    inner join weighty on persons.name_key = weighty.name_key
    left join matches
        on
            persons.person_key = matches.person_key
            and weighty.record_id = matches.record_id
    where matches.record_id is null
    group by persons.person_key, weighty.record_id
)

select * from final
