-- The records that may be reported of those who are to work with minors: whose they are, and
-- whether somebody has to look first. Never what they are about.
-- Law: 未成年人保护法 62; 高检发〔2020〕14号 4; 学前教育法 44. Tier A alone is reported at once.
-- Grain: record and institution category; '未写明' where the asker names none.
with records as (
    select * from {{ ref('int_record') }}
    where is_usable
),

scopes as (
    select * from {{ ref('int_record_scope') }}
),

categories as (
    select count(*) as categories
    from {{ ref('ref_institution_category') }}
    where is_in_scope
),

named as (
    select
        record_id,
        category,
        tier <> 'A' as is_doubtful
    from scopes
),

-- without a category only what counts for every one of them is beyond doubt
unnamed as (
    select
        scopes.record_id,
        '未写明' as category,
        sum(case when scopes.tier = 'A' then 1 else 0 end) < max(categories.categories)
            as is_doubtful
    from scopes
    cross join categories
    group by scopes.record_id
),

counted as (
    select * from named
    union all
    select * from unnamed
),

final as (
    select
        records.row_id as record_id,
        counted.category,
        records.person_key,
        records.id_usable,
        records.name_key,
        records.name_sep,
        records.born_on,
        records.sex,
        records.is_review or counted.is_doubtful as needs_review,
        {{ param('ALL', 'name_prefix_min_characters') }} as name_prefix_from
    from records
    inner join counted on records.record_id = counted.record_id
)

select * from final
