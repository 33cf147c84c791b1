-- 市场主体登记: every delivery up to the night that counts.
-- Grain: row of a delivery.
with source as (
    select * from {{ source('lake', 'business_registration') }}
),

final as (
    select
        uscc,
        registration_no,
        name,
        name_norm,
        entity_type,
        business_scope,
        opened_on_min,
        opened_on_max,
        status,
        closed_on_min,
        closed_on_max,
        legal_representative,
        legal_representative_key,
        legal_representative_sep,
        legal_representative_id,
        legal_representative_id_key,
        legal_representative_id_status,
        legal_representative_id_born,
        legal_representative_id_sex,
        address,
        phone,
        longitude,
        latitude,
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
