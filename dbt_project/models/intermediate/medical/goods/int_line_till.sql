-- What the till of a retail pharmacy sold for a fee line of the last months: the receipt row of the
-- settlement with its code, else one without a code and with its amount, else, of a settlement of
-- one line and one row, that row if it bears neither. Lines that share a code, or an amount, take
-- their rows in turn, by amount: a row is of one line only, as long as there are as many rows as
-- lines; with fewer, the till put several lines into one, and they go round. Whether the same goods
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
        {{ decimal_or_null('round(' ~ price_of('qty', 'price') ~ ', 2)', 'decimal(18, 2)') }}
            as amount,
        row_id,
        row_hash
    from sales
    where is_insured
),

by_code as (
    select
        fee_lines.adcode,
        fee_lines.setl_id,
        fee_lines.bkkp_sn,
        fee_lines.det,
        fee_lines.hilist_code as shared_by,
        receipts.goods_name,
        receipts.goods_class,
        receipts.is_medical,
        receipts.amount,
        receipts.row_id,
        receipts.row_hash
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
        fee_lines.setl_id,
        fee_lines.bkkp_sn,
        fee_lines.det,
        cast(fee_lines.det as varchar) as shared_by,
        receipts.goods_name,
        receipts.goods_class,
        receipts.is_medical,
        receipts.amount,
        receipts.row_id,
        receipts.row_hash
    from fee_lines
    inner join receipts
        on
            fee_lines.adcode = receipts.adcode
            and fee_lines.setl_id = receipts.setl_id
            and fee_lines.det = receipts.amount
    left join by_code
        on fee_lines.adcode = by_code.adcode and fee_lines.bkkp_sn = by_code.bkkp_sn
    where receipts.hilist_code is null and by_code.bkkp_sn is null
),

-- of a bill for which the till has no more than a row that says neither code nor amount
blank_bills as (
    select distinct
        adcode,
        setl_id
    from receipts
    where hilist_code is null and amount is null
),

only_rows as (
    select
        receipts.adcode,
        receipts.setl_id,
        min(receipts.row_id) as row_id
    from receipts
    inner join blank_bills
        on receipts.adcode = blank_bills.adcode and receipts.setl_id = blank_bills.setl_id
    group by receipts.adcode, receipts.setl_id
    having count(*) = 1
),

only_lines as (
    select
        fee_lines.adcode,
        fee_lines.setl_id,
        min(fee_lines.bkkp_sn) as bkkp_sn
    from fee_lines
    inner join only_rows
        on fee_lines.adcode = only_rows.adcode and fee_lines.setl_id = only_rows.setl_id
    group by fee_lines.adcode, fee_lines.setl_id
    having count(*) = 1
),

by_only as (
    select
        fee_lines.adcode,
        fee_lines.setl_id,
        fee_lines.bkkp_sn,
        fee_lines.det,
        '' as shared_by,
        receipts.goods_name,
        receipts.goods_class,
        receipts.is_medical,
        receipts.amount,
        receipts.row_id,
        receipts.row_hash
    from only_lines
    inner join only_rows
        on only_lines.adcode = only_rows.adcode and only_lines.setl_id = only_rows.setl_id
    inner join fee_lines
        on only_lines.adcode = fee_lines.adcode and only_lines.bkkp_sn = fee_lines.bkkp_sn
    inner join receipts on only_rows.row_id = receipts.row_id
),

found as (
    select * from by_code
    union all
    select * from by_amount
    union all
    select * from by_only
),

-- few: nothing else need be numbered
shared as (
    select
        adcode,
        setl_id,
        shared_by
    from found
    group by adcode, setl_id, shared_by
    having min(bkkp_sn) < max(bkkp_sn)
),

numbered as (
    select
        found.*,
        dense_rank() over (
            partition by found.adcode, found.setl_id, found.shared_by
            order by found.det asc, found.bkkp_sn asc
        ) as line_place,
        dense_rank() over (
            partition by found.adcode, found.setl_id, found.shared_by
            order by found.amount asc nulls last, found.row_id asc
        ) as row_place
    from found
    inner join shared
        on
            found.adcode = shared.adcode
            and found.setl_id = shared.setl_id
            and found.shared_by = shared.shared_by
),

in_turn as (
    select
        *,
        least(max(line_place) over alike, max(row_place) over alike) as turns
    from numbered
    window alike as (partition by adcode, setl_id, shared_by)
),

own as (
    select
        adcode,
        bkkp_sn,
        goods_name,
        goods_class,
        is_medical,
        row_id,
        row_hash
    from in_turn
    where (line_place - row_place) % turns = 0
    union all
    select
        found.adcode,
        found.bkkp_sn,
        found.goods_name,
        found.goods_class,
        found.is_medical,
        found.row_id,
        found.row_hash
    from found
    left join shared
        on
            found.adcode = shared.adcode
            and found.setl_id = shared.setl_id
            and found.shared_by = shared.shared_by
    where shared.setl_id is null
),

-- goods that a personal account may not buy say more than those that it may
ranked as (
    select
        *,
        row_number() over (
            partition by adcode, bkkp_sn
            order by is_medical asc nulls last, row_id asc
        ) as place
    from own
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
