-- Every fee line of the home with its share of its settlement's payment, and what refunds left.
-- The pool goes by the amount within the policy's scope, the account by the whole amount, to the
-- cent by largest remainder (ties by the line's number); a base of zero gives nothing. The shares
-- are those before netting; a line that was taken back in part keeps its part of them. A refund's
-- line that names none takes back one of the settlement that the refund takes back, if it has one.
-- Grain: county, line.
with recursive fee_lines as (
    select
        *,
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
        fee_lines.det as amount,
        fee_lines.fee_ocur_time as happened_at,
        fee_lines.psn_no,
        fee_lines.fixmedins_code,
        fee_lines.hilist_code
    from fee_lines
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
        sum(fee_lines.cnt) as cnt,
        sum(fee_lines.det) as det,
        sum(fee_lines.inscp) as inscp
    from refund_links
    inner join fee_lines
        on refund_links.adcode = fee_lines.adcode and refund_links.row_key = fee_lines.bkkp_sn
    left join settlements
        on fee_lines.adcode = settlements.adcode and fee_lines.setl_id = settlements.setl_id
    where coalesce(settlements.net_status, 'KEPT') <> 'VOID'
    group by refund_links.adcode, refund_links.original_key
),

bases as (
    select
        adcode,
        setl_id,
        sum(inscp) as inscp,
        sum(det) as det
    from fee_lines
    where setl_id is not null
    group by adcode, setl_id
),

-- whole numbers: money in fen, weights in hundredths of a fen, so that nothing is rounded twice
weighed as (
    select
        fee_lines.adcode,
        fee_lines.bkkp_sn,
        fee_lines.setl_id,
        fee_lines.mdtrt_id,
        fee_lines.psn_no,
        fee_lines.fixmedins_code,
        fee_lines.fee_ocur_time as fee_at,
        settlements.service_on,
        settlements.person_key,
        coalesce(settlements.counts, false) as is_in_counting,
        fee_lines.hilist_code,
        fee_lines.pric,
        fee_lines.cnt,
        fee_lines.det,
        fee_lines.inscp,
        fee_lines.prd_days,
        fee_lines.rx_circ_flag,
        fee_lines.bilg_dr_code,
        fee_lines.bilg_dept,
        fee_lines.row_id,
        fee_lines.row_hash,
        case when bases.inscp <> 0 then cast(settlements.pool_gross * 100 as bigint) else 0 end
            as pool_whole,
        cast(fee_lines.inscp * 10000 as bigint) as pool_weight,
        cast(bases.inscp * 10000 as bigint) as pool_base,
        case when bases.det <> 0 then cast(settlements.account_gross * 100 as bigint) else 0 end
            as account_whole,
        cast(fee_lines.det * 10000 as bigint) as account_weight,
        cast(bases.det * 10000 as bigint) as account_base
    from fee_lines
    left join settlements
        on fee_lines.adcode = settlements.adcode and fee_lines.setl_id = settlements.setl_id
    left join bases on fee_lines.adcode = bases.adcode and fee_lines.setl_id = bases.setl_id
),

floored as (
    select
        *,
        {{ whole_share('pool_whole', 'pool_weight', 'pool_base') }} as pool_floor,
        {{ whole_share('account_whole', 'account_weight', 'account_base') }} as account_floor
    from weighed
),

-- the fen that whole shares leave over go to the lines with the largest remainders
ranked as (
    select
        *,
        pool_whole - sum(coalesce(pool_floor, 0)) over settlement as pool_left,
        account_whole - sum(coalesce(account_floor, 0)) over settlement as account_left,
        row_number() over (
            partition by adcode, setl_id
            order by
                {{ share_remainder('pool_whole', 'pool_weight', 'pool_base', 'pool_floor') }} desc,
                bkkp_sn asc
        ) as pool_place,
        row_number() over (
            partition by adcode, setl_id
            order by
                {{ share_remainder(
                    'account_whole', 'account_weight', 'account_base', 'account_floor'
                ) }} desc,
                bkkp_sn asc
        ) as account_place
    from floored
    window settlement as (partition by adcode, setl_id)
),

shared as (
    select
        *,
        {{ share_with_rest('pool') }} as pool_share,
        {{ share_with_rest('account') }} as account_share
    from ranked
),

netted as (
    select
        shared.*,
        refund_links.original_key as refund_of,
        shared.cnt + coalesce(refunded.cnt, 0) as cnt_left,
        shared.det + coalesce(refunded.det, 0) as det_left,
        shared.inscp + coalesce(refunded.inscp, 0) as inscp_left,
        coalesce(
            shared.is_in_counting
            and refund_links.row_key is null
            and shared.cnt + coalesce(refunded.cnt, 0) > 0
            and shared.det + coalesce(refunded.det, 0) >= 0,
            false
        ) as counts
    from shared
    left join refund_links
        on shared.adcode = refund_links.adcode and shared.bkkp_sn = refund_links.row_key
    left join refunded
        on shared.adcode = refunded.adcode and shared.bkkp_sn = refunded.bkkp_sn
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
        netted.fee_at,
        cast(netted.fee_at as date) as fee_on,
        coalesce(netted.service_on, cast(netted.fee_at as date)) as service_on,
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
