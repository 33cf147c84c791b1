-- Lines of retail pharmacies that bear a sign that something else was sold: (a) the till's goods
-- are none that the insurance may pay; (b) by its stock the shop cannot have had the drug, where
-- purchases or counts are fresh enough to say so (MED-03); (c) the
-- till knows nothing of it although it does of most lines of the month; (d) the price is none:
-- several on one day, or far from what the shop usually takes. A price that all buyers of the day
-- paid is a promotion.
-- Grain: county, line.
with lines as (
    select
        *,
        {{ format_date('service_on', '%Y-%m') }} as month
    from {{ ref('int_line_till') }}
),

items as (
    select * from {{ ref('int_item') }}
),

balances as (
    select * from {{ ref('int_stock_balance') }}
    where is_short
),

gates as (
    select * from {{ ref('int_medical_gate') }}
    where rule_id = 'MED-03' and requirement = 'fresh' and is_met
),

events as (
    select * from {{ ref('int_stock_event') }}
    where kind = 'SOLD'
),

short_products as (
    select balances.*
    from balances
    inner join gates on balances.adcode = gates.adcode
),

-- the products' codes, as the catalogue or the shop's till has them
short_codes as (
    select
        short_products.fixmedins_code,
        items.hilist_code
    from short_products
    inner join items
        on
            short_products.approval_no = items.approval_no
            and short_products.spec_norm = coalesce(items.spec_norm, '')
    union
    select
        short_products.fixmedins_code,
        events.hilist_code
    from short_products
    inner join events
        on
            short_products.fixmedins_code = events.fixmedins_code
            and short_products.approval_no = events.approval_no
            and short_products.spec_norm = events.spec_norm
),

months as (
    select
        adcode,
        fixmedins_code,
        month,
        count(*) filter (where has_till_row)
        >= count(*) * {{ param('MED-01', 'till_share', 'decimal(9, 6)') }} as is_till_kept
    from lines
    group by adcode, fixmedins_code, month
),

usual_prices as (
    select
        adcode,
        fixmedins_code,
        hilist_code,
        {{ median_of('pric', 'decimal(24, 6)') }} as usual_price
    from lines
    where pric > 0
    group by adcode, fixmedins_code, hilist_code
),

days as (
    select
        adcode,
        fixmedins_code,
        hilist_code,
        service_on,
        count(distinct pric) as prices,
        count(distinct person_key) as buyers
    from lines
    where pric > 0
    group by adcode, fixmedins_code, hilist_code, service_on
),

signed as (
    select
        lines.*,
        items.name as item_name,
        short_codes.fixmedins_code is not null as is_short,
        not lines.has_till_row and months.is_till_kept as is_unknown_to_till,
        coalesce(days.prices >= {{ param('MED-01', 'price_variants_min') }}, false)
            as has_many_prices,
        coalesce(
            abs(lines.pric - usual_prices.usual_price)
            > usual_prices.usual_price * {{ param('MED-01', 'price_deviation', 'decimal(9, 6)') }},
            false
        ) as is_odd_price,
        coalesce(days.prices = 1 and days.buyers > 1, false) as is_promotion
    from lines
    inner join items on lines.hilist_code = items.hilist_code
    inner join months
        on
            lines.adcode = months.adcode
            and lines.fixmedins_code = months.fixmedins_code
            and lines.month = months.month
    left join usual_prices
        on
            lines.adcode = usual_prices.adcode
            and lines.fixmedins_code = usual_prices.fixmedins_code
            and lines.hilist_code = usual_prices.hilist_code
    left join days
        on
            lines.adcode = days.adcode
            and lines.fixmedins_code = days.fixmedins_code
            and lines.hilist_code = days.hilist_code
            and lines.service_on = days.service_on
    left join short_codes
        on
            lines.fixmedins_code = short_codes.fixmedins_code
            and lines.hilist_code = short_codes.hilist_code
),

weighed as (
    select
        *,
        case when is_short then 1 else 0 end
        + case when is_unknown_to_till then 1 else 0 end
        + case when has_many_prices or is_odd_price then 1 else 0 end as signs,
        case when is_short then 1 else 0 end
        + case when is_unknown_to_till then 1 else 0 end
        + case when has_many_prices or (is_odd_price and not is_promotion) then 1 else 0 end
            as signs_but_promotions
    from signed
),

judged as (
    select
        *,
        is_other_goods or signs >= {{ param('MED-01', 'signs_min') }} as is_hit,
        is_other_goods or signs_but_promotions >= {{ param('MED-01', 'signs_min') }}
            as is_hit_but_promotions,
        (is_other_goods and not is_sold_alike_for_cash)
        or signs_but_promotions >= {{ param('MED-01', 'signs_min') }} as is_hit_after_all
    from weighed
),

final as (
    select
        adcode,
        bkkp_sn,
        fixmedins_code,
        service_on,
        hilist_code,
        item_name,
        goods_name,
        goods_class,
        is_other_goods,
        is_short,
        is_unknown_to_till,
        has_many_prices or is_odd_price as is_price_artefact,
        is_hit_but_promotions,
        is_hit_after_all,
        det,
        pool,
        account,
        row_id,
        row_hash,
        till_row_id,
        till_row_hash
    from judged
    where is_hit
)

select * from final
