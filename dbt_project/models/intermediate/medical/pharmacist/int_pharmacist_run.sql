-- Days on which a shop sold insured prescription drugs under a certificate, with how many of the
-- sales in the run of days that ends there no register covers, and whether the day's own are among
-- too many.
-- Grain: county, shop, certificate, day.
with days as (
    select * from {{ ref('int_pharmacist_day') }}
),

numbered as (
    select
        *,
        {{ days_between(first_day(), 'sold_on') }} as day_number,
        {{ param('MED-16', 'window_days') }} - 1 as days_before,
        case when is_covered then 0 else sales end as uncovered,
        case when is_covered or is_in_gap then 0 else sales end as uncovered_but_gap,
        case when is_covered or is_in_gap or is_with_owner then 0 else sales end
            as uncovered_after_all
    from days
),

summed as (
    select
        *,
        sum(uncovered) over trailing_days as uncovered_so_far,
        sum(uncovered_but_gap) over trailing_days as uncovered_but_gap_so_far,
        sum(uncovered_after_all) over trailing_days as uncovered_after_all_so_far
    from numbered
    window trailing_days as (
        partition by adcode, fixmedins_code, certificate_no
        order by day_number asc
        range between days_before preceding and current row
    )
),

-- a day is in question when some run of days that holds it has too many sales
final as (
    select
        adcode,
        fixmedins_code,
        certificate_no,
        sold_on,
        uncovered_so_far,
        uncovered_but_gap_so_far,
        uncovered_after_all_so_far,
        uncovered_after_all > 0
        and max(uncovered_after_all_so_far) over (
            partition by adcode, fixmedins_code, certificate_no
            order by day_number asc
            range between current row and days_before following
        ) >= {{ param('MED-16', 'sales_min') }} as is_hit
    from summed
)

select * from final
