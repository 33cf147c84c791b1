-- Screenings of every channel, with the institution that asked and the person asked about.
-- Grain: screening row.
with screenings as (
    select * from {{ ref('stg_screening_record') }}
),

resolved as (
    {{ with_institution('screenings') }}
),

final as (
    select
        row_id,
        row_hash,
        adcode,
        channel,
        institution_key,
        institution as institution_name,
        person_key,
        id_number_key is not null as id_usable,
        name,
        name_key,
        name_sep,
        screening_type,
        applied_on_min as applied_min,
        applied_on_max as applied_max,
        answered_on_min as answered_min,
        answered_on_max as answered_max,
        result,
        answered_on_max is not null and coalesce(result <> '待核实', true) as is_answered
    from resolved
)

select * from final
