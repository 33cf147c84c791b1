-- 医保执法: the newest version of each row as of the night.
-- Grain: county and business key.
with source as (
    {{ newest_of_each_key(source('lake', 'medical_enforcement')) }}
),

final as (
    select
        decision_no,
        agency,
        party_code,
        party,
        party_norm,
        party_id,
        party_id_key,
        party_id_status,
        party_id_born,
        party_id_sex,
        cause,
        cause_code,
        conduct_from_min,
        conduct_from_max,
        conduct_to_min,
        conduct_to_max,
        accepted_on_min,
        accepted_on_max,
        decided_on_min,
        decided_on_max,
        recoup,
        fine,
        due_on_min,
        due_on_max,
        paid_on_min,
        paid_on_max,
        transferred_on_min,
        transferred_on_max,
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
