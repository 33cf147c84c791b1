-- Insured sales of boxes whose trace code occurs in more than one insured row of the tills, and
-- whether each stands. A return takes back the last sale before it at its shop; the refund of a
-- settlement takes back its sales. Rows of one receipt have one sale_key, as have rows of one
-- settlement.
-- Grain: source row.
with events as (
    select * from {{ ref('int_trace_event') }}
    where event in ('SOLD', 'RETURNED')
),

repeated as (
    select trace_code
    from events
    where event = 'SOLD' and is_insured
    group by trace_code
    having count(*) > 1
),

-- how many boxes of the code the shop has sold and not taken back after each event
heights as (
    select
        events.*,
        sum(case when events.event = 'SOLD' then 1 else -1 end) over by_time as height
    from events
    inner join repeated on events.trace_code = repeated.trace_code
    window by_time as (
        partition by events.trace_code, events.adcode, events.fixmedins_code
        order by events.happened_at asc, events.qty < 0 asc, events.row_id asc
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
        is_settled and coalesce(lowest_after >= height, true) as stands,
        row_id,
        row_hash
    from depths
    where event = 'SOLD' and is_insured
    window receipt as (partition by trace_code, adcode, fixmedins_code, sale_no)
)

select * from final
