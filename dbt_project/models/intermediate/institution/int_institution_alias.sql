-- Every identifier by which an institution was ever known, and the institution that it means now.
-- Of several institutions the one that is registered as 正常 tonight has it; a name that still
-- means several means none.
-- Grain: kind and value, for names and branches within a county.
with identity as (
    select * from {{ ref('int_institution_identity') }}
),

registered as (
    select * from {{ ref('stg_institution_register_history') }}
),

businesses as (
    select * from {{ ref('stg_business_registration') }}
),

known as (
    select
        identity.*,
        max(identity.uscc) over (partition by identity.institution_key) as institution_uscc,
        case when registered.in_force and registered.status = '正常' then 1 else 2 end as standing
    from identity
    inner join registered
        on identity.row_id = registered.row_id and identity.set_id = registered.set_id
),

stated as (
    select
        'uscc' as alias_kind,
        '' as adcode,
        uscc as alias_value,
        institution_key,
        institution_uscc,
        standing
    from known

    union

    select
        'school_code' as alias_kind,
        '' as adcode,
        school_code as alias_value,
        institution_key,
        institution_uscc,
        standing
    from known

    union

    select
        'licence_no' as alias_kind,
        '' as adcode,
        licence_no as alias_value,
        institution_key,
        institution_uscc,
        standing
    from known

    union

    select
        'name' as alias_kind,
        adcode,
        name_norm as alias_value,
        institution_key,
        institution_uscc,
        standing
    from known

    union

    select
        'branch' as alias_kind,
        adcode,
        name_norm as alias_value,
        institution_key,
        institution_uscc,
        standing
    from known
    where is_branch

    union

    -- the name in the business register, where the school's own register has another
    select
        'name' as alias_kind,
        known.adcode,
        businesses.name_norm as alias_value,
        known.institution_key,
        known.institution_uscc,
        3 as standing
    from known
    inner join businesses on known.uscc = businesses.uscc
),

ranked as (
    select
        *,
        rank() over (partition by alias_kind, adcode, alias_value order by standing) as preference
    from stated
    where alias_value is not null
),

final as (
    select
        alias_kind,
        nullif(adcode, '') as adcode,
        alias_value,
        min(institution_key) as institution_key,
        min(institution_uscc) as uscc
    from ranked
    where preference = 1
    group by alias_kind, adcode, alias_value
    having count(distinct institution_key) = 1
)

select * from final
