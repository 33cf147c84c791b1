-- What an answer rests on in a county for a category of institution: which records count for it,
-- over which spells they were searched, and what is missing for an answer that nothing was found.
-- Law: the same dated scopes as for the rules.
-- Grain: county and category; '未写明' where none is named.
with coverage as (
    select * from {{ ref('lookup_coverage') }}
),

counties as (
    select * from {{ ref('int_county') }}
),

categories as (
    select
        category,
        is_in_scope
    from {{ ref('ref_institution_category') }}
    union all
    select
        '未写明' as category,
        true as is_in_scope
),

scopes as (
    select distinct
        category,
        kind
    from {{ ref('ref_record_scope') }}
    where valid_from <= {{ as_of() }} and (valid_to is null or {{ as_of() }} < valid_to)
),

needs as (
    select
        category,
        kind
    from scopes
    union
    select
        '未写明' as category,
        kind
    from scopes
),

searched as (
    select
        coverage.adcode,
        needs.category,
        {{ sorted_text(
            "coverage.title_zh || coalesce(coverage.covered_from || '至' || coverage.covered_to, '未能查询')",
            '；'
        ) }} as searched_zh,
        {{ sorted_text('coverage.shortfall_zh', '；') }} as shortfall_zh
    from needs
    inner join coverage on needs.kind = coverage.kind
    group by coverage.adcode, needs.category
),

final as (
    select
        counties.adcode,
        categories.category,
        searched.searched_zh,
        case
            when not categories.is_in_scope then '该类机构不属于密切接触未成年人的行业，不在查询范围'
            when searched.category is null then '没有适用于该类机构的查询依据'
            else searched.shortfall_zh
        end as shortfall_zh
    from counties
    cross join categories
    left join searched
        on counties.adcode = searched.adcode and categories.category = searched.category
)

select * from final
