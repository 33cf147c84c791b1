-- 医保结算: the newest version of each row as of the night.
-- Grain: county and business key.
-- A table: several models read it, and comparing the keys of millions of rows is dear.
{{ config(materialized='table') }}
with source as (
    {{ newest_of_each_key(source('lake', 'medical_settlement')) }}
),

final as (
    select
        setl_id,
        mdtrt_id,
        psn_no,
        certno,
        certno_key,
        certno_status,
        certno_born,
        certno_sex,
        name,
        name_key,
        name_sep,
        insutype,
        fixmedins_code,
        med_type,
        begndate_min,
        begndate_max,
        enddate_min,
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
        refd_setl_flag,
        orig_setl_id,
        vali_flag,
        opter_id,
        opt_time,
        term_id,
        _row_id as row_id,
        _row_key as row_key,
        _row_hash as row_hash,
        _flags as flags,
        _delivery_id as delivery_id,
        _set_id as set_id,
        _adcode as adcode,
        _supplier as supplier,
        _delivered_on as delivered_on,
        _source_file as source_file,
        _file_order as file_order,
        _source_row as source_row
    from source
)

select * from final
