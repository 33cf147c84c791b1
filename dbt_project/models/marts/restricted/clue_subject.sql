-- Who the person of a clue is, unmasked: from the first evidence row that names the person, those
-- with a usable number before the others. Where none does, as the insured are known elsewhere.
-- Grain: clue about a person.
{%- set insured = ref('int_insured_subject') %}
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

insured as (
    {% if is_judged('MED') %}
    select * from {{ insured }}
    {% else %}
    select
        cast(null as varchar) as person_key,
        cast(null as varchar) as name,
        cast(null as varchar) as id_number
    where false
    {% endif %}
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
            order by
                (persons.id_number is null) asc nulls last,
                (persons.name is null) asc nulls last,
                evidence.evidence_no asc nulls last
        ) as place
    from clues
    left join evidence on clues.clue_id = evidence.clue_id
    left join persons
        on evidence.row_id = persons.row_id and clues.person_key = persons.person_key
),

final as (
    select
        named.clue_id,
        named.person_key,
        coalesce(named.name, insured.name) as name,
        coalesce(named.id_number, insured.id_number) as id_number,
        named.phone
    from named
    left join insured on named.person_key = insured.person_key
    where named.place = 1
)

select * from final
