-- Every settlement of the home, with what refunds left of it. A refund names the settlement that it
-- takes back, itself or by all its lines, or means the nearest earlier one of the same person,
-- institution and amount; through refunds of refunds all lead to the first settlement. One whose
-- original was not delivered waits.
-- Grain: county, settlement.
{% set is_kept = "netted.net_status in ('KEPT', 'PARTIAL')" %}
with recursive settlements as (
    select * from {{ ref('stg_medical_settlement') }}
),

fee_lines as (
    select
        adcode,
        setl_id,
        bkkp_sn,
        init_bkkp_sn,
        fee_ocur_time
    from {{ ref('stg_medical_fee_line') }}
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

med_types as (
    {{ med_types('settlements') }}
),

line_times as (
    select
        adcode,
        setl_id,
        max(fee_ocur_time) as last_fee_at,
        count(*) as lines
    from fee_lines
    where setl_id is not null
    group by adcode, setl_id
),

-- lines that take back one other settlement's; one that was not delivered is named all the same
named_by_lines as (
    select
        naming.adcode,
        naming.setl_id,
        count(*) as lines,
        min(coalesce(named.setl_id, 'line:' || naming.init_bkkp_sn)) as named_setl_id
    from fee_lines as naming
    left join fee_lines as named
        on naming.adcode = named.adcode and naming.init_bkkp_sn = named.bkkp_sn
    where
        naming.setl_id is not null
        and naming.init_bkkp_sn is not null
        and named.setl_id is distinct from naming.setl_id
    group by naming.adcode, naming.setl_id
    having count(distinct named.setl_id) < 2
),

named as (
    select
        settlements.*,
        -- a time of day whose date was not exported stands on a day of its own
        case
            when cast(settlements.setl_time as date) = {{ first_day() }}
                then {{ day_at('settlements.begndate_min', 'settlements.setl_time') }}
            else settlements.setl_time
        end as settled_at,
        line_times.last_fee_at,
        coalesce(line_times.lines, 0) as lines,
        coalesce(settlements.orig_setl_id, named_by_lines.named_setl_id) as named_setl_id
    from settlements
    left join line_times
        on settlements.adcode = line_times.adcode and settlements.setl_id = line_times.setl_id
    left join named_by_lines
        on
            settlements.adcode = named_by_lines.adcode
            and settlements.setl_id = named_by_lines.setl_id
            and line_times.lines = named_by_lines.lines
),

rows_of_refunds as (
    select
        adcode,
        setl_id as row_key,
        named_setl_id as named_key,
        medfee_sumamt as amount,
        settled_at as happened_at,
        psn_no,
        fixmedins_code
    from named
    where coalesce(vali_flag, true)
),

{{ refund_links(
    'refund', 'rows_of_refunds', ['psn_no', 'fixmedins_code'], param('ALL', 'refund_match_days')
) }},

refunded as (
    select
        refund_links.adcode,
        refund_links.original_key as setl_id,
        sum(settlements.medfee_sumamt) as medfee,
        sum(settlements.fund_pay_sumamt) as pool,
        sum(coalesce(settlements.acct_pay, 0) + coalesce(settlements.acct_mulaid_pay, 0))
            as account
    from refund_links
    inner join settlements
        on refund_links.adcode = settlements.adcode and refund_links.row_key = settlements.setl_id
    group by refund_links.adcode, refund_links.original_key
),

dated as (
    select
        named.*,
        coalesce(
            named.last_fee_at,
            {{ day_at('named.begndate_min', 'named.setl_time') }},
            named.setl_time
        ) as service_at,
        named.fund_pay_sumamt as pool_gross,
        coalesce(named.acct_pay, 0) + coalesce(named.acct_mulaid_pay, 0) as account_gross,
        refund_links.original_key as refund_of,
        refunded.setl_id is not null as has_refunds,
        coalesce(refunded.medfee, 0) as medfee_back,
        coalesce(refunded.pool, 0) as pool_back,
        coalesce(refunded.account, 0) as account_back
    from named
    left join refund_links
        on named.adcode = refund_links.adcode and named.setl_id = refund_links.row_key
    left join refunded
        on named.adcode = refunded.adcode and named.setl_id = refunded.setl_id
),

netted as (
    select
        *,
        case
            when not coalesce(vali_flag, true) then 'VOID'
            when refund_of is not null then 'REFUND'
            when medfee_sumamt < 0 then 'ORPHAN_NEGATIVE'
            when not has_refunds or (medfee_back = 0 and pool_back = 0 and account_back = 0)
                then 'KEPT'
            when medfee_sumamt + medfee_back <= 0 then 'FULLY_REFUNDED'
            else 'PARTIAL'
        end as net_status
    from dated
),

final as (
    select
        netted.adcode,
        netted.setl_id,
        netted.mdtrt_id,
        netted.psn_no,
        coalesce(persons.person_key, {{ person_of_number('netted.psn_no') }}) as person_key,
        persons.tier,
        netted.payer_psn_no,
        -- who has two numbers may pay from the other one
        coalesce(
            coalesce(payers.person_key, {{ person_of_number('netted.payer_psn_no') }})
            <> coalesce(persons.person_key, {{ person_of_number('netted.psn_no') }}),
            false
        ) as is_paid_by_other,
        netted.fixmedins_code,
        netted.med_type,
        coalesce(med_types.med_class, 'OTH') as med_class,
        coalesce(med_types.is_emergency, false) as is_emergency,
        netted.setl_type,
        coalesce(netted.setl_type = '1', false) as is_manual,
        netted.insutype,
        netted.begndate_min as begndate,
        netted.enddate_max as enddate,
        netted.settled_at as setl_time,
        netted.service_at,
        cast(netted.service_at as date) as service_on,
        netted.opt_time,
        netted.opter_id,
        netted.term_id,
        netted.net_status,
        {{ is_kept }} and coalesce(netted.setl_type <> '3', true)
            as counts,
        netted.named_setl_id,
        netted.refund_of,
        {{ amount_left('medfee_sumamt', 'medfee_back', is_kept) }} as medfee,
        {{ amount_left('pool_gross', 'pool_back', is_kept) }} as pool,
        {{ amount_left('account_gross', 'account_back', is_kept) }} as account,
        cast(netted.medfee_sumamt as decimal(18, 2)) as medfee_gross,
        cast(netted.pool_gross as decimal(18, 2)) as pool_gross,
        cast(netted.account_gross as decimal(18, 2)) as account_gross,
        cast(netted.psn_cash_pay as decimal(18, 2)) as psn_cash_pay,
        cast(netted.balc as decimal(18, 2)) as balc,
        netted.lines,
        netted.delivered_on,
        netted.row_id,
        netted.row_hash
    from netted
    left join persons on netted.adcode = persons.adcode and netted.psn_no = persons.psn_no
    left join persons as payers
        on netted.adcode = payers.adcode and netted.payer_psn_no = payers.psn_no
    left join med_types
        on netted.adcode = med_types.adcode and netted.med_type = med_types.med_type
)

select * from final
