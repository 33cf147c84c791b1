-- 执业药师注册: every delivery up to the night that counts.
-- Grain: row of a delivery.
with source as (
    select * from {{ source('lake', 'pharmacist_registration') }}
),

final as (
    select
        upper(certificate_no) as certificate_no,
        name,
        name_key,
        name_sep,
        id_number,
        id_number_key,
        id_number_status,
        id_number_born,
        id_number_sex,
        registered_unit,
        registered_unit_norm,
        unit_uscc,
        valid_from_min,
        valid_from_max,
        valid_to_min,
        valid_to_max,
        person_key,
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
