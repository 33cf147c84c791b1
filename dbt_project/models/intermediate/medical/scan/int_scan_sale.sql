-- Insured sales of drugs that had to be scanned, whole packs in the months of the window: by their
-- code, or where it says nothing by the till's class, or where that is blank by their approval
-- number. And why a row need not have been: its kind is not yet required, its product has no codes,
-- or the platform was down (ref_scan_exemption). Something that is no code was scanned off
-- something: it is not missing. A file without a column for codes says nothing of its sales.
-- Grain: source row.
with sales as (
    select * from {{ ref('int_standing_sale') }}
    where
        not is_split_pack
        and trace_status <> 'not_delivered'
        and (
            item_class in ('西药', '中成药', '饮片', '颗粒')
            or (item_class = '其他' and goods_class = '药品')
            or (
                item_class = '其他'
                and goods_class is null
                and {{ matches_any('approval_no', 'ref_drug_approval', 'pattern') }}
            )
        )
        and sold_on >= greatest(
            {{ month_start(window_from('MED-14')) }}, {{ param('MED-14', 'scan_from', 'date') }}
        )
        and sold_on <= {{ as_of() }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

exemptions as (
    select
        *,
        {{ place_in('guard', ['not_required', 'no_code_list', 'outage']) }} as place
    from {{ ref('ref_scan_exemption') }}
),

product_days as (
    select distinct
        adcode,
        hilist_code,
        item_class,
        sold_on
    from sales
),

products as (
    select distinct hilist_code from product_days
),

-- a pattern is tried once on each code
exempt_codes as (
    select distinct
        products.hilist_code,
        exemptions.code_pattern
    from products
    inner join exemptions on {{ matches('products.hilist_code', 'exemptions.code_pattern') }}
),

exempt as (
    select
        product_days.adcode,
        product_days.hilist_code,
        product_days.sold_on,
        min(exemptions.place) as place
    from product_days
    inner join exemptions
        on
            (exemptions.adcode is null or product_days.adcode = exemptions.adcode)
            and (exemptions.item_class is null or product_days.item_class = exemptions.item_class)
            and product_days.sold_on >= exemptions.valid_from
            and (exemptions.valid_to is null or product_days.sold_on <= exemptions.valid_to)
    left join exempt_codes
        on
            product_days.hilist_code = exempt_codes.hilist_code
            and exemptions.code_pattern = exempt_codes.code_pattern
    where exemptions.code_pattern is null or exempt_codes.code_pattern is not null
    group by product_days.adcode, product_days.hilist_code, product_days.sold_on
),

final as (
    select
        sales.adcode,
        sales.fixmedins_code,
        {{ month_start('sales.sold_on') }} as month_from,
        sales.setl_id,
        sales.hilist_code,
        sales.goods_name,
        sales.qty,
        sales.price,
        sales.sold_at,
        sales.sold_on,
        sales.trace_status = 'missing' as is_uncoded,
        exempt.place as exempt_place,
        sales.row_id,
        sales.row_hash
    from sales
    left join institutions on sales.fixmedins_code = institutions.fixmedins_code
    left join exempt
        on
            sales.adcode = exempt.adcode
            and sales.hilist_code is not distinct from exempt.hilist_code
            and sales.sold_on = exempt.sold_on
    where coalesce(institutions.is_pharmacy, starts_with(sales.fixmedins_code, 'P'))
)

select * from final
