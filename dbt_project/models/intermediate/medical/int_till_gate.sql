-- Whether tills' files have classes of goods, and a column for trace codes, for the rules that
-- read them.
-- Grain: rule, county, requirement.
with sales as (
    select * from {{ ref('int_sale') }}
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

-- whose sales came in files without a column for trace codes cannot be said to have scanned none
coded as (
    select
        adcode,
        bool_or(trace_status is distinct from 'not_delivered') as has_codes,
        bool_or(trace_status is not distinct from 'not_delivered') as lacks_codes
    from sales
    group by adcode
),

code_rules as (
    select *
    from (
        values
        ('MED-02', false, '追溯码流向一路'),
        ('MED-13', true, '这部分销售'),
        ('MED-14', true, '这部分销售')
    ) as listed (rule_id, is_only_arm, what_zh)
),

codes as (
    select
        code_rules.rule_id,
        coded.adcode,
        'trace code' as requirement,
        coded.has_codes or not code_rules.is_only_arm as is_met,
        '药品销售未报送追溯码一栏' as shortfall_zh,
        case
            when coded.lacks_codes
                then '药品销售有未报送追溯码一栏的文件，' || code_rules.what_zh || '未评估'
        end as caveat_zh
    from coded
    cross join code_rules
),

final as (
    select * from goods
    union all
    select * from codes
)

select * from final
