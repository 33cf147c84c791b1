-- On which days a person, by what was dispensed then and in the time before, was supplied with more
-- of a class of drugs than a long prescription and half as much again explain, and from several
-- institutions (MED-12). And whether that holds without one double fill before 春节: the larger of
-- fills in the same few weeks. Persons who never had so much in the whole time are left out first.
-- Grain: person, class of drugs, day of a fill in the window.
{%- set allowance = param('MED-12', 'trailing_days')
    ~ ' * ' ~ param('MED-12', 'excess_factor', 'decimal(9, 2)')
    ~ ' + ' ~ param('MED-12', 'long_prescription_days') %}
{%- set days_before = '1 - ' ~ param('MED-12', 'trailing_days') %}
with dispensing as (
    select * from {{ ref('int_dispensing') }}
    where
        filled_on between {{ add_days(window_from('MED-12'), days_before) }} and {{ as_of() }}
),

festivals as (
    select * from {{ ref('ref_spring_festival') }}
),

settled as (
    select
        person_key,
        drug_class,
        filled_on,
        fixmedins_code,
        adcode,
        setl_id,
        sum(days) as days
    from dispensing
    group by person_key, drug_class, filled_on, fixmedins_code, adcode, setl_id
),

-- a fill is a settlement: two of one day at one shop are a double fill as well as two at two shops,
-- but one that two counties deliver, the person's and the shop's, is one
fills as (
    select
        person_key,
        drug_class,
        filled_on,
        fixmedins_code,
        setl_id,
        min(adcode) as adcode,
        max(days) as days
    from settled
    group by person_key, drug_class, filled_on, fixmedins_code, setl_id
),

plausible as (
    select
        person_key,
        drug_class
    from fills
    group by person_key, drug_class
    having
        sum(days) > {{ allowance }}
        and count(distinct fixmedins_code) >= {{ param('MED-12', 'institutions_min') }}
),

before_festival as (
    select
        fills.*,
        festivals.festival_on
    from plausible
    inner join fills
        on
            plausible.person_key = fills.person_key
            and plausible.drug_class = fills.drug_class
    left join festivals
        on
            festivals.festival_on > fills.filled_on
            and festivals.festival_on
            <= {{ add_days('fills.filled_on', param('MED-12', 'festival_days')) }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key, drug_class, festival_on
            order by
                days desc nulls last,
                filled_on desc nulls last,
                fixmedins_code asc nulls last,
                adcode asc,
                setl_id asc nulls last
        ) as size_place,
        count(*) over (partition by person_key, drug_class, festival_on) as fills_of_festival
    from before_festival
),

marked as (
    select
        *,
        coalesce(festival_on is not null and size_place = 1 and fills_of_festival > 1, false)
            as is_festival_double
    from ranked
),

days_of_fills as (
    select distinct
        person_key,
        drug_class,
        filled_on
    from marked
    where filled_on >= {{ window_from('MED-12') }}
),

reached as (
    select
        days_of_fills.person_key,
        days_of_fills.drug_class,
        days_of_fills.filled_on,
        min(marked.filled_on) as trailing_from,
        sum(marked.days) as days,
        count(distinct marked.fixmedins_code) as institutions,
        coalesce(sum(marked.days) filter (where not marked.is_festival_double), 0)
            as days_but_festival,
        count(distinct case when not marked.is_festival_double then marked.fixmedins_code end)
            as institutions_but_festival
    from days_of_fills
    inner join marked
        on
            days_of_fills.person_key = marked.person_key
            and days_of_fills.drug_class = marked.drug_class
            and marked.filled_on <= days_of_fills.filled_on
            and marked.filled_on >= {{ add_days('days_of_fills.filled_on', days_before) }}
    group by days_of_fills.person_key, days_of_fills.drug_class, days_of_fills.filled_on
),

final as (
    select
        person_key,
        drug_class,
        filled_on,
        trailing_from,
        days,
        institutions,
        days_but_festival > {{ allowance }}
        and institutions_but_festival >= {{ param('MED-12', 'institutions_min') }}
            as is_over_but_festival
    from reached
    where
        days > {{ allowance }}
        and institutions >= {{ param('MED-12', 'institutions_min') }}
)

select * from final
