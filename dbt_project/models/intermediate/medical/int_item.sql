-- What a code of the medical catalogue stands for. A code that occurs in fees or sales but in no
-- catalogue is there too, with the name that the fee line gave it.
-- Grain: catalogue code.
with catalogue as (
    select * from {{ ref('stg_medical_catalogue') }}
),

-- the rows as delivered: a superseded version names its item no worse
fee_lines as (
    select * from {{ source('lake', 'medical_fee_line') }}
),

sales as (
    select * from {{ source('lake', 'drug_sale') }}
),

classes as (
    select * from {{ ref('ref_item_class') }}
),

care_items as (
    select * from {{ ref('ref_care_item') }}
),

drug_classes as (
    select * from {{ ref('ref_drug_class') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by hilist_code
            order by delivered_on desc nulls last, file_order desc nulls last, row_id desc
        ) as place
    from catalogue
),

listed as (
    select * from ranked
    where place = 1
),

named as (
    select
        hilist_code,
        max(hilist_name) as name,
        max(list_type) as list_type
    from fee_lines
    group by hilist_code
),

-- what a till sold under a code need not be what the code stands for
sold as (
    select distinct hilist_code from sales
    where hilist_code is not null
),

occurring as (
    select
        coalesce(named.hilist_code, sold.hilist_code) as hilist_code,
        named.name,
        named.list_type
    from named
    full outer join sold on named.hilist_code = sold.hilist_code
),

items as (
    select
        coalesce(listed.hilist_code, occurring.hilist_code) as hilist_code,
        coalesce(listed.name, occurring.name, occurring.hilist_code) as name,
        coalesce(listed.list_type, occurring.list_type) as list_type,
        listed.grade,
        listed.approval_no,
        listed.spec,
        {{ spec_norm('listed.spec') }} as spec_norm,
        listed.limit_sex,
        {{ plausible_span('listed.limit_age_min', 'year') }} as limit_age_min,
        {{ plausible_span('listed.limit_age_max', 'year') }} as limit_age_max,
        case when listed.daily_dose > 0 then listed.daily_dose end as daily_dose,
        listed.drug_class,
        listed.prescription as is_prescription,
        listed.hilist_code is not null as is_in_catalogue,
        listed.row_id,
        listed.row_hash
    from listed
    full outer join occurring on listed.hilist_code = occurring.hilist_code
),

class_matches as (
    select
        items.hilist_code,
        classes.item_class,
        row_number() over (partition by items.hilist_code order by classes.place asc nulls last)
            as place
    from items
    inner join classes
        on
            {{ matches('items.hilist_code', 'classes.code_pattern') }}
            or items.list_type = classes.list_type
),

care as (
    select
        items.hilist_code,
        min(care_items.kind) as care_kind
    from items
    inner join care_items
        on {{ matches("items.hilist_code || ' ' || items.name", 'care_items.pattern') }}
    group by items.hilist_code
),

exempt as (
    select distinct items.hilist_code
    from items
    inner join drug_classes
        on
            drug_classes.kind = 'exempt'
            and {{ matches('items.drug_class', 'drug_classes.pattern') }}
),

final as (
    select
        items.*,
        coalesce(class_matches.item_class, '其他') as item_class,
        coalesce(class_matches.item_class in ('西药', '中成药', '饮片', '颗粒'), false) as is_drug,
        care.care_kind,
        exempt.hilist_code is not null as is_exempt_class
    from items
    left join class_matches
        on items.hilist_code = class_matches.hilist_code and class_matches.place = 1
    left join care on items.hilist_code = care.hilist_code
    left join exempt on items.hilist_code = exempt.hilist_code
)

select * from final
