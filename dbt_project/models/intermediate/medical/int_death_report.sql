-- What each agency says of a person's death, by identity number: the latest day that it can have
-- been. The police count only where the register was cancelled for death, and cremation and
-- cancellation come after it. A supplier too many of whose dead went on being treated is in error
-- itself and is not believed.
-- Grain: county of the record, supplier, person.
with records as (
    select * from {{ ref('stg_death_record') }}
    where
        id_number_key is not null
        and (supplier <> 'police' or cancel_reason = '死亡')
),

persons as (
    select distinct person_key from {{ ref('int_medical_person') }}
    where id_key is not null
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where counts and not is_manual
),

ranked as (
    select
        *,
        coalesce(died_on_max, recorded_on_max) as died_by,
        row_number() over (
            partition by adcode, supplier, id_number_key
            order by delivered_on desc nulls last, recorded_on_max desc nulls last, row_id desc
        ) as version
    from records
),

reports as (
    select * from ranked
    where version = 1
),

last_served as (
    select
        settlements.person_key,
        max(settlements.service_on) as last_service_on
    from settlements
    inner join (select distinct id_number_key from reports) as dead
        on settlements.person_key = dead.id_number_key
    group by settlements.person_key
),

matched as (
    select
        reports.*,
        persons.person_key is not null as is_insured,
        coalesce(
            last_served.last_service_on
            > {{ add_days('reports.died_by', param('MED-04', 'grace_days')) }},
            false
        ) as is_hit
    from reports
    left join persons on reports.id_number_key = persons.person_key
    left join last_served on reports.id_number_key = last_served.person_key
),

suppliers as (
    select
        adcode,
        supplier,
        count(*) filter (where is_insured and is_hit) as hits,
        count(*) filter (where is_insured) as insured
    from matched
    group by adcode, supplier
),

final as (
    select
        matched.adcode,
        matched.supplier,
        matched.id_number_key as person_key,
        matched.died_by,
        case
            when matched.died_on_max is not null then '死亡日期'
            when matched.supplier = 'civil' then '火化日期'
            when matched.supplier = 'police' then '注销日期'
            else '登记日期'
        end as date_kind,
        matched.name,
        matched.name_key,
        matched.name_sep,
        matched.is_insured,
        matched.is_hit,
        suppliers.hits <= {{ param('MED-04', 'doubt_persons') }}
        or suppliers.hits
        <= suppliers.insured * {{ param('MED-04', 'doubt_share', 'decimal(9, 6)') }}
            as is_trusted,
        matched.row_id,
        matched.row_hash
    from matched
    inner join suppliers
        on matched.adcode = suppliers.adcode and matched.supplier = suppliers.supplier
)

select * from final
