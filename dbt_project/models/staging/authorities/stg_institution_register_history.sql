-- 单位名录: every delivery up to the night that counts.
-- Grain: row of a delivery.
with source as (
    select * from {{ source('lake', 'institution_register') }}
),

final as (
    select
        name,
        name_norm,
        uscc,
        school_code,
        category,
        authority,
        licence_no,
        licence_to_min,
        licence_to_max,
        sponsor,
        sponsor_key,
        sponsor_sep,
        sponsor_id,
        sponsor_id_key,
        sponsor_id_status,
        sponsor_id_born,
        sponsor_id_sex,
        principal,
        principal_key,
        principal_sep,
        principal_id,
        principal_id_key,
        principal_id_status,
        principal_id_born,
        principal_id_sex,
        township,
        address,
        opened_on_min,
        opened_on_max,
        status,
        closed_on_min,
        closed_on_max,
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
