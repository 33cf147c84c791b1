-- 医保结算: the newest version of each row as of the night.
-- Grain: county and business key.
-- A table, since several models read it and comparing the keys of millions of rows is dear; with
-- what they read and no more, since what a table holds is written to the disk.
{{ config(materialized='table') }}
with source as (
    {{ newest_of_each_key(source('lake', 'medical_settlement')) }}
),

final as (
    select
        setl_id,
        mdtrt_id,
        psn_no,
        certno_key,
        certno_born,
        certno_sex,
        name,
        name_key,
        name_sep,
        insutype,
        fixmedins_code,
        med_type,
        begndate_min,
        enddate_max,
        setl_time,
        setl_type,
        medfee_sumamt,
        fund_pay_sumamt,
        acct_pay,
        acct_mulaid_pay,
        psn_cash_pay,
        balc,
        payer_psn_no,
        orig_setl_id,
        vali_flag,
        opter_id,
        opt_time,
        term_id,
        _row_id as row_id,
        _row_hash as row_hash,
        _adcode as adcode,
        _delivered_on as delivered_on
    from source
)

select * from final
