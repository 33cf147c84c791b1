-- Sales that a designated institution settled of drugs that had been shipped to another shop, which
-- held a retail licence and was not designated on that day, and cannot be the seller itself. Packs
-- that the till took back are none. Not long before or after a shop changed its name, its place or
-- its code both may be one.
-- Grain: row of the sale, licence of the other shop.
with sold as (
    select * from {{ ref('int_trace_event') }}
    where event = 'SOLD' and stands and happened_on <= {{ as_of() }}
),

returns as (
    select
        adcode,
        fixmedins_code,
        trace_code,
        max(happened_at) as last_returned_at
    from {{ ref('int_trace_event') }}
    where event = 'RETURNED' and happened_on <= {{ as_of() }}
    group by adcode, fixmedins_code, trace_code
),

shipped as (
    select * from {{ ref('int_trace_event') }}
    where event = 'SHIPPED'
),

shops as (
    select * from {{ ref('int_retail_shop') }}
),

codes as (
    select * from {{ ref('int_shop_code') }}
),

spans as (
    select * from {{ ref('int_outside_span') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

changes as (
    select * from {{ ref('int_shop_change') }}
),

shipments as (
    select
        shipped.trace_code,
        shipped.happened_on as shipped_on,
        shipped.row_id,
        shipped.row_hash,
        -- the licence's number decides where it is given
        coalesce(shipped.to_licence_no, shops.licence_no) as licence_no
    from shipped
    left join shops
        on case when shipped.to_licence_no is null then shipped.to_uscc end = shops.uscc
),

candidates as (
    select
        sold.adcode,
        sold.fixmedins_code,
        shipments.licence_no,
        sold.setl_id,
        sold.hilist_code,
        sold.trace_code,
        sold.happened_on as sold_on,
        sold.row_id,
        sold.row_hash,
        shipments.shipped_on,
        shipments.row_id as shipment_row_id,
        shipments.row_hash as shipment_row_hash,
        row_number() over (
            partition by sold.row_id, shipments.licence_no
            order by shipments.shipped_on desc nulls last, shipments.row_id asc
        ) as place
    from sold
    inner join shipments
        on
            sold.trace_code = shipments.trace_code
            and shipments.shipped_on <= sold.happened_on
    inner join spans
        on
            shipments.licence_no = spans.licence_no
            and spans.valid_from <= sold.happened_on
            and sold.happened_on < spans.valid_to
    left join codes as own
        on
            shipments.licence_no = own.licence_no
            and sold.fixmedins_code = own.fixmedins_code
    left join returns
        on
            sold.adcode = returns.adcode
            and sold.fixmedins_code = returns.fixmedins_code
            and sold.trace_code = returns.trace_code
            and sold.happened_at <= returns.last_returned_at
    where own.licence_no is null and returns.trace_code is null
),

near_changes as (
    select distinct
        candidates.row_id,
        candidates.licence_no
    from candidates
    inner join changes
        on
            changes.shop in (candidates.fixmedins_code, candidates.licence_no)
            and abs({{ days_between('changes.changed_on', 'candidates.sold_on') }})
            <= {{ param('MED-02', 'change_days') }}
),

final as (
    select
        candidates.adcode,
        candidates.fixmedins_code,
        candidates.licence_no,
        candidates.setl_id,
        candidates.hilist_code,
        candidates.trace_code,
        candidates.sold_on,
        candidates.shipped_on,
        coalesce(settlements.is_emergency, false) as is_emergency,
        near_changes.row_id is not null as is_near_change,
        candidates.row_id,
        candidates.row_hash,
        candidates.shipment_row_id,
        candidates.shipment_row_hash
    from candidates
    left join near_changes
        on
            candidates.row_id = near_changes.row_id
            and candidates.licence_no = near_changes.licence_no
    left join settlements
        on candidates.adcode = settlements.adcode and candidates.setl_id = settlements.setl_id
    where candidates.place = 1
)

select * from final
