-- What says that a registered business serves minors: an item of its business scope, or the name
-- under which it insures people. Items that trade in goods and what is expressly left out are taken
-- away first. Law: 未成年人保护法 130.
-- Grain: business registration and text that has a service phrase, if only in what is taken away.
with registrations as (
    select * from {{ ref('int_business') }}
),

insured as (
    select * from ({{ with_registration(ref('stg_social_insurance'), norm='unit_name_norm') }})
    where
        insured_from_max <= {{ as_of() }}
        and (insured_to_min is null or insured_to_min > {{ as_of() }})
),

phrases as (
    select * from {{ ref('ref_minor_service_phrase') }}
),

services as (
    select * from phrases
    where kind = 'service'
),

alternatives as (
    select
        {{ sorted_text("case when kind = 'negation' then phrase end", '|') }} as negations,
        {{ sorted_text("case when kind in ('goods', 'trade') then phrase end", '|') }} as trades,
        {{ sorted_text("case when kind = 'removal' then phrase end", '|') }} as removals
    from phrases
),

-- left out: brackets that a negation opens, and else what stands before 除外, between 除 and 外, or
-- from the negation to the end of its clause; the 外 of 校外, 课外 or 户外 closes nothing
patterns as (
    select
        '[（(][^（()）；;。，,]*(' || negations || ')[^（()）]*[)）]'
        || '|[^；;。，,（()）]*除外'
        || '|除([^；;。，,外]|[校课户]外)*[^；;。，,外校课户]外'
        || '|(' || negations || ')[^；;。，,)）]*' as left_out,
        '[^；;。，,、（()）|｜/／\s]*(' || trades || ')[^；;。，,、（()）|｜/／\s]*' as trade,
        removals
    from alternatives
),

-- one unit, however its name was written in each row
unit_names as (
    select
        registration_key,
        coalesce(unit_name_norm, unit_name) as unit_norm,
        min(unit_name) as unit_name
    from insured
    group by registration_key, coalesce(unit_name_norm, unit_name)
),

-- two counties normalise one name in two ways: it is one unit all the same
insured_units as (
    select
        unit_names.registration_key,
        unit_names.unit_name,
        count(distinct insured.person_key) as people
    from unit_names
    inner join insured
        on
            unit_names.registration_key = insured.registration_key
            and unit_names.unit_norm = coalesce(insured.unit_name_norm, insured.unit_name)
    group by unit_names.registration_key, unit_names.unit_name
),

texts as (
    select
        registration_key,
        'scope' as source,
        business_scope as text,
        null as people
    from registrations
    union all
    select
        insured_units.registration_key,
        'insurance' as source,
        insured_units.unit_name as text,
        insured_units.people
    from insured_units
    inner join registrations on insured_units.registration_key = registrations.registration_key
),

-- only a text with a phrase is worth taking apart
promising as (
    select distinct texts.*
    from texts
    inner join services on texts.text like '%' || services.phrase || '%'
),

stripped as (
    select
        promising.*,
        {{ replace_all(
            replace_all(
                replace_all('promising.text', 'patterns.removals', "''"),
                'patterns.left_out', "''"
            ),
            'patterns.trade', "''"
        ) }} as remaining_text
    from promising
    cross join patterns
),

-- the last phrase is the head of its noun: 中小学生校外托管服务 is 托管
found as (
    select
        stripped.registration_key,
        stripped.source,
        stripped.text,
        services.phrase,
        services.category,
        row_number() over (
            partition by stripped.registration_key, stripped.source, stripped.text
            order by
                position(services.phrase in stripped.remaining_text) desc,
                length(services.phrase) desc,
                services.phrase asc
        ) as place
    from stripped
    inner join services on stripped.remaining_text like '%' || services.phrase || '%'
),

final as (
    select
        stripped.registration_key,
        stripped.source,
        stripped.text,
        stripped.people,
        found.phrase,
        found.category
    from stripped
    left join found
        on
            stripped.registration_key = found.registration_key
            and stripped.source = found.source
            and stripped.text = found.text
            and found.place = 1
)

select * from final
