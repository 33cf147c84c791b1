-- What the till of a retail pharmacy sold for a fee line of the last months: the receipt row of the
-- settlement with its code, else one without a code and with its amount. Whether the same goods
-- went under the same code for cash, too.
-- Grain: county, line.
with pharmacies as (
    select fixmedins_code from {{ ref('int_medical_institution') }}
    where is_pharmacy
),

fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where
        counts
        and service_on >= {{ window_from('MED-01') }}
        and service_on <= {{ as_of() }}
        and fixmedins_code in (select fixmedins_code from pharmacies)
),

sales as (
    select * from {{ ref('int_sale') }}
    where qty > 0
),

cash_goods as (
    select distinct
        fixmedins_code,
        hilist_code,
        goods_name
    from sales
    where not is_insured and hilist_code is not null
),

receipts as (
    select
        adcode,
        setl_id,
        hilist_code,
        goods_name,
        goods_class,
        is_medical,
        cast(round(qty * price, 2) as decimal(18, 2)) as amount,
        row_id,
        row_hash
    from sales
    where is_insured
),

-- goods that a personal account may not buy say more than those that it may
by_code as (
    select
        fee_lines.adcode,
        fee_lines.bkkp_sn,
        receipts.goods_name,
        receipts.goods_class,
        receipts.is_medical,
        receipts.row_id,
        receipts.row_hash,
        1 as way
    from fee_lines
    inner join receipts
        on
            fee_lines.adcode = receipts.adcode
            and fee_lines.setl_id = receipts.setl_id
            and fee_lines.hilist_code = receipts.hilist_code
),

by_amount as (
    select
        fee_lines.adcode,
        fee_lines.bkkp_sn,
        receipts.goods_name,
        receipts.goods_class,
        receipts.is_medical,
        receipts.row_id,
        receipts.row_hash,
        2 as way
    from fee_lines
    inner join receipts
        on
            fee_lines.adcode = receipts.adcode
            and fee_lines.setl_id = receipts.setl_id
            and fee_lines.det = receipts.amount
    where receipts.hilist_code is null
),

found as (
    select * from by_code
    union all
    select * from by_amount
),

ranked as (
    select
        *,
        row_number() over (
            partition by adcode, bkkp_sn
            order by way asc, is_medical asc nulls last, row_id asc
        ) as place
    from found
),

final as (
    select
        fee_lines.adcode,
        fee_lines.bkkp_sn,
        fee_lines.fixmedins_code,
        fee_lines.person_key,
        fee_lines.service_on,
        fee_lines.hilist_code,
        fee_lines.pric,
        fee_lines.det,
        fee_lines.pool,
        fee_lines.account,
        fee_lines.row_id,
        fee_lines.row_hash,
        ranked.bkkp_sn is not null as has_till_row,
        ranked.goods_name,
        ranked.goods_class,
        coalesce(not ranked.is_medical, false) as is_other_goods,
        cash_goods.goods_name is not null as is_sold_alike_for_cash,
        ranked.row_id as till_row_id,
        ranked.row_hash as till_row_hash
    from fee_lines
    left join ranked
        on
            fee_lines.adcode = ranked.adcode
            and fee_lines.bkkp_sn = ranked.bkkp_sn
            and ranked.place = 1
    left join cash_goods
        on
            fee_lines.fixmedins_code = cash_goods.fixmedins_code
            and fee_lines.hilist_code = cash_goods.hilist_code
            and ranked.goods_name = cash_goods.goods_name
)

select * from final
