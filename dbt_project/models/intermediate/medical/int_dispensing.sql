-- For how many days each dispensed drug lasts: as the line says, else its packs by the catalogue's
-- daily dose. Lines that say neither are not there.
-- Grain: county, line.
with fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts
),

items as (
    select * from {{ ref('int_item') }}
    where drug_class is not null
),

final as (
    select
        fee_lines.adcode,
        fee_lines.bkkp_sn,
        fee_lines.setl_id,
        fee_lines.person_key,
        fee_lines.fixmedins_code,
        items.drug_class,
        items.is_exempt_class,
        fee_lines.hilist_code,
        items.name,
        fee_lines.service_on as filled_on,
        cast(coalesce(fee_lines.prd_days, fee_lines.cnt / items.daily_dose) as decimal(18, 4))
            as days,
        case when fee_lines.prd_days is not null then 'prd_days' else 'daily_dose' end
            as days_from,
        fee_lines.cnt,
        fee_lines.det,
        fee_lines.pool,
        fee_lines.account,
        fee_lines.row_id,
        fee_lines.row_hash
    from fee_lines
    inner join items on fee_lines.hilist_code = items.hilist_code
    where fee_lines.prd_days is not null or items.daily_dose is not null
)

select * from final
