-- Which line is taken back by a refund's line that names none: one of the settlement that the
-- refund takes back, of the same item and amount, each once, else the largest of the item. Where
-- that settlement was not delivered the line waits for it, and takes nothing of another.
-- Grain: county, line of a refund.
with fee_lines as (
    select
        adcode,
        setl_id,
        bkkp_sn,
        init_bkkp_sn,
        hilist_code,
        abs(det_item_fee_sumamt) as size
    from {{ ref('stg_medical_fee_line') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

-- refunds that are of one settlement, or that name one which was not delivered
bills_back as (
    select
        adcode,
        setl_id,
        named_setl_id,
        refund_of
    from settlements
    where refund_of is not null or (net_status = 'ORPHAN_NEGATIVE' and named_setl_id is not null)
),

nameless_lines as (
    select
        fee_lines.adcode,
        fee_lines.bkkp_sn,
        fee_lines.hilist_code,
        fee_lines.size,
        bills_back.refund_of,
        'settlement:' || bills_back.named_setl_id as waits_for,
        row_number() over (
            partition by
                fee_lines.adcode, fee_lines.setl_id, fee_lines.hilist_code, fee_lines.size
            order by fee_lines.bkkp_sn asc
        ) as place
    from fee_lines
    inner join bills_back
        on fee_lines.adcode = bills_back.adcode and fee_lines.setl_id = bills_back.setl_id
    where fee_lines.init_bkkp_sn is null
),

bills as (
    select distinct
        adcode,
        refund_of
    from nameless_lines
),

lines_of_bills as (
    select
        fee_lines.adcode,
        fee_lines.setl_id,
        fee_lines.bkkp_sn,
        fee_lines.hilist_code,
        fee_lines.size,
        row_number() over (
            partition by
                fee_lines.adcode, fee_lines.setl_id, fee_lines.hilist_code, fee_lines.size
            order by fee_lines.bkkp_sn asc
        ) as place
    from fee_lines
    inner join bills
        on fee_lines.adcode = bills.adcode and fee_lines.setl_id = bills.refund_of
),

meant as (
    select
        nameless_lines.adcode,
        nameless_lines.bkkp_sn,
        coalesce(lines_of_bills.bkkp_sn, nameless_lines.waits_for) as named_key,
        row_number() over (
            partition by nameless_lines.adcode, nameless_lines.bkkp_sn
            order by
                nameless_lines.size = lines_of_bills.size
                and nameless_lines.place = lines_of_bills.place desc nulls last,
                lines_of_bills.size desc nulls last,
                lines_of_bills.bkkp_sn asc
        ) as choice
    from nameless_lines
    left join lines_of_bills
        on
            nameless_lines.adcode = lines_of_bills.adcode
            and nameless_lines.refund_of = lines_of_bills.setl_id
            and nameless_lines.hilist_code = lines_of_bills.hilist_code
),

final as (
    select
        adcode,
        bkkp_sn,
        named_key
    from meant
    where choice = 1 and named_key is not null
)

select * from final
