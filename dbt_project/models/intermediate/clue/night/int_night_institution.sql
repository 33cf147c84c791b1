-- The institutions of this night: those in a register, and those in none that a clue names.
-- Grain: institution.
with institutions as (
    {{ listed_institutions() }}
),

clues as (
    select * from {{ ref('int_night_clue') }}
    where institution_key is not null
),

registered as (
    select
        institution_key,
        uscc,
        name,
        category,
        authority,
        adcode,
        township,
        status,
        medical_code
    from institutions
),

unregistered as (
    select
        institution_key,
        max(subject_label) as name,
        max(institution_category) as category,
        max(adcode) as adcode,
        max(township) as township
    from clues
    where
        subject_type = 'institution'
        and institution_key not in (select institution_key from registered)
    group by institution_key
),

united as (
    select * from registered
    union all
    select
        institution_key,
        null as uscc,
        name,
        category,
        null as authority,
        adcode,
        township,
        null as status,
        null as medical_code
    from unregistered
),

final as (
    select
        {{ as_of() }} as as_of,
        institution_key,
        -- a key without a prefix is the credit code
        coalesce(uscc, case when not contains(institution_key, ':') then institution_key end)
            as uscc,
        name,
        category,
        authority,
        adcode,
        township,
        status,
        medical_code
    from united
)

select * from final
