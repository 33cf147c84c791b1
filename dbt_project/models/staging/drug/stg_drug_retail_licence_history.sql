-- 药品经营许可证: every delivery up to the night that counts.
-- Grain: row of a delivery.
with source as (
    select * from {{ source('lake', 'drug_retail_licence') }}
),

final as (
    select
        licence_no,
        holder,
        holder_norm,
        uscc,
        address,
        township,
        longitude,
        latitude,
        valid_from_min,
        valid_from_max,
        valid_to_min,
        valid_to_max,
        status,
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
        _source_row as source_row,
        _in_force as in_force
    from source
)

select * from final
