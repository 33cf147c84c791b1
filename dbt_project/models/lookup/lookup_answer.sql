-- The answer to each person asked about. Found is found wherever it was looked; not found is said
-- only where everything that counts was looked through. A look-up reads this view in a copy of the
-- published file, which has another name: hence no database in the references.
-- Grain: person asked about.
{{ config(materialized='view') }}

with asked as (
    select * from {{ ref('lookup_asked').include(database=false) }}
),

records as (
    select * from {{ ref('lookup_record').include(database=false) }}
),

basis as (
    select * from {{ ref('lookup_basis').include(database=false) }}
),

night as (
    select * from {{ ref('lookup_night').include(database=false) }}
),

categories as (
    select distinct category from basis
),

-- a category that is none of the list is taken as not named
placed as (
    select
        asked.*,
        coalesce(categories.category, '未写明') as judged_as
    from asked
    left join categories on asked.category = categories.category
),

persons as (
    select distinct
        record_id,
        person_key,
        id_usable,
        name_key,
        name_sep,
        born_on,
        sex,
        name_prefix_from
    from records
),

matched as (
    {{ matched_records('placed', 'persons', ['asked_id'], 'persons.name_prefix_from') }}
),

hits as (
    select
        placed.asked_id,
        records.record_id,
        matched.match_tier,
        matched.match_tier = 'T1' and not records.needs_review as is_sure
    from matched
    inner join placed on matched.asked_id = placed.asked_id
    inner join records
        on matched.record_id = records.record_id and placed.judged_as = records.category
),

found as (
    select
        asked_id,
        bool_or(is_sure) as is_sure,
        min(match_tier) as match_tier,
        {{ sorted_text(
            match_reason('match_tier')
            ~ " || case when match_tier = 'T1' and not is_sure then '；记录是否应当报告须由检察院核实' else '' end",
            '；'
        ) }} as doubts_zh,
        {{ sorted_text('record_id', ' ') }} as record_ids
    from hits
    group by asked_id
),

final as (
    select
        placed.asked_id,
        case
            when found.is_sure then '有记录'
            when found.asked_id is not null then '需人工核实'
            when
                placed.person_key is null
                or basis.adcode is null
                or basis.shortfall_zh is not null
                or placed.asked_on > night.answers_until
                then '未能查询'
            else '未发现'
        end as status,
        found.match_tier,
        case
            when found.is_sure then {{ match_reason("'T1'") }}
            when found.asked_id is not null then found.doubts_zh
            when placed.person_key is null
                then
                    case placed.id_status
                        when 'lost' then '证件号码已丢失末尾数字（曾按数值保存）'
                        when 'invalid' then '证件号码位数或校验码有误'
                        when 'missing' then '证件号码为占位内容'
                        else '不是可比对的居民身份证件号码'
                    end || '，无法比对'
            when basis.adcode is null then '本县没有可查询的数据'
            when basis.shortfall_zh is not null then basis.shortfall_zh
            when placed.asked_on > night.answers_until
                then '数据截至' || night.as_of || '，距申请日过久'
            else '在所列数据和期间内未发现应当报告的记录'
        end as reason_zh,
        coalesce(basis.searched_zh, '没有可查询的数据') as searched_zh,
        found.record_ids
    from placed
    left join found on placed.asked_id = found.asked_id
    left join basis on placed.adcode = basis.adcode and placed.judged_as = basis.category
    cross join night -- last: the engine writes it as a comma, which binds less than a join
)

select * from final
