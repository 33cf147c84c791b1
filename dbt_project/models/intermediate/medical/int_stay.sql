-- Stays in hospital, and births: when, where, for what, and what the fund paid for them. What kind
-- of stay it was is read from the diagnosis, the ward and the medical type (ref_stay_sign).
-- Grain: county, visit.
with visits as (
    select * from {{ ref('stg_medical_visit') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where counts and mdtrt_id is not null
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

signs as (
    select * from {{ ref('ref_stay_sign') }}
),

med_types as (
    {{ med_types('visits') }}
),

stays as (
    select
        visits.*,
        med_types.med_class,
        med_types.is_day_case as is_day_type,
        med_types.is_transfer
    from visits
    inner join med_types
        on visits.adcode = med_types.adcode and visits.med_type = med_types.med_type
    where med_types.med_class in ('IPT', 'MAT')
),

described as (
    select distinct
        diag_code,
        ward,
        med_type
    from stays
),

-- what may be signs, each value once: a pattern is not tried on every stay
signs_given as (
    select
        *,
        'diagnosis' as source,
        upper(diag_code) as value
    from described
    union all
    select
        *,
        'ward' as source,
        ward as value
    from described
    union all
    select
        *,
        'med_type' as source,
        med_type as value
    from described
),

values_given as (
    select distinct
        source,
        value
    from signs_given
),

classes_of_values as (
    select
        values_given.source,
        values_given.value,
        signs.stay_class
    from values_given
    inner join signs
        on
            values_given.source = signs.source
            and {{ matches('values_given.value', 'signs.pattern') }}
),

signs_of_stay as (
    select
        signs_given.diag_code,
        signs_given.ward,
        signs_given.med_type,
        {{ sorted_text('classes_of_values.stay_class', ';') }} as stay_classes
    from signs_given
    inner join classes_of_values
        on
            signs_given.source = classes_of_values.source
            and signs_given.value = classes_of_values.value
    group by signs_given.diag_code, signs_given.ward, signs_given.med_type
),

paid as (
    select
        adcode,
        mdtrt_id,
        count(*) as settlements,
        {{ sorted_text('setl_id', ';') }} as setl_ids,
        bool_and(is_manual) as is_manual,
        sum(pool) as pool,
        sum(account) as account
    from settlements
    group by adcode, mdtrt_id
),

final as (
    select
        stays.adcode,
        stays.mdtrt_id,
        stays.psn_no,
        coalesce(persons.person_key, {{ person_of_number('stays.psn_no') }}) as person_key,
        persons.tier,
        stays.fixmedins_code,
        stays.med_type,
        stays.med_class,
        stays.begntime as admitted_at,
        stays.endtime as discharged_at,
        cast(stays.begntime as date) as admitted_on,
        cast(stays.endtime as date) as discharged_on,
        {{ days_between('cast(stays.begntime as date)', 'cast(stays.endtime as date)') }} as nights,
        coalesce(
            stays.is_day_type
            or cast(stays.begntime as date) = cast(stays.endtime as date),
            false
        ) as is_day_case,
        coalesce(stays.is_transfer, false) as is_transfer,
        not coalesce(stays.vali_flag, true) as is_void,
        upper(stays.diag_code) as diag_code,
        {{ icd3('stays.diag_code') }} as icd3,
        signs_of_stay.stay_classes,
        coalesce(signs_of_stay.stay_classes like '%newborn%', false) as is_newborn,
        coalesce(signs_of_stay.stay_classes like '%psychiatric%', false) as is_psychiatric,
        coalesce(signs_of_stay.stay_classes like '%injury%', false) as is_injury,
        stays.ward,
        stays.bed,
        coalesce(paid.settlements, 0) as settlements,
        paid.setl_ids,
        coalesce(paid.is_manual, false) as is_manual,
        cast(paid.pool as decimal(18, 2)) as pool,
        cast(paid.account as decimal(18, 2)) as account,
        stays.delivered_on,
        stays.row_id,
        stays.row_hash
    from stays
    left join persons on stays.adcode = persons.adcode and stays.psn_no = persons.psn_no
    left join signs_of_stay
        on
            stays.diag_code is not distinct from signs_of_stay.diag_code
            and stays.ward is not distinct from signs_of_stay.ward
            and stays.med_type = signs_of_stay.med_type
    left join paid on stays.adcode = paid.adcode and stays.mdtrt_id = paid.mdtrt_id
)

select * from final
