-- 医保目录: the deliveries in force on the night, one per county and supplier.
-- Grain: row of a delivery.
with source as (
    select * from {{ source('lake', 'medical_catalogue') }}
),

final as (
    select
        hilist_code,
        name,
        list_type,
        grade,
        approval_no,
        spec,
        limit_sex,
        limit_age_min,
        limit_age_max,
        daily_dose,
        drug_class,
        prescription,
        valid_from_min,
        valid_from_max,
        valid_to_min,
        valid_to_max,
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
