-- Of shops tied to one that is not designated, the products of which more was sold to the insured
-- than was bought, while the other shop bought them.
-- Grain: designated institution, licence of the other shop, product.
with pairs as (
    select * from {{ ref('int_outside_pair') }}
),

events as (
    select * from {{ ref('int_stock_event') }}
    where kind <> 'COUNT' and event_on <= {{ as_of() }}
),

purchases as (
    select * from {{ ref('stg_drug_purchase') }}
),

items as (
    select * from {{ ref('int_item') }}
),

codes as (
    select * from {{ ref('int_shop_code') }}
),

own as (
    select
        pairs.fixmedins_code,
        pairs.licence_no,
        events.approval_no,
        events.spec_norm,
        coalesce(sum(events.qty) filter (where events.kind = 'SOLD'), 0) as sold,
        coalesce(sum(events.qty) filter (where events.kind = 'PURC'), 0) as bought,
        min(events.event_on) filter (where events.kind = 'SOLD') as sold_from,
        max(events.event_on) filter (where events.kind = 'SOLD') as sold_to
    from pairs
    inner join events
        on
            pairs.fixmedins_code = events.fixmedins_code
            and pairs.outside_from <= events.event_on
            and events.event_on < pairs.outside_to
    group by pairs.fixmedins_code, pairs.licence_no, events.approval_no, events.spec_norm
),

-- by its licence, or, where a row bears none, by a code of it
other_shops as (
    select
        pairs.*,
        pairs.licence_no as bought_by,
        'licence' as known_by
    from pairs
    union all
    select
        pairs.*,
        codes.fixmedins_code as bought_by,
        'code' as known_by
    from pairs
    inner join codes on pairs.licence_no = codes.licence_no
),

buyers as (
    select
        *,
        coalesce(licence_no, fixmedins_code) as bought_by,
        case when licence_no is null then 'code' else 'licence' end as known_by
    from purchases
),

bought_there as (
    select
        other_shops.fixmedins_code,
        other_shops.licence_no,
        coalesce(buyers.approval_no, items.approval_no) as approval_no,
        coalesce({{ spec_norm('buyers.spec') }}, items.spec_norm, '') as spec_norm,
        buyers.qty,
        buyers.stocked_on_max,
        buyers.row_id,
        buyers.row_hash
    from other_shops
    inner join buyers
        on
            other_shops.known_by = buyers.known_by
            and other_shops.bought_by = buyers.bought_by
            and buyers.stocked_on_max between other_shops.outside_from and {{ as_of() }}
            and buyers.stocked_on_max < other_shops.outside_to
    left join items on buyers.hilist_code = items.hilist_code
),

there as (
    select
        *,
        sum(qty) over product as bought,
        row_number() over (
            partition by fixmedins_code, licence_no, approval_no, spec_norm
            order by stocked_on_max desc nulls last, row_id asc
        ) as place
    from bought_there
    window product as (partition by fixmedins_code, licence_no, approval_no, spec_norm)
),

own_products as (
    select
        *,
        count(*) over (partition by fixmedins_code, licence_no, approval_no) as specs
    from own
),

products_there as (
    select
        *,
        count(*) over (partition by fixmedins_code, licence_no, approval_no) as specs
    from there
    where place = 1
),

final as (
    select
        own.fixmedins_code,
        own.licence_no,
        own.approval_no,
        own.spec_norm,
        own.sold,
        own.bought,
        there.bought as bought_there,
        own.sold_from,
        own.sold_to,
        there.row_id,
        there.row_hash
    from own_products as own
    inner join products_there as there
        on
            own.fixmedins_code = there.fixmedins_code
            and own.licence_no = there.licence_no
            and own.approval_no = there.approval_no
            and (
                own.spec_norm = there.spec_norm
                or (
                    own.specs = 1
                    and there.specs = 1
                    and '' in (own.spec_norm, there.spec_norm)
                )
            )
    where
        there.bought > 0
        and own.sold - own.bought >= {{ param('MED-02', 'packs_min') }}
)

select * from final
