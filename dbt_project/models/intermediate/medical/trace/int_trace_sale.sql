-- Insured sales of boxes whose trace code occurs in more than one insured row of the tills, and
-- whether each stands. A return takes back the sale under its own settlement, or under the one that
-- its settlement refunds; where there is none of its shop, the last sale before it there. The
-- refund of a settlement takes back its sales. Rows of one receipt have one sale_key, as have rows
-- of one settlement.
-- Grain: source row.
with events as (
    select * from {{ ref('int_trace_event') }}
    where event in ('SOLD', 'RETURNED')
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

repeated as (
    select trace_code
    from events
    where event = 'SOLD' and is_insured
    group by trace_code
    having count(*) > 1
),

attributed as (
    select
        events.*,
        coalesce(settlements.refund_of, events.setl_id) as sold_under
    from events
    inner join repeated on events.trace_code = repeated.trace_code
    left join settlements
        on
            events.adcode = settlements.adcode
            and case when events.event = 'RETURNED' then events.setl_id end = settlements.setl_id
),

numbered as (
    select
        *,
        row_number() over (
            partition by trace_code, adcode, fixmedins_code, sold_under, event
            order by happened_at asc, row_id asc
        ) as place,
        sum(case when event = 'SOLD' then 1 else 0 end) over under_one as sold,
        sum(case when event = 'SOLD' then 0 else 1 end) over under_one as returned
    from attributed
    window under_one as (partition by trace_code, adcode, fixmedins_code, sold_under)
),

-- sales that a return names, and those returns
paired as (
    select
        *,
        sold_under is not null and place <= least(sold, returned) as is_paired
    from numbered
),

-- how many boxes of the code the shop has sold and not taken back after each other event
heights as (
    select
        *,
        sum(case when is_paired then 0 when event = 'SOLD' then 1 else -1 end) over by_time
            as height
    from paired
    window by_time as (
        partition by trace_code, adcode, fixmedins_code
        order by happened_at asc, qty < 0 asc, row_id asc
        rows between unbounded preceding and current row
    )
),

depths as (
    select
        *,
        min(height) over (
            partition by trace_code, adcode, fixmedins_code
            order by happened_at asc, qty < 0 asc, row_id asc
            rows between 1 following and unbounded following
        ) as lowest_after
    from heights
),

final as (
    select
        trace_code,
        adcode,
        fixmedins_code,
        sale_no,
        setl_id,
        min(setl_id) over receipt as sale_key,
        person_key,
        happened_at,
        happened_on,
        is_split_pack,
        min(setl_id) over receipt <> max(setl_id) over receipt as is_receipt_again,
        stands and not is_paired and coalesce(lowest_after >= height, true) as stands,
        row_id,
        row_hash
    from depths
    where event = 'SOLD' and is_insured
    window receipt as (partition by trace_code, adcode, fixmedins_code, sale_no)
)

select * from final
