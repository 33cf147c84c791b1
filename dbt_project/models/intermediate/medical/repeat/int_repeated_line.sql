-- Charges that stand at one moment, for one item, beside another of the same person; how many of
-- them are alike (same institution, same quantity, after refunds), which of those came first, and
-- what explains that there are several. Of lines that a bill's total does not contain twice one was
-- only uploaded again; where a till sold as many as were billed they are separate packs.
-- Grain: county, line.
with fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts and det > 0
),

-- all lines are looked at, so nothing else is carried
repeated as (
    select
        adcode,
        person_key,
        hilist_code,
        fee_at
    from {{ ref('int_fee_line') }}
    where counts and det > 0 and fee_on between {{ window_from('MED-17') }} and {{ as_of() }}
    group by adcode, person_key, hilist_code, fee_at
    having count(*) >= {{ param('MED-17', 'lines_min') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

stays as (
    select * from {{ ref('int_stay') }}
),

sales as (
    select * from {{ ref('int_sale') }}
    where setl_id is not null
),

items as (
    select * from {{ ref('int_item') }}
),

paired_items as (
    select * from {{ ref('ref_paired_item') }}
),

paired as (
    select distinct items.hilist_code
    from items
    inner join paired_items on {{ matches('items.name', 'paired_items.pattern') }}
),

candidates as (
    select
        fee_lines.*,
        settlements.tier,
        settlements.setl_time,
        settlements.medfee_gross,
        coalesce(fee_lines.mdtrt_id, settlements.mdtrt_id) as visit,
        -- the mother's own stay is as good as the child's; an antenatal visit is not
        coalesce(stays.is_newborn, false)
        or coalesce(contains(';' || stays.stay_classes || ';', ';birth;'), false)
        or coalesce(settlements.med_class = 'MAT', false) and coalesce(stays.nights > 0, true)
            as is_newborn
    from fee_lines
    inner join repeated
        on
            fee_lines.adcode = repeated.adcode
            and fee_lines.person_key = repeated.person_key
            and fee_lines.hilist_code = repeated.hilist_code
            and fee_lines.fee_at = repeated.fee_at
    inner join settlements
        on fee_lines.adcode = settlements.adcode and fee_lines.setl_id = settlements.setl_id
    left join stays
        on
            fee_lines.adcode = stays.adcode
            and coalesce(fee_lines.mdtrt_id, settlements.mdtrt_id) = stays.mdtrt_id
),

placed as (
    select
        *,
        count(*) over alike as copies,
        min(visit) over alike as first_visit,
        row_number() over (
            partition by adcode, person_key, fixmedins_code, hilist_code, fee_at, cnt
            order by setl_time asc nulls last, setl_id asc, bkkp_sn asc
        ) as copy
    from candidates
    window alike as (partition by adcode, person_key, fixmedins_code, hilist_code, fee_at, cnt)
),

-- the bills on which a line stands again; total and lines are compared as billed, since a refund's
-- lines may come later than its total
bills as (
    select
        adcode,
        setl_id,
        min(medfee_gross) as medfee_gross,
        sum(det) as det_again
    from placed
    where copy > 1
    group by adcode, setl_id
),

billed as (
    select
        bills.adcode,
        bills.setl_id,
        sum(lines_of_bill.det_gross) - bills.medfee_gross >= bills.det_again
            as is_uploaded_again
    from bills
    inner join {{ ref('int_fee_line') }} as lines_of_bill
        on bills.adcode = lines_of_bill.adcode and bills.setl_id = lines_of_bill.setl_id
    group by bills.adcode, bills.setl_id, bills.medfee_gross, bills.det_again
),

items_again as (
    select
        placed.adcode,
        placed.setl_id,
        placed.hilist_code,
        sum(placed.cnt) as cnt
    from placed
    where placed.copies > 1
    group by placed.adcode, placed.setl_id, placed.hilist_code
),

sold as (
    select
        items_again.adcode,
        items_again.setl_id,
        items_again.hilist_code,
        sum(sales.qty) >= items_again.cnt as is_sold
    from items_again
    inner join sales
        on
            items_again.adcode = sales.adcode
            and items_again.setl_id = sales.setl_id
            and items_again.hilist_code = sales.hilist_code
    group by items_again.adcode, items_again.setl_id, items_again.hilist_code, items_again.cnt
),

final as (
    select
        placed.adcode,
        placed.bkkp_sn,
        coalesce(placed.first_visit, placed.person_key) || '|' || placed.hilist_code || '|'
        || {{ format_date('placed.fee_at', '%Y-%m-%dT%H:%M:%S') }} as subject_key,
        placed.person_key,
        placed.psn_no,
        placed.tier,
        placed.fixmedins_code,
        placed.hilist_code,
        placed.fee_at,
        placed.fee_on,
        placed.fee_at = cast(placed.fee_on as timestamp) as has_no_time,
        placed.cnt,
        placed.det,
        placed.pool,
        placed.account,
        placed.copies,
        placed.copy,
        placed.is_newborn,
        coalesce(billed.is_uploaded_again, false) as is_uploaded_again,
        paired.hilist_code is not null as is_paired_item,
        coalesce(sold.is_sold, false) as is_sold_as_billed,
        placed.row_id,
        placed.row_hash
    from placed
    left join billed on placed.adcode = billed.adcode and placed.setl_id = billed.setl_id
    left join paired on placed.hilist_code = paired.hilist_code
    left join sold
        on
            placed.adcode = sold.adcode
            and placed.setl_id = sold.setl_id
            and placed.hilist_code = sold.hilist_code
)

select * from final
