-- 药品销售: the newest version of each row as of the night.
-- Grain: county and business key.
with source as (
    {{ newest_of_each_key(source('lake', 'drug_sale')) }}
),

final as (
    select
        sale_no,
        line_no,
        fixmedins_code,
        setl_id,
        psn_no,
        hilist_code,
        approval_no,
        goods_name,
        goods_class,
        spec,
        qty,
        price,
        sold_at,
        trace_code,
        split_pack,
        prescription_no,
        {{ certificate_norm('pharmacist_certificate') }} as pharmacist_certificate,
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
