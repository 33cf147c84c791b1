-- Who the person of a clue is, unmasked: from the first evidence row that names the person, those
-- with a usable number before the others.
-- Grain: clue about a person.
with clues as (
    select
        clue_id,
        person_key
    from {{ ref('int_clue') }}
    where person_key is not null
),

evidence as (
    select * from {{ ref('int_clue_evidence') }}
),

persons as (
    select * from {{ ref('int_source_person') }}
),

named as (
    select
        clues.clue_id,
        clues.person_key,
        persons.name,
        persons.id_number,
        persons.phone,
        row_number() over (
            partition by clues.clue_id
            order by (persons.id_number is null) asc nulls last, evidence.evidence_no asc nulls last
        ) as place
    from clues
    left join evidence on clues.clue_id = evidence.clue_id
    left join persons
        on evidence.row_id = persons.row_id and clues.person_key = persons.person_key
),

final as (
    select
        clue_id,
        person_key,
        name,
        id_number,
        phone
    from named
    where place = 1
)

select * from final
