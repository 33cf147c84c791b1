-- 检察案卡: the newest version of each row as of the night.
-- Grain: county and business key.
with source as (
    {{ newest_of_each_key(source('lake', 'prosecution_case')) }}
),

final as (
    select
        case_no,
        name,
        name_key,
        name_sep,
        id_number,
        id_number_key,
        id_number_status,
        id_number_born,
        id_number_sex,
        born_on_min,
        born_on_max,
        age_at_conduct,
        charge,
        conduct_on_min,
        conduct_on_max,
        accepted_on_min,
        accepted_on_max,
        outcome,
        decided_on_min,
        decided_on_max,
        charged_on_min,
        charged_on_max,
        ban_proposed,
        leniency_signed_on_min,
        leniency_signed_on_max,
        compulsory_measure,
        measure_to_min,
        measure_to_max,
        sent_to_administrative_on_min,
        sent_to_administrative_on_max,
        court_case_no,
        proposed_disposition,
        review_due_on_min,
        review_due_on_max,
        sealed,
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
