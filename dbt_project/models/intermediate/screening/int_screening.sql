-- Screenings of every channel, with the institution that asked and the person asked about. A result
-- without its day was given between the application and the delivery that first had it.
-- Grain: screening row.
with screenings as (
    select * from {{ ref('stg_screening_record') }}
),

resolved as (
    {{ with_institution('screenings') }}
),

-- a row sent again is no later answer
undated as (
    select
        _adcode as adcode,
        _row_key as row_key,
        _row_hash as row_hash,
        min(_delivered_on) as first_delivered_on
    from {{ source('lake', 'screening_record') }}
    where answered_on_max is null and result in ('未发现', '发现')
    group by _adcode, _row_key, _row_hash
),

dated as (
    select
        resolved.*,
        case
            when undated.row_key is null then resolved.answered_on_min
            else least(resolved.applied_on_min, undated.first_delivered_on)
        end as answered_min,
        coalesce(resolved.answered_on_max, undated.first_delivered_on) as answered_max
    from resolved
    left join undated
        on
            resolved.adcode = undated.adcode
            and resolved.row_key = undated.row_key
            and resolved.row_hash = undated.row_hash
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
        answered_min,
        answered_max,
        result,
        answered_max is not null and coalesce(result <> '待核实', true) as is_answered
    from dated
)

select * from final
