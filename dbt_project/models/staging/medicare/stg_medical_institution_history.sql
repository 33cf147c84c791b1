-- 定点医药机构: every delivery up to the night that counts.
-- Grain: row of a delivery.
with source as (
    select * from {{ source('lake', 'medical_institution') }}
),

final as (
    select
        code,
        name,
        name_norm,
        kind,
        uscc,
        township,
        address,
        longitude,
        latitude,
        legal_representative,
        legal_representative_key,
        legal_representative_sep,
        legal_representative_id,
        legal_representative_id_key,
        legal_representative_id_status,
        legal_representative_id_born,
        legal_representative_id_sex,
        phone,
        designated_from_min,
        designated_from_max,
        designated_to_min,
        designated_to_max,
        agreement_status,
        status_from_min,
        status_from_max,
        open_hour,
        close_hour,
        beds,
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
