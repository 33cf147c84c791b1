-- 第三方责任: the newest version of each row as of the night.
-- Grain: county and business key.
with source as (
    {{ newest_of_each_key(source('lake', 'injury_liability')) }}
),

final as (
    select
        record_no,
        name,
        name_key,
        name_sep,
        id_number,
        id_number_key,
        id_number_status,
        id_number_born,
        id_number_sex,
        occurred_on_min,
        occurred_on_max,
        kind,
        liable_party,
        medical_compensation,
        refunded_to_fund,
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
