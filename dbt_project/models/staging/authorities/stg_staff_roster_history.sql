-- 从业人员花名册: every delivery up to the night that counts.
-- Grain: row of a delivery.
with source as (
    select * from {{ source('lake', 'staff_roster') }}
),

final as (
    select
        institution,
        institution_norm,
        uscc,
        school_code,
        name,
        name_key,
        name_sep,
        sex,
        ethnicity,
        id_type,
        id_number,
        id_number_key,
        id_number_status,
        id_number_born,
        id_number_sex,
        post,
        engagement,
        hired_on_min,
        hired_on_max,
        left_on_min,
        left_on_max,
        post_status,
        teacher_certificate_no,
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
