-- Every fee line of the home with its share of its settlement's payment, and what refunds left.
-- The pool goes by the amount within the policy's scope, the account by the whole amount, to the
-- cent by largest remainder (ties by the line's number); a base of zero gives nothing. The shares
-- are those before netting; a line that was taken back in part keeps its part of them. A refund's
-- line that names none takes back one of the settlement that the refund takes back, if it has one.
-- Grain: county, line.
with recursive fee_lines as (
    select * from {{ ref('stg_medical_fee_line') }}
),

-- what money is shared by: millions of rows are sorted, so no more than that
amounts as (
    select
        adcode,
        bkkp_sn,
        setl_id,
        cnt,
        coalesce(inscp_amt, 0) as inscp,
        det_item_fee_sumamt as det
    from {{ ref('stg_medical_fee_line') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

refund_lines as (
    select * from {{ ref('int_refund_line') }}
),

rows_of_refunds as (
    select
        fee_lines.adcode,
        fee_lines.bkkp_sn as row_key,
        coalesce(fee_lines.init_bkkp_sn, refund_lines.named_key) as named_key,
        fee_lines.det_item_fee_sumamt as amount,
        fee_lines.fee_ocur_time as happened_at,
        fee_lines.psn_no,
        fee_lines.fixmedins_code,
        fee_lines.hilist_code
    from {{ ref('stg_medical_fee_line') }} as fee_lines
    left join refund_lines
        on
            fee_lines.adcode = refund_lines.adcode
            and fee_lines.bkkp_sn = refund_lines.bkkp_sn
),

{{ refund_links(
    'refund', 'rows_of_refunds', ['psn_no', 'fixmedins_code', 'hilist_code'],
    param('ALL', 'refund_match_days')
) }},

-- a void settlement takes nothing back
refunded as (
    select
        refund_links.adcode,
        refund_links.original_key as bkkp_sn,
        sum(amounts.cnt) as cnt,
        sum(amounts.det) as det,
        sum(amounts.inscp) as inscp
    from refund_links
    inner join amounts
        on refund_links.adcode = amounts.adcode and refund_links.row_key = amounts.bkkp_sn
    left join settlements
        on amounts.adcode = settlements.adcode and amounts.setl_id = settlements.setl_id
    where coalesce(settlements.net_status, 'KEPT') <> 'VOID'
    group by refund_links.adcode, refund_links.original_key
),

bases as (
    select
        adcode,
        setl_id,
        sum(inscp) as inscp,
        sum(det) as det
    from amounts
    where setl_id is not null
    group by adcode, setl_id
),

funds as (
    select
        bases.*,
        settlements.pool_gross,
        settlements.account_gross
    from bases
    inner join settlements
        on bases.adcode = settlements.adcode and bases.setl_id = settlements.setl_id
),

{{ line_shares('pool', 'inscp') }},

{{ line_shares('account', 'det') }},

joined as (
    select
        fee_lines.*,
        fee_lines.det_item_fee_sumamt as det,
        coalesce(fee_lines.inscp_amt, 0) as inscp,
        settlements.service_on,
        settlements.person_key,
        coalesce(settlements.counts, false) as is_in_counting,
        coalesce(pool_shares.share, 0) as pool_share,
        coalesce(account_shares.share, 0) as account_share
    from fee_lines
    left join settlements
        on fee_lines.adcode = settlements.adcode and fee_lines.setl_id = settlements.setl_id
    left join pool_shares
        on fee_lines.adcode = pool_shares.adcode and fee_lines.bkkp_sn = pool_shares.bkkp_sn
    left join account_shares
        on fee_lines.adcode = account_shares.adcode and fee_lines.bkkp_sn = account_shares.bkkp_sn
),

netted as (
    select
        joined.*,
        refund_links.original_key as refund_of,
        joined.cnt + coalesce(refunded.cnt, 0) as cnt_left,
        joined.det + coalesce(refunded.det, 0) as det_left,
        joined.inscp + coalesce(refunded.inscp, 0) as inscp_left,
        coalesce(
            joined.is_in_counting
            and refund_links.row_key is null
            and joined.cnt + coalesce(refunded.cnt, 0) > 0
            and joined.det + coalesce(refunded.det, 0) >= 0,
            false
        ) as counts
    from joined
    left join refund_links
        on joined.adcode = refund_links.adcode and joined.bkkp_sn = refund_links.row_key
    left join refunded
        on joined.adcode = refunded.adcode and joined.bkkp_sn = refunded.bkkp_sn
),

final as (
    select
        netted.adcode,
        netted.bkkp_sn,
        netted.setl_id,
        netted.mdtrt_id,
        netted.psn_no,
        coalesce(netted.person_key, persons.person_key, 'psn:' || netted.psn_no) as person_key,
        netted.fixmedins_code,
        netted.fee_ocur_time as fee_at,
        cast(netted.fee_ocur_time as date) as fee_on,
        coalesce(netted.service_on, cast(netted.fee_ocur_time as date)) as service_on,
        netted.hilist_code,
        netted.pric,
        netted.prd_days,
        netted.rx_circ_flag,
        netted.bilg_dr_code,
        netted.bilg_dept,
        netted.counts,
        netted.setl_id is null as is_unsettled,
        netted.refund_of,
        case when netted.counts then netted.cnt_left else 0 end as cnt,
        cast(case when netted.counts then netted.det_left else 0 end as decimal(18, 2)) as det,
        cast(case when netted.counts then netted.inscp_left else 0 end as decimal(18, 2)) as inscp,
        {{ share_left('pool') }} as pool,
        {{ share_left('account') }} as account,
        netted.row_id,
        netted.row_hash
    from netted
    left join persons
        on
            netted.adcode = persons.adcode
            -- a settlement knows its person
            and case when netted.person_key is null then netted.psn_no end = persons.psn_no
)

select * from final
