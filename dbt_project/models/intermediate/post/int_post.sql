-- Posts on the rosters in force, and which of them are held for certain on the night.
-- An active post surely covers the night, is in contact with minors, and is corroborated by a
-- roster or by social insurance that is recent enough. Grain: person and institution.
with roster as (
    select * from {{ ref('int_roster_row') }}
    where in_force
),

institutions as (
    select * from {{ ref('int_institution') }}
),

first_hires as (
    select * from {{ ref('int_first_hire') }}
),

services as (
    select * from {{ ref('int_unbroken_service') }}
),

insured as (
    select * from {{ ref('int_insured') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key, institution_key
            order by {{ telling_row_first() }}
        ) as place
    from roster
),

described as (
    select
        ranked.*,
        ranked.person_key || '@' || ranked.institution_key as subject_key,
        institutions.category,
        institutions.township,
        institutions.inactive_reason as institution_inactive_reason,
        coalesce(institutions.name, ranked.institution_stated) as institution_name,
        coalesce(institutions.is_school, false) as is_school,
        coalesce(institutions.is_kindergarten, false) as is_kindergarten,
        coalesce(institutions.in_scope, false) as in_scope,
        coalesce(institutions.is_active, false) as institution_is_active,
        institutions.hire_duty_from,
        case
            when institutions.is_school and ranked.id_usable
                then coalesce(first_hires.first_hired_min, ranked.hired_min)
            else coalesce(services.since_min, ranked.hired_min)
        end as first_hired_min,
        case
            when institutions.is_school and ranked.id_usable
                then coalesce(first_hires.first_hired_max, ranked.hired_max)
            else coalesce(services.since_max, ranked.hired_max)
        end as first_hired_max,
        ranked.is_post and ranked.post_status not in ('借调', '长期病假') as is_contact,
        coalesce(
            ranked.delivered_on
            >= {{ add_days(as_of(), '-' ~ param('ALL', 'roster_freshness_days')) }}
            or insured.insured_until
            >= {{ add_months(as_of(), '-' ~ param('ALL', 'social_insurance_months')) }},
            false
        ) as is_corroborated
    from ranked
    left join institutions on ranked.institution_key = institutions.institution_key
    left join first_hires
        on
            ranked.person_key = first_hires.person_key
            and ranked.adcode = first_hires.adcode
            and ranked.supplier = first_hires.supplier
    left join services on ranked.row_id = services.row_id
    left join insured
        on
            ranked.person_key = insured.person_key
            and ranked.institution_key = insured.institution_key
    where ranked.place = 1
),

judged as (
    select
        *,
        case
            when not is_post then '志愿者和家长义工不属于岗位'
            when post_status = '离职' or left_min <= {{ as_of() }} then '已离职'
            when hired_max > {{ as_of() }} then '不能确定已入职'
            when post_status in ('借调', '长期病假') then post_status || '，不接触未成年人'
            when not is_corroborated then '花名册逾期未更新，也无近期参保印证'
        end as inactive_reason
    from described
),

final as (
    select
        subject_key,
        person_key,
        id_usable,
        id_number_status,
        institution_key,
        adcode,
        supplier,
        name,
        name_key,
        name_sep,
        sex,
        born_on,
        post,
        is_post,
        engagement,
        hired_min,
        hired_max,
        first_hired_min,
        first_hired_max,
        left_min,
        left_max,
        post_status,
        delivered_on as roster_delivered_on,
        is_contact,
        is_corroborated,
        inactive_reason is null as is_active,
        inactive_reason,
        category,
        in_scope,
        is_school,
        is_kindergarten,
        hire_duty_from,
        institution_name,
        institution_is_active,
        institution_inactive_reason,
        township,
        row_id,
        row_hash
    from judged
)

select * from final
