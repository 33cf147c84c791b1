-- Which columns that a rule needs came at all (ref_rule_column): what no file has was not looked
-- at, and what some file leaves out was not looked at there. Of columns that can stand for each
-- other one is enough. Whether tills say of what class their goods are is seen in their rows.
-- Grain: rule, county, requirement.
with rule_columns as (
    select * from {{ ref('ref_rule_column') }}
),

counties as (
    select * from {{ ref('int_county') }}
),

deliveries as (
    select * from {{ source('lake', 'delivery') }}
    where counted
),

sales as (
    select * from {{ ref('int_sale') }}
),

files as (
    select
        rule_columns.rule_id,
        counties.adcode,
        rule_columns.columns_zh,
        rule_columns.what_zh,
        rule_columns.is_needed,
        rule_columns.feed,
        rule_columns.field,
        contains(';' || deliveries.lacking || ';', ';' || rule_columns.field || ';') is true
            as is_lacking
    from rule_columns
    cross join counties
    inner join deliveries
        on
            rule_columns.feed = deliveries.feed
            and (rule_columns.scope = 'home' or counties.adcode = deliveries.adcode)
),

columns_given as (
    select
        rule_id,
        adcode,
        columns_zh,
        what_zh,
        is_needed,
        field,
        not bool_and(is_lacking) as is_given,
        bool_or(is_lacking) as is_lacking
    from files
    group by rule_id, adcode, columns_zh, what_zh, is_needed, feed, field
),

given as (
    select
        rule_id,
        adcode,
        'columns:' || columns_zh as requirement,
        bool_or(is_given) or not is_needed as is_met,
        '未报送' || columns_zh as shortfall_zh,
        case
            when bool_and(is_lacking) then '有文件未报送' || columns_zh || '，' || what_zh || '未评估'
        end as caveat_zh
    from columns_given
    group by rule_id, adcode, columns_zh, what_zh, is_needed
),

classed as (
    select
        adcode,
        bool_or(goods_class is not null) as has_classes
    from sales
    group by adcode
),

goods as (
    select
        'MED-01' as rule_id,
        adcode,
        'goods class' as requirement,
        true as is_met,
        cast(null as varchar) as shortfall_zh,
        case when not has_classes then '药品销售未填商品类别，商品类别一路未评估' end as caveat_zh
    from classed
),

final as (
    select * from given
    union all
    select * from goods
)

select * from final
