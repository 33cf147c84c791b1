-- What a shop should have of a product by its own purchases, sales and counts, on the night and as
-- of the day by which purchases must have been uploaded. A count resets the balance, after what was
-- bought and sold on its day; without one the opening stock is zero once the purchase ledger is old
-- enough. Only insured sales are known: the balance is an upper bound of what was there. Where a
-- shop has several specifications, a purchase that names none may be of each, and a sale of any:
-- what is left without one has no balance of its own.
-- Grain: shop, approval number, specification.
with events as (
    select * from {{ ref('int_stock_event') }}
    where event_on <= {{ as_of() }}
),

horizons as (
    select
        'night' as horizon,
        {{ as_of() }} as ends_on
    union all
    select
        'settled' as horizon,
        {{ add_days(as_of(), '-' ~ param('MED-03', 'upload_days')) }} as ends_on
),

ledgers as (
    select
        fixmedins_code,
        min(event_on) as ledger_from
    from events
    where kind = 'PURC'
    group by fixmedins_code
),

last_counts as (
    select
        events.fixmedins_code,
        events.approval_no,
        events.spec_norm,
        horizons.horizon,
        max(events.event_on) as counted_on
    from events
    inner join horizons on events.event_on <= horizons.ends_on
    where events.kind = 'COUNT'
    group by events.fixmedins_code, events.approval_no, events.spec_norm, horizons.horizon
),

-- the specification as the till first wrote it
specs as (
    select
        fixmedins_code,
        approval_no,
        spec_norm,
        {{ first_row({'spec': 'spec'}, ["kind <> 'SOLD'", 'event_on', 'row_id']) }} as first_row
    from events
    where spec is not null
    group by fixmedins_code, approval_no, spec_norm
),

-- several counts of one day, of several batches, add up
sums as (
    select
        events.fixmedins_code,
        events.approval_no,
        events.spec_norm,
        horizons.horizon,
        max(events.adcode) as adcode,
        max(events.hilist_code) as hilist_code,
        max(last_counts.counted_on) as counted_on,
        coalesce(
            sum(events.qty) filter (
                where events.kind = 'COUNT' and events.event_on = last_counts.counted_on
            ), 0
        ) as counted,
        coalesce(
            sum(events.qty) filter (
                where
                events.kind = 'PURC'
                and (last_counts.counted_on is null or events.event_on > last_counts.counted_on)
            ), 0
        ) as bought_since,
        coalesce(
            sum(events.qty) filter (
                where
                events.kind = 'SOLD'
                and (last_counts.counted_on is null or events.event_on > last_counts.counted_on)
            ), 0
        ) as sold_since,
        coalesce(sum(events.qty) filter (where events.kind = 'SOLD'), 0) as sold,
        coalesce(sum(events.qty) filter (where events.kind = 'PURC'), 0) as bought,
        min(events.event_on) as first_event_on,
        max(events.event_on) filter (where events.kind = 'SOLD') as last_sold_on
    from events
    inner join horizons on events.event_on <= horizons.ends_on
    left join last_counts
        on
            events.fixmedins_code = last_counts.fixmedins_code
            and events.approval_no = last_counts.approval_no
            and events.spec_norm = last_counts.spec_norm
            and horizons.horizon = last_counts.horizon
    group by events.fixmedins_code, events.approval_no, events.spec_norm, horizons.horizon
),

unspecified as (
    select
        blank.fixmedins_code,
        blank.approval_no,
        blank.horizon,
        max(blank.bought) as bought
    from sums as blank
    inner join sums as other
        on
            blank.fixmedins_code = other.fixmedins_code
            and blank.approval_no = other.approval_no
            and blank.horizon = other.horizon
            and blank.spec_norm < other.spec_norm
    where blank.spec_norm = ''
    group by blank.fixmedins_code, blank.approval_no, blank.horizon
),

balances as (
    select
        sums.*,
        sums.counted + sums.bought_since - sums.sold_since
        + case when sums.spec_norm <> '' then coalesce(unspecified.bought, 0) else 0 end as on_hand,
        greatest(
            {{ param('MED-03', 'shortage_min', 'decimal(18, 6)') }},
            sums.sold * {{ param('MED-03', 'shortage_share', 'decimal(18, 6)') }}
        ) as allowed,
        case
            when sums.spec_norm = '' and unspecified.approval_no is not null then 'unknown'
            when sums.counted_on is not null then 'count'
            when
                {{ add_months('ledgers.ledger_from', param('MED-03', 'ledger_months')) }}
                <= {{ as_of() }}
                then 'ledger'
            else 'unknown'
        end as opening_from
    from sums
    left join ledgers on sums.fixmedins_code = ledgers.fixmedins_code
    left join unspecified
        on
            sums.fixmedins_code = unspecified.fixmedins_code
            and sums.approval_no = unspecified.approval_no
            and sums.horizon = unspecified.horizon
),

final as (
    select
        night.fixmedins_code,
        night.approval_no,
        night.spec_norm,
        specs.first_row.spec,
        night.adcode,
        night.hilist_code,
        night.opening_from,
        night.counted_on,
        night.counted,
        night.bought,
        night.sold,
        night.on_hand,
        night.allowed,
        settled.on_hand as on_hand_settled,
        greatest(-night.on_hand, 0) as shortage,
        night.on_hand < -night.allowed as is_short_now,
        coalesce(
            night.opening_from <> 'unknown'
            and settled.opening_from <> 'unknown'
            and night.on_hand < -night.allowed
            and settled.on_hand < -settled.allowed,
            false
        ) as is_short,
        night.first_event_on,
        night.last_sold_on
    from balances as night
    left join balances as settled
        on
            night.fixmedins_code = settled.fixmedins_code
            and night.approval_no = settled.approval_no
            and night.spec_norm = settled.spec_norm
            and settled.horizon = 'settled'
    left join specs
        on
            night.fixmedins_code = specs.fixmedins_code
            and night.approval_no = specs.approval_no
            and night.spec_norm = specs.spec_norm
    where night.horizon = 'night'
)

select * from final
