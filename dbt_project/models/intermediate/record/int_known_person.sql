-- Everybody whom the agencies know by a usable number other than from a record, under each name
-- that they were given: staff, sponsors, principals, legal representatives, certificate holders.
-- Registers may give a number without a name: that is one more name, null.
-- Grain: person and name.
with posts as (
    select * from {{ ref('int_roster_row') }}
),

in_charge as (
    select * from {{ ref('int_person_in_charge') }}
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
        id_key,
        name_key,
        name_sep,
        born_on,
        sex
    from in_charge
    where id_key is not null
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
