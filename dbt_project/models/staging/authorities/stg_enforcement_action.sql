-- 行政执法: the newest version of each row as of the night.
-- Grain: county and business key.
with source as (
    {{ newest_of_each_key(source('lake', 'enforcement_action')) }}
),

final as (
    select
        action_no,
        authority,
        institution,
        institution_norm,
        uscc,
        inspected_on_min,
        inspected_on_max,
        finding,
        finding_code,
        rectify_no,
        rectify_by_min,
        rectify_by_max,
        rectified_on_min,
        rectified_on_max,
        filed_on_min,
        filed_on_max,
        decision_no,
        decided_on_min,
        decided_on_max,
        penalty,
        fine,
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
