-- Every designated medical institution that a register of the home ever listed, as last listed.
-- Its key is its credit code; without one its name in the county; without that its own code.
-- Grain: code of the institution.
with listings as (
    select * from {{ ref('stg_medical_institution_history') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by code
            order by
                in_force desc nulls last,
                delivered_on desc nulls last,
                file_order desc nulls last,
                source_row desc,
                row_id desc
        ) as place
    from listings
),

final as (
    select
        code as fixmedins_code,
        adcode,
        supplier,
        name,
        name_norm,
        kind,
        kind = '零售药店' as is_pharmacy,
        uscc,
        coalesce(uscc, 'name:' || adcode || ':' || name_norm, 'medical:' || code)
            as institution_key,
        township,
        address,
        {{ longitude('longitude') }} as longitude,
        {{ latitude('latitude') }} as latitude,
        legal_representative as legrep_name,
        legal_representative_key as legrep_name_key,
        legal_representative_sep as legrep_name_sep,
        legal_representative_id_key as legrep_key,
        phone,
        {{ minute_of_day('open_hour') }} as opens_at,
        {{ minute_of_day('close_hour') }} as closes_at,
        beds,
        designated_from_max as designated_from,
        designated_to_max as designated_to,
        agreement_status,
        status_from_max as status_from,
        in_force as is_listed,
        delivered_on,
        row_id,
        row_hash
    from ranked
    where place = 1
)

select * from final
