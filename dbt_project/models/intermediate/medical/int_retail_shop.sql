-- Every shop that ever held a retail licence for drugs, designated or not, as last licensed, with
-- who stands behind it.
-- Grain: licence.
with licences as (
    select * from {{ ref('stg_drug_retail_licence_history') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

registrations as (
    select * from {{ ref('int_business') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by licence_no
            order by
                in_force desc nulls last,
                delivered_on desc nulls last,
                file_order desc nulls last,
                source_row desc,
                row_id desc
        ) as place
    from licences
),

latest as (
    select * from ranked
    where place = 1
),

-- by its credit code, else by its name in the county
registered as (
    {{ with_registration('latest', norm='holder_norm') }}
),

ranked_registrations as (
    select
        *,
        row_number() over (
            partition by registration_key
            order by delivered_on desc nulls last, row_id desc
        ) as place
    from registrations
),

designated_by_uscc as (
    select
        uscc,
        count(*) as shops
    from institutions
    where is_pharmacy and agreement_status = '在用' and uscc is not null
    group by uscc
),

designated_by_legrep as (
    select
        legrep_key,
        count(*) as shops
    from institutions
    where is_pharmacy and agreement_status = '在用' and legrep_key is not null
    group by legrep_key
),

final as (
    select
        registered.licence_no,
        registered.adcode,
        registered.supplier,
        registered.holder,
        registered.holder_norm,
        registered.uscc,
        coalesce(registered.uscc, 'licence:' || registered.licence_no) as institution_key,
        registered.township,
        registered.address,
        {{ longitude('registered.longitude') }} as longitude,
        {{ latitude('registered.latitude') }} as latitude,
        coalesce(registered.valid_from_min, {{ first_day() }}) as valid_from,
        coalesce({{ add_days('registered.valid_to_max', 1) }}, {{ last_day() }}) as valid_to,
        registered.status,
        registered.in_force as is_listed,
        registration.legal_representative as legrep_name,
        registration.legal_representative_id_key as legrep_key,
        registration.phone,
        coalesce(designated_by_uscc.shops, 0) as designated_shops_of_uscc,
        coalesce(designated_by_legrep.shops, 0) as designated_shops_of_legrep,
        registered.row_id,
        registered.row_hash
    from registered
    left join ranked_registrations as registration
        on registered.registration_key = registration.registration_key and registration.place = 1
    left join designated_by_uscc on registered.uscc = designated_by_uscc.uscc
    left join designated_by_legrep
        on registration.legal_representative_id_key = designated_by_legrep.legrep_key
)

select * from final
