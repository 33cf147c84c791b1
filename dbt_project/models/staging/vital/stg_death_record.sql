-- 死亡信息: the newest version of each row as of the night.
-- Grain: county and business key.
with source as (
    {{ newest_of_each_key(source('lake', 'death_record')) }}
),

final as (
    select
        name,
        name_key,
        name_sep,
        id_number,
        id_number_key,
        id_number_status,
        id_number_born,
        id_number_sex,
        died_on_min,
        died_on_max,
        recorded_on_min,
        recorded_on_max,
        cancel_reason,
        place,
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
        _source_row as source_row
    from source
)

select * from final
