-- Who runs an institution: the sponsor and the principal of every register in force that lists it,
-- and the legal representative of its business registration.
-- Grain: source row and role.
with institutions as (
    select * from {{ ref('int_institution') }}
),

identity as (
    select * from {{ ref('int_institution_identity') }}
),

registered as (
    select
        identity.institution_key,
        register.*
    from {{ ref('stg_institution_register') }} as register
    inner join identity
        on register.row_id = identity.row_id and register.set_id = identity.set_id
),

businesses as (
    {{ with_institution(ref('stg_business_registration'), norm='name_norm') }}
),

final as (
    select
        institution_key,
        '举办者' as role_zh,
        'institution_register' as feed,
        row_id,
        row_hash,
        sponsor as name,
        sponsor_key as name_key,
        sponsor_sep as name_sep,
        sponsor_id_key as id_key,
        sponsor_id_status as id_status,
        sponsor_id_born as born_on,
        sponsor_id_sex as sex
    from registered
    union all
    select
        institution_key,
        '负责人' as role_zh,
        'institution_register' as feed,
        row_id,
        row_hash,
        principal as name,
        principal_key as name_key,
        principal_sep as name_sep,
        principal_id_key as id_key,
        principal_id_status as id_status,
        principal_id_born as born_on,
        principal_id_sex as sex
    from registered
    union all
    select
        institutions.institution_key,
        '法定代表人' as role_zh,
        'business_registration' as feed,
        businesses.row_id,
        businesses.row_hash,
        businesses.legal_representative as name,
        businesses.legal_representative_key as name_key,
        businesses.legal_representative_sep as name_sep,
        businesses.legal_representative_id_key as id_key,
        businesses.legal_representative_id_status as id_status,
        businesses.legal_representative_id_born as born_on,
        businesses.legal_representative_id_sex as sex
    from institutions
    inner join businesses on institutions.institution_key = businesses.institution_key
)

select * from final
