-- Visits during which treatment was billed that comes in cycles, so that the patient is expected
-- back: what neither diagnosis nor ward may say, the drugs and services do (ref_stay_sign).
-- Grain: county, visit.
with fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts or (is_unsettled and refund_of is null)
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where mdtrt_id is not null
),

items as (
    select * from {{ ref('int_item') }}
),

signs as (
    select * from {{ ref('ref_stay_sign') }}
    where source = 'item'
),

cyclic_items as (
    select distinct
        items.hilist_code,
        signs.stay_class
    from items
    inner join signs
        on {{ matches(
            "items.name || coalesce('（' || items.drug_class || '）', '')", 'signs.pattern'
        ) }}
),

-- a line that names no visit belongs to its settlement's
final as (
    select
        fee_lines.adcode,
        coalesce(fee_lines.mdtrt_id, settlements.mdtrt_id) as mdtrt_id,
        {{ sorted_text('cyclic_items.stay_class', ';') }} as stay_classes
    from fee_lines
    inner join cyclic_items on fee_lines.hilist_code = cyclic_items.hilist_code
    left join settlements
        on
            fee_lines.adcode = settlements.adcode
            and case when fee_lines.mdtrt_id is null then fee_lines.setl_id end
            = settlements.setl_id
    where coalesce(fee_lines.mdtrt_id, settlements.mdtrt_id) is not null
    group by fee_lines.adcode, coalesce(fee_lines.mdtrt_id, settlements.mdtrt_id)
)

select * from final
