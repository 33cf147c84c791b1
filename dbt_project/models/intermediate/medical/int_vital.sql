-- When a person died, by the best of the agencies that are believed: a certificate of the health
-- authority before a cremation before a cancelled registration. Sure is what a certificate or two
-- agencies say. Records without a usable identity number are not here.
-- Grain: person.
with reports as (
    select
        *,
        {{ place_in('supplier', ['health', 'civil', 'police']) }} as source_rank
    from {{ ref('int_death_report') }}
    where is_trusted
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key
            order by source_rank asc nulls last, died_by desc nulls last, row_id asc
        ) as place
    from reports
),

sources as (
    select
        person_key,
        count(distinct supplier) as suppliers,
        bool_or(supplier = 'health') as has_certificate
    from reports
    group by person_key
),

final as (
    select
        ranked.person_key,
        ranked.died_by,
        ranked.supplier as date_source,
        ranked.date_kind,
        sources.suppliers,
        sources.has_certificate or sources.suppliers > 1 as is_certain,
        ranked.name,
        ranked.name_key,
        ranked.name_sep,
        ranked.adcode,
        ranked.row_id,
        ranked.row_hash
    from ranked
    inner join sources on ranked.person_key = sources.person_key
    where ranked.place = 1
)

select * from final
