-- 医保费用明细: the newest version of each row as of the night.
-- Grain: county and business key.
-- A table: several models read it, and comparing the keys of millions of rows is dear.
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
        hilist_name,
        list_type,
        pric,
        cnt,
        det_item_fee_sumamt,
        inscp_amt,
        bilg_dr_code,
        bilg_dept,
        rx_circ_flag,
        prd_days,
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
