-- Insured sales of tills that were taken back, though their settlement stands: by a row of the till
-- that returns them, under the same settlement or the one that refunds it, or by a refund of all
-- fee lines of their code. A return takes back the box whose code it bears, else as many packs of
-- the drug in one row, unscanned ones first, else all of the drug that the bill has.
-- Grain: source row of the sale.
with sales as (
    select
        adcode,
        fixmedins_code,
        setl_id,
        hilist_code,
        approval_no,
        goods_name,
        qty,
        sold_at,
        coalesce(trace_code, malformed_code) as scanned,
        row_id
    from {{ ref('int_sale') }}
    where is_insured
),

settlements as (
    select
        adcode,
        setl_id,
        refund_of
    from {{ ref('int_settlement') }}
),

fee_lines as (
    select
        adcode,
        setl_id,
        hilist_code,
        counts
    from {{ ref('int_fee_line') }}
    where setl_id is not null
),

returns as (
    select
        sales.*,
        coalesce(settlements.refund_of, sales.setl_id) as sold_under
    from sales
    left join settlements
        on sales.adcode = settlements.adcode and sales.setl_id = settlements.setl_id
    where sales.qty < 0
),

bills as (
    select distinct
        adcode,
        fixmedins_code,
        sold_under
    from returns
),

rows_of_bills as (
    select
        *,
        true as is_return
    from returns
    union all
    select
        sales.*,
        sales.setl_id as sold_under,
        false as is_return
    from sales
    inner join bills
        on
            sales.adcode = bills.adcode
            and sales.fixmedins_code = bills.fixmedins_code
            and sales.setl_id = bills.sold_under
    where sales.qty > 0
),

-- a row that bears no catalogue code is of the one that the bill has for its approval number
drugs as (
    select
        *,
        abs(qty) as packs,
        coalesce(
            hilist_code,
            case
                when approval_no is not null
                    then min(hilist_code) over (
                        partition by adcode, fixmedins_code, sold_under, approval_no
                    )
            end,
            approval_no,
            goods_name
        ) as drug
    from rows_of_bills
),

by_code as (
    select
        *,
        row_number() over (
            partition by adcode, fixmedins_code, sold_under, scanned, is_return
            order by sold_at asc, row_id asc
        ) as place,
        count(*) filter (where is_return) over of_code as returned,
        count(*) filter (where not is_return) over of_code as sold
    from drugs
    window of_code as (partition by adcode, fixmedins_code, sold_under, scanned)
),

named as (
    select
        *,
        scanned is not null and place <= least(returned, sold) as is_named
    from by_code
),

by_packs as (
    select
        *,
        row_number() over (
            partition by adcode, fixmedins_code, sold_under, drug, packs, is_named, is_return
            order by scanned asc nulls first, sold_at asc, row_id asc
        ) as place_in_packs,
        count(*) filter (where is_return) over of_packs as returned_in_packs,
        sum(qty) over (partition by adcode, fixmedins_code, sold_under, drug) as packs_left
    from named
    window of_packs as (
        partition by adcode, fixmedins_code, sold_under, drug, packs, is_named
    )
),

-- codes of which a bill keeps no fee line; of a bill that was not delivered nobody can tell
gone as (
    select distinct
        fee_lines.adcode,
        fee_lines.setl_id,
        fee_lines.hilist_code
    from fee_lines
    inner join settlements
        on fee_lines.adcode = settlements.adcode and fee_lines.setl_id = settlements.setl_id
    where not fee_lines.counts
),

kept as (
    select distinct
        gone.adcode,
        gone.setl_id,
        gone.hilist_code
    from fee_lines
    inner join gone
        on
            fee_lines.adcode = gone.adcode
            and fee_lines.setl_id = gone.setl_id
            and fee_lines.hilist_code = gone.hilist_code
    where fee_lines.counts
),

final as (
    select row_id
    from by_packs
    where
        not is_return
        and (is_named or place_in_packs <= returned_in_packs or packs_left <= 0)
    union
    select sales.row_id
    from sales
    inner join gone
        on
            sales.adcode = gone.adcode
            and sales.setl_id = gone.setl_id
            and sales.hilist_code = gone.hilist_code
    left join kept
        on
            gone.adcode = kept.adcode
            and gone.setl_id = kept.setl_id
            and gone.hilist_code = kept.hilist_code
    where sales.qty > 0 and kept.hilist_code is null
)

select * from final
