-- When a person first came to one authority's schools: a move between them is no new hire.
-- What a school's newest roster that lists a person says of the hire replaces what earlier ones
-- said.
-- Grain: person, county and authority (supplier), schools and kindergartens only.

-- without a usable number two people of one name would lend each other their dates
with roster as (
    select * from {{ ref('int_roster_row') }}
    where id_usable and is_post
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

newest as (
    select
        person_key,
        institution_key,
        adcode,
        supplier,
        max(delivered_on) as delivered_on
    from roster
    group by person_key, institution_key, adcode, supplier
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
    inner join newest
        on
            roster.person_key = newest.person_key
            and roster.institution_key = newest.institution_key
            and roster.adcode = newest.adcode
            and roster.supplier = newest.supplier
            and roster.delivered_on = newest.delivered_on
    group by roster.person_key, roster.adcode, roster.supplier
)

select * from final
