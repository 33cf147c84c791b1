-- Until when social insurance shows a person to be working for an institution.
-- An open insurance proves no more than the day of its delivery.
-- Grain: person and institution.
with insurance as (
    select * from {{ ref('stg_social_insurance') }}
    where id_number_key is not null
),

resolved as (
    {{ with_institution('insurance', norm='unit_name_norm') }}
),

final as (
    select
        person_key,
        institution_key,
        max(least(coalesce(insured_to_min, delivered_on), delivered_on)) as insured_until
    from resolved
    where insured_from_max <= {{ as_of() }}
    group by person_key, institution_key
)

select * from final
