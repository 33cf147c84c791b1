-- 检察文书台账: the newest version of each row as of the night.
-- Grain: county and business key.
with source as (
    {{ newest_of_each_key(source('lake', 'procuratorial_document')) }}
),

final as (
    select
        document_no,
        document_type,
        addressee,
        addressee_norm,
        addressee_uscc,
        matter,
        institution,
        institution_norm,
        institution_uscc,
        case_no,
        clue_id,
        issued_on_min,
        issued_on_max,
        served_on_min,
        served_on_max,
        reply_due_on_min,
        reply_due_on_max,
        urgent,
        replied_on_min,
        replied_on_max,
        reply_result,
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
