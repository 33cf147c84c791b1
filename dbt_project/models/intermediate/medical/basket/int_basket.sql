-- What pharmacies settled together: a settlement's basket is what its lines hold after refunds, how
-- many of which code. The same basket has the same hash: the first 16 hex digits of SHA-256 over
-- code×quantity, sorted, joined by semicolons, quantities without trailing zeros.
-- Grain: county, settlement of a pharmacy in the window of MED-09 or MED-11.
with fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where
        counts
        and service_on >= least({{ window_from('MED-09') }}, {{ window_from('MED-11') }})
        and service_on <= {{ as_of() }}
),

shops as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy
),

sold as (
    select
        settlements.adcode,
        settlements.setl_id,
        settlements.fixmedins_code,
        settlements.person_key,
        settlements.service_on,
        fee_lines.hilist_code,
        cast(sum(fee_lines.cnt) as decimal(18, 6)) as cnt
    from settlements
    inner join shops
        on
            settlements.adcode = shops.adcode
            and settlements.fixmedins_code = shops.fixmedins_code
    inner join fee_lines
        on settlements.adcode = fee_lines.adcode and settlements.setl_id = fee_lines.setl_id
    group by
        settlements.adcode,
        settlements.setl_id,
        settlements.fixmedins_code,
        settlements.person_key,
        settlements.service_on,
        fee_lines.hilist_code
),

final as (
    select
        adcode,
        setl_id,
        fixmedins_code,
        person_key,
        service_on,
        count(*) as codes,
        left(
            {{ sha256_hex(
                sorted_text(
                    "hilist_code || '×' || "
                    ~ replace_all('cast(cnt as varchar)', "'[.]?0+$'", "''"),
                    ';'
                )
            ) }},
            16
        ) as basket
    from sold
    group by adcode, setl_id, fixmedins_code, person_key, service_on
)

select * from final
