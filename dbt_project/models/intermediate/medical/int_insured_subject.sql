-- Who a clue's insured person is, unmasked, as the register of the insured has it, else a
-- settlement: for clues whose evidence bears a person's number only, as fee lines and visits do.
-- Grain: insured person of a clue.
with clues as (
    select distinct person_key from {{ ref('int_clue') }}
    where person_key is not null and model_id = 'MED'
),

persons as (
    select
        person_key,
        {{ first_row(
            {'name': 'name', 'row_id': 'row_id'}, ['not is_registered', 'adcode', 'psn_no']
        ) }} as person
    from {{ ref('int_medical_person') }}
    where person_key in (select person_key from clues)
    group by person_key
),

registered as (
    select
        _row_id as row_id,
        coalesce(id_number, id_number_raw) as id_number
    from {{ source('stored', 'insured_person') }}
    where _row_id in (select person.row_id from persons)
),

settled as (
    select
        certno_key as person_key,
        min(certno) as id_number
    from {{ source('stored', 'medical_settlement') }}
    where certno_key in (select person_key from persons)
    group by certno_key
),

final as (
    select
        persons.person_key,
        persons.person.name,
        coalesce(settled.id_number, registered.id_number) as id_number
    from persons
    left join registered on persons.person.row_id = registered.row_id
    left join settled on persons.person_key = settled.person_key
)

select * from final
