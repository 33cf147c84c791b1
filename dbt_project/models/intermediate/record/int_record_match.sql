-- Which records are about a person known otherwise. T1 same number and compatible name; T2 same
-- number, another name; T3 a record without a usable number, and name, birth date and sex equal
-- to what the person's number and name say. A name alone matches nobody.
-- Grain: person and record.
with persons as (
    select * from {{ ref('int_known_person') }}
),

records as (
    select * from {{ ref('int_record') }}
),

by_number as (
    select
        persons.person_key,
        records.record_id,
        case
            when
                {{ names_compatible(
                    'persons.name_key', 'persons.name_sep', 'records.name_key', 'records.name_sep'
                ) }}
                then 'T1'
            else 'T2'
        end as match_tier
    from persons
    inner join records on persons.person_key = records.person_key
    where records.id_usable
),

by_description as (
    select
        persons.person_key,
        records.record_id,
        'T3' as match_tier
    from persons
    inner join records
        on
            persons.name_key = records.name_key
            and persons.born_on = records.born_on
            and persons.sex = records.sex
    where not records.id_usable
),

matched as (
    select * from by_number
    union all
    select * from by_description
),

best as (
    select
        person_key,
        record_id,
        min(match_tier) as match_tier
    from matched
    group by person_key, record_id
),

final as (
    select
        person_key,
        record_id,
        match_tier,
        case match_tier
            when 'T1' then '证件号码相同，姓名相符'
            when 'T2' then '证件号码相同，姓名不符'
            else '记录无可用证件号码，姓名、出生日期、性别相同'
        end as match_reason
    from best
)

select * from final
