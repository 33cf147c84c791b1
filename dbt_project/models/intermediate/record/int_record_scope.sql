-- For which institution categories a record counts on the night, and with what tier.
-- Law: 未成年人保护法 62; 高检发〔2020〕14号 4; 学前教育法 44. Grain: record and category.
with records as (
    select * from {{ ref('int_record') }}
),

scopes as (
    select * from {{ ref('ref_record_scope') }}
    where valid_from <= {{ as_of() }} and (valid_to is null or {{ as_of() }} < valid_to)
),

classes as (
    select
        record_id,
        kind,
        'tier_a' as offence_class
    from records
    where offence_tier = 'A'
    union all
    select
        record_id,
        kind,
        'tier_d' as offence_class
    from records
    where has_tier_d
    union all
    select
        record_id,
        kind,
        'rape_or_molest' as offence_class
    from records
    where is_rape_or_molest
    union all
    select
        record_id,
        kind,
        'molest' as offence_class
    from records
    where is_molest
),

final as (
    select
        classes.record_id,
        scopes.category,
        min(scopes.tier) as tier
    from classes
    inner join scopes
        on classes.kind = scopes.kind and classes.offence_class = scopes.offence_class
    group by classes.record_id, scopes.category
)

select * from final
