-- On which days a shop held a retail licence for drugs and was not designated: never, not yet, or
-- no longer, or suspended. A register says how long a licence is valid, and a later one overrides
-- it, one that lists the licence as cancelled or revoked from its own day on. A shop that may be
-- one of several codes is designated while any of them is.
-- Grain: licence, first day.
with listings as (
    select * from {{ ref('stg_drug_retail_licence_history') }}
),

codes as (
    select * from {{ ref('int_shop_code') }}
),

designations as (
    select * from {{ ref('int_designation_span') }}
    where state = '在用'
),

-- of several rows of one day the last
ranked as (
    select
        *,
        row_number() over (
            partition by licence_no, delivered_on
            order by file_order desc nulls last, source_row desc, row_id desc
        ) as place
    from listings
),

stated as (
    select
        licence_no,
        delivered_on,
        status,
        case
            when status = '有效' then coalesce(valid_from_min, {{ first_day() }})
            else delivered_on
        end as valid_from,
        coalesce({{ add_days('valid_to_max', 1) }}, {{ last_day() }}) as runs_out_on
    from ranked
    where place = 1
),

bounded as (
    select
        *,
        min(valid_from) over (
            partition by licence_no
            order by delivered_on asc nulls last
            rows between 1 following and unbounded following
        ) as overridden_from
    from stated
),

held as (
    select
        licence_no,
        valid_from,
        least(runs_out_on, coalesce(overridden_from, {{ last_day() }})) as valid_to
    from bounded
    where
        status = '有效'
        and valid_from < least(runs_out_on, coalesce(overridden_from, {{ last_day() }}))
),

designated as (
    select
        codes.licence_no,
        designations.valid_from,
        designations.valid_to
    from codes
    inner join designations on codes.fixmedins_code = designations.fixmedins_code
),

-- where a licence or an agreement begins or ends
turns as (
    select
        licence_no,
        valid_from as turns_on,
        1 as licences,
        0 as agreements
    from held
    union all
    select
        licence_no,
        valid_to as turns_on,
        -1 as licences,
        0 as agreements
    from held
    union all
    select
        licence_no,
        valid_from as turns_on,
        0 as licences,
        1 as agreements
    from designated
    union all
    select
        licence_no,
        valid_to as turns_on,
        0 as licences,
        -1 as agreements
    from designated
),

days as (
    select
        licence_no,
        turns_on,
        sum(licences) as licences,
        sum(agreements) as agreements
    from turns
    group by licence_no, turns_on
),

spans as (
    select
        licence_no,
        turns_on as valid_from,
        lead(turns_on) over by_day as valid_to,
        sum(licences) over by_day as licences,
        sum(agreements) over by_day as agreements
    from days
    window by_day as (partition by licence_no order by turns_on asc nulls last)
),

final as (
    select
        licence_no,
        valid_from,
        valid_to
    from spans
    where licences > 0 and agreements = 0
)

select * from final
