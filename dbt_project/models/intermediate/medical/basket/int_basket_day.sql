-- On which days a pharmacy settled one basket of several goods for too many persons: on that day,
-- or in the days that end with it (MED-11).
-- Grain: county, pharmacy, basket, day.
with baskets as (
    select * from {{ ref('int_basket') }}
    where codes > 1 and service_on >= {{ window_from('MED-11') }}
),

by_shop as (
    select
        adcode,
        fixmedins_code,
        basket,
        count(distinct person_key) as persons
    from baskets
    group by adcode, fixmedins_code, basket
),

by_day as (
    select
        adcode,
        fixmedins_code,
        basket,
        service_on,
        count(distinct person_key) as persons
    from baskets
    group by adcode, fixmedins_code, basket, service_on
),

-- baskets that could reach the number of the longer time at all
many as (
    select * from by_shop
    where persons >= {{ param('MED-11', 'period_persons_min') }}
),

by_period as (
    select
        by_day.adcode,
        by_day.fixmedins_code,
        by_day.basket,
        by_day.service_on,
        count(distinct baskets.person_key) as persons
    from many
    inner join by_day
        on
            many.adcode = by_day.adcode
            and many.fixmedins_code = by_day.fixmedins_code
            and many.basket = by_day.basket
    inner join baskets
        on
            by_day.adcode = baskets.adcode
            and by_day.fixmedins_code = baskets.fixmedins_code
            and by_day.basket = baskets.basket
            and baskets.service_on <= by_day.service_on
            and by_day.service_on
            < {{ add_days('baskets.service_on', param('MED-11', 'period_days')) }}
    group by by_day.adcode, by_day.fixmedins_code, by_day.basket, by_day.service_on
),

reached as (
    select
        by_day.*,
        by_period.persons as period_persons,
        by_day.persons >= {{ param('MED-11', 'day_persons_min') }} as is_by_day,
        coalesce(by_period.persons >= {{ param('MED-11', 'period_persons_min') }}, false)
            as is_by_period
    from by_day
    left join by_period
        on
            by_day.adcode = by_period.adcode
            and by_day.fixmedins_code = by_period.fixmedins_code
            and by_day.basket = by_period.basket
            and by_day.service_on = by_period.service_on
),

final as (
    select * from reached
    where is_by_day or is_by_period
)

select * from final
