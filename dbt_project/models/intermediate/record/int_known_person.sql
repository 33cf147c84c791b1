-- Everybody whom the agencies know by a usable number other than from a record, under each name
-- that they were given: staff, sponsors, principals, legal representatives, certificate holders.
-- Grain: person and name.
with posts as (
    select * from {{ ref('int_roster_row') }}
),

institutions as (
    select * from {{ ref('int_institution') }}
),

businesses as (
    select * from {{ ref('stg_business_registration') }}
),

certificates as (
    select * from {{ ref('stg_teacher_qualification') }}
),

named as (
    select
        person_key,
        name_key,
        name_sep,
        born_on,
        sex
    from posts
    where id_usable
    union all
    select
        sponsor_id_key,
        sponsor_name_key,
        sponsor_name_sep,
        sponsor_id_born,
        sponsor_id_sex
    from institutions
    where sponsor_id_key is not null
    union all
    select
        principal_id_key,
        principal_name_key,
        principal_name_sep,
        principal_id_born,
        principal_id_sex
    from institutions
    where principal_id_key is not null
    union all
    select
        legal_representative_id_key,
        legal_representative_key,
        legal_representative_sep,
        legal_representative_id_born,
        legal_representative_id_sex
    from businesses
    where legal_representative_id_key is not null
    union all
    select
        person_key,
        name_key,
        name_sep,
        id_number_born,
        id_number_sex
    from certificates
    where id_number_key is not null
),

final as (
    select
        person_key,
        name_key,
        bool_or(name_sep) as name_sep,
        max(born_on) as born_on,
        max(sex) as sex
    from named
    group by person_key, name_key
)

select * from final
