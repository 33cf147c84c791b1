-- 刑事生效判决: the newest version of each row as of the night.
-- Grain: county and business key.
with source as (
    {{ newest_of_each_key(source('lake', 'criminal_judgment')) }}
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
        sex,
        charges,
        offence_from_min,
        offence_from_max,
        offence_to_min,
        offence_to_max,
        judged_on_min,
        judged_on_max,
        effective_on_min,
        effective_on_max,
        principal_penalty,
        term_months,
        probation_months,
        political_rights,
        ban_years,
        ban_scope,
        injunction,
        victim_minor,
        defendant_role,
        retrial,
        retrial_on_min,
        retrial_on_max,
        served_education_on_min,
        served_education_on_max,
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
