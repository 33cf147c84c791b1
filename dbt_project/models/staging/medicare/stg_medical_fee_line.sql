-- 医保费用明细: the newest version of each row as of the night.
-- Grain: county and business key.
-- A table, since several models read it and comparing the keys of millions of rows is dear; with
-- what they read and no more, since what a table holds is written to the disk.
{{ config(materialized='table') }}
with source as (
    {{ newest_of_each_key(source('lake', 'medical_fee_line')) }}
),

final as (
    select
        bkkp_sn,
        init_bkkp_sn,
        setl_id,
        mdtrt_id,
        psn_no,
        fixmedins_code,
        fee_ocur_time,
        hilist_code,
        pric,
        cnt,
        det_item_fee_sumamt,
        inscp_amt,
        bilg_dr_code,
        bilg_dept,
        rx_circ_flag,
        prd_days,
        _row_id as row_id,
        _row_hash as row_hash,
        _adcode as adcode
    from source
)

select * from final
