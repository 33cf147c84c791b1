-- Every fee line of the home with its share of its settlement's payment, and what refunds left.
-- The pool goes by the amount within the policy's scope, the account by the whole amount, to the
-- cent by largest remainder (ties by the line's number); a base of zero gives nothing. The shares
-- are those before netting; a line that was taken back in part keeps its part of them.
-- Grain: county, line.
with fee_lines as (
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

-- what refunds took back of a line
refunded as (
    select
        refund_lines.adcode,
        refund_lines.refund_of as bkkp_sn,
        sum(amounts.cnt) as cnt,
        sum(amounts.det) as det,
        sum(amounts.inscp) as inscp
    from refund_lines
    inner join amounts
        on refund_lines.adcode = amounts.adcode and refund_lines.bkkp_sn = amounts.bkkp_sn
    group by refund_lines.adcode, refund_lines.refund_of
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

-- in whole fen, and hundredths of a fen
funds as (
    select
        bases.adcode,
        bases.setl_id,
        cast(bases.inscp * 10000 as bigint) as inscp,
        cast(bases.det * 10000 as bigint) as det,
        cast(settlements.pool_gross * 100 as bigint) as pool,
        cast(settlements.account_gross * 100 as bigint) as account
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
        refund_lines.refund_of,
        refunded.bkkp_sn is not null as has_refunds,
        refunded.det as det_back,
        refunded.inscp as inscp_back,
        joined.cnt + coalesce(refunded.cnt, 0) as cnt_left,
        joined.det + coalesce(refunded.det, 0) as det_left,
        coalesce(
            joined.is_in_counting
            and refund_lines.bkkp_sn is null
            and joined.cnt + coalesce(refunded.cnt, 0) > 0
            and joined.det + coalesce(refunded.det, 0) >= 0,
            false
        ) as counts
    from joined
    left join refund_lines
        on joined.adcode = refund_lines.adcode and joined.bkkp_sn = refund_lines.bkkp_sn
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
        coalesce(netted.person_key, persons.person_key, {{ person_of_number('netted.psn_no') }})
            as person_key,
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
        netted.cnt as cnt_gross,
        {{ amount_left('det', 'det_back', 'netted.counts') }} as det,
        netted.det as det_gross,
        {{ amount_left('inscp', 'inscp_back', 'netted.counts') }} as inscp,
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
