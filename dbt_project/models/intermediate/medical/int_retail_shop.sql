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
    select * from {{ ref('stg_business_registration') }}
    where uscc is not null
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

ranked_registrations as (
    select
        *,
        row_number() over (
            partition by uscc
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
        ranked.licence_no,
        ranked.adcode,
        ranked.supplier,
        ranked.holder,
        ranked.holder_norm,
        ranked.uscc,
        coalesce(ranked.uscc, 'licence:' || ranked.licence_no) as institution_key,
        ranked.township,
        ranked.address,
        {{ longitude('ranked.longitude') }} as longitude,
        {{ latitude('ranked.latitude') }} as latitude,
        coalesce(ranked.valid_from_min, {{ first_day() }}) as valid_from,
        coalesce({{ add_days('ranked.valid_to_max', 1) }}, {{ last_day() }}) as valid_to,
        ranked.status,
        ranked.in_force as is_listed,
        registration.legal_representative as legrep_name,
        registration.legal_representative_id_key as legrep_key,
        registration.phone,
        coalesce(designated_by_uscc.shops, 0) as designated_shops_of_uscc,
        coalesce(designated_by_legrep.shops, 0) as designated_shops_of_legrep,
        ranked.row_id,
        ranked.row_hash
    from ranked
    left join ranked_registrations as registration
        on ranked.uscc = registration.uscc and registration.place = 1
    left join designated_by_uscc on ranked.uscc = designated_by_uscc.uscc
    left join designated_by_legrep
        on registration.legal_representative_id_key = designated_by_legrep.legrep_key
    where ranked.place = 1
)

select * from final
