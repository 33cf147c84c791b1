-- For how many days each dispensed drug lasts: as the line says, by the part that is left of it,
-- else its packs by the catalogue's daily dose. Lines that say neither, or what can be no number
-- of days (0 is none), are not there, nor is what was given in a ward: that is used up there, by
-- the ampoule and the tablet, and nobody takes it home.
-- Grain: county, line.
with fee_lines as (
    select
        *,
        nullif({{ plausible_span('prd_days', 'day') }}, 0) as days_said
    from {{ ref('int_fee_line') }}
    where counts
),

items as (
    select * from {{ ref('int_item') }}
    where drug_class is not null
),

-- antenatal visits are no stays
wards as (
    select
        settlements.adcode,
        settlements.setl_id
    from {{ ref('int_settlement') }} as settlements
    left join {{ ref('int_stay') }} as stays
        on settlements.adcode = stays.adcode and settlements.mdtrt_id = stays.mdtrt_id
    where
        settlements.med_class = 'IPT'
        or (settlements.med_class = 'MAT' and stays.nights > 0)
),

filled as (
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
        coalesce(
            fee_lines.days_said * fee_lines.cnt / nullif(fee_lines.cnt_gross, 0),
            fee_lines.cnt / items.daily_dose
        ) as days,
        case when fee_lines.days_said is not null then 'prd_days' else 'daily_dose' end
            as days_from,
        fee_lines.cnt,
        fee_lines.det,
        fee_lines.pool,
        fee_lines.account,
        fee_lines.row_id,
        fee_lines.row_hash
    from fee_lines
    inner join items on fee_lines.hilist_code = items.hilist_code
    left join wards on fee_lines.adcode = wards.adcode and fee_lines.setl_id = wards.setl_id
    where wards.setl_id is null
),

final as (
    select
        adcode,
        bkkp_sn,
        setl_id,
        person_key,
        fixmedins_code,
        drug_class,
        is_exempt_class,
        hilist_code,
        name,
        filled_on,
        cast({{ plausible_span('days', 'day') }} as decimal(18, 4)) as days,
        days_from,
        cnt,
        det,
        pool,
        account,
        row_id,
        row_hash
    from filled
    where {{ plausible_span('days', 'day') }} is not null
)

select * from final
