-- Institutions registered on the night. One that several authorities register is one institution;
-- it belongs to the authority that registered it first as one in close contact with minors, if any
-- does, and is open only while all say so.
-- Law: 未成年人保护法 62, 130. Grain: institution_key.
with identity as (
    select * from {{ ref('int_institution_identity') }}
),

registered as (
    select * from {{ ref('stg_institution_register') }}
),

businesses as (
    {{ with_institution(ref('stg_business_registration'), norm='name_norm') }}
),

categories as (
    select * from {{ ref('ref_institution_category') }}
),

-- since when each authority has had it in its register
since as (
    select
        institution_key,
        adcode,
        supplier,
        min(delivered_on) as first_seen
    from identity
    group by institution_key, adcode, supplier
),

rows_in_force as (
    select
        registered.*,
        identity.institution_key,
        identity.uscc as own_uscc,
        row_number() over (
            partition by identity.institution_key
            order by
                coalesce(categories.is_in_scope, false) desc,
                since.first_seen asc,
                registered.supplier asc,
                registered.row_id asc
        ) as place
    from registered
    inner join identity
        on registered.row_id = identity.row_id and registered.set_id = identity.set_id
    inner join since
        on
            identity.institution_key = since.institution_key
            and registered.adcode = since.adcode
            and registered.supplier = since.supplier
    left join categories on registered.category = categories.category
),

merged as (
    select
        institution_key,
        max(own_uscc) as uscc,
        max(school_code) as school_code,
        max(licence_no) as licence_no,
        min(opened_on_min) as opened_min,
        min(opened_on_max) as opened_max,
        min(closed_on_min) as closed_min,
        min(closed_on_max) as closed_max,
        max(case when status <> '正常' then status end) as closed_status,
        count(distinct supplier) as suppliers
    from rows_in_force
    group by institution_key
),

struck_off as (
    select institution_key
    from businesses
    group by institution_key
    having bool_and(status in ('注销', '吊销未注销'))
),

judged as (
    select
        rows_in_force.*,
        merged.uscc as merged_uscc,
        merged.school_code as merged_school_code,
        merged.licence_no as merged_licence_no,
        merged.opened_min,
        merged.opened_max,
        merged.closed_min,
        merged.closed_max,
        merged.suppliers,
        case
            when merged.closed_status is not null then '名录状态为' || merged.closed_status
            when merged.closed_min <= {{ as_of() }} then '已过停办日期'
            when struck_off.institution_key is not null then '市场主体已注销或者吊销'
        end as inactive_reason
    from rows_in_force
    inner join merged on rows_in_force.institution_key = merged.institution_key
    left join struck_off on rows_in_force.institution_key = struck_off.institution_key
    where rows_in_force.place = 1
),

final as (
    select
        judged.institution_key,
        judged.merged_uscc as uscc,
        judged.merged_school_code as school_code,
        judged.merged_licence_no as licence_no,
        judged.name,
        judged.name_norm,
        judged.category,
        judged.authority,
        judged.supplier,
        judged.adcode,
        judged.township,
        judged.opened_min,
        judged.opened_max,
        judged.closed_min,
        judged.closed_max,
        judged.status,
        judged.inactive_reason is null as is_active,
        judged.inactive_reason,
        judged.suppliers,
        coalesce(categories.is_in_scope, false) as in_scope,
        coalesce(categories.is_school, false) as is_school,
        coalesce(categories.is_kindergarten, false) as is_kindergarten,
        {{ param('ALL', 'duty_from', 'date') }} as duty_from,
        case
            when categories.is_school then {{ param('ALL', 'school_hire_duty_from', 'date') }}
            else {{ param('ALL', 'duty_from', 'date') }}
        end as hire_duty_from,
        judged.row_id,
        judged.row_hash
    from judged
    left join categories on judged.category = categories.category
)

select * from final
