-- Days of every year on which something in the marts falls.
-- Grain: day.
with nights as (
    select as_of as day from {{ all_nights('rule_run') }}
    union
    select {{ as_of() }}
),

deliveries as (
    select delivered_on as day from {{ all_nights('feed_delivery') }}
    where delivered_on is not null
),

conduct as (
    select conduct_from as day from {{ all_nights('clue') }}
    where conduct_from is not null
    union
    select conduct_to from {{ all_nights('clue') }}
    where conduct_to is not null
),

deadlines as (
    select due_on as day from {{ ref('int_clue') }}
),

bounds as (
    select
        min(year(day)) as first_year,
        max(year(day)) as last_year
    from (
        select day from nights
        union
        select day from deliveries
        union
        select day from conduct
        union
        select day from deadlines
    ) as days
),

workdays as (
    select
        date_day,
        is_workday
    from {{ ref('ref_workday') }}
),

days as (
    {{ days_of_years('bounds', 'first_year', 'last_year') }}
),

final as (
    select
        days.date_day,
        cast(year(days.date_day) as integer) as year,
        cast(month(days.date_day) as integer) as month,
        cast(quarter(days.date_day) as integer) as quarter,
        -- outside the published calendar: Monday to Friday
        coalesce(workdays.is_workday, {{ iso_weekday('days.date_day') }} <= 5) as is_workday,
        {{ format_date('days.date_day', '%Y-%m') }} as year_month,
        {{ format_date('days.date_day', '%G-W%V') }} as iso_week
    from days
    left join workdays on days.date_day = workdays.date_day
)

select * from final
