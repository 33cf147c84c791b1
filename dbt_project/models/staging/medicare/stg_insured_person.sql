-- 参保人信息: the deliveries in force on the night, one per county and supplier.
-- Grain: row of a delivery.
with source as (
    select * from {{ source('lake', 'insured_person') }}
),

final as (
    select
        psn_no,
        name,
        name_key,
        name_sep,
        id_type,
        id_number,
        id_number_key,
        id_number_status,
        id_number_born,
        id_number_sex,
        sex,
        born_on_min,
        born_on_max,
        insurance_type,
        adcode as adcode_stated,
        township,
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
    where _in_force
)

select * from final
