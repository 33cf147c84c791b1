-- When a person first came to one authority's schools: a move between them is no new hire.
-- Grain: person, county and authority (supplier), schools and kindergartens only.
with roster as (
    select * from {{ ref('int_roster_row') }}
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

final as (
    select
        roster.person_key,
        roster.adcode,
        roster.supplier,
        min(roster.hired_min) as first_hired_min,
        min(roster.hired_max) as first_hired_max
    from roster
    inner join schools on roster.institution_key = schools.institution_key
    -- without a usable number two people of one name would lend each other their dates
    where roster.id_usable and roster.is_post
    group by roster.person_key, roster.adcode, roster.supplier
)

select * from final
