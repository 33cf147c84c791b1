-- Every designated medical institution that a register of the home ever listed, as last listed.
-- Its key is its credit code; without one its name in the county; without that its own code. It
-- keeps the first key that it ever had, so that a credit code that becomes known later, or is left
-- out, does not make a second institution of it.
-- Grain: code of the institution.
with listings as (
    select * from {{ ref('stg_medical_institution_history') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by code
            order by
                in_force desc nulls last,
                delivered_on desc nulls last,
                file_order desc nulls last,
                source_row desc,
                row_id desc
        ) as place,
        row_number() over (
            partition by code, uscc is null
            order by
                in_force desc nulls last,
                delivered_on desc nulls last,
                file_order desc nulls last,
                source_row desc,
                row_id desc
        ) as place_of_uscc,
        coalesce(uscc, 'name:' || adcode || ':' || name_norm, 'medical:' || code) as own_key
    from listings
),

-- the credit code that each was last listed with
known as (
    select
        code,
        uscc
    from ranked
    where uscc is not null and place_of_uscc = 1
),

keyed as (
    select
        coalesce(ranked.uscc, known.uscc) as uscc,
        ranked.own_key,
        min(ranked.delivered_on) as first_seen
    from ranked
    inner join known on ranked.code = known.code
    group by coalesce(ranked.uscc, known.uscc), ranked.own_key
),

-- a name that several credit codes once had is nobody's key
shared as (
    select own_key
    from keyed
    group by own_key
    having count(*) > 1
),

first_keys as (
    select
        uscc,
        {{ first_row({'own_key': 'own_key'}, ['first_seen', 'own_key <> uscc', 'own_key']) }}
            as first_row
    from keyed
    where own_key not in (select own_key from shared)
    group by uscc
),

final as (
    select
        ranked.code as fixmedins_code,
        ranked.adcode,
        ranked.supplier,
        ranked.name,
        ranked.name_norm,
        ranked.kind,
        ranked.kind = '零售药店' as is_pharmacy,
        known.uscc,
        coalesce(first_keys.first_row.own_key, ranked.own_key) as institution_key,
        ranked.township,
        ranked.address,
        {{ longitude('ranked.longitude') }} as longitude,
        {{ latitude('ranked.latitude') }} as latitude,
        ranked.legal_representative as legrep_name,
        ranked.legal_representative_key as legrep_name_key,
        ranked.legal_representative_sep as legrep_name_sep,
        ranked.legal_representative_id_key as legrep_key,
        ranked.phone,
        {{ minute_of_day('ranked.open_hour') }} as opens_at,
        {{ minute_of_day('ranked.close_hour') }} as closes_at,
        ranked.beds,
        ranked.designated_from_max as designated_from,
        ranked.designated_to_max as designated_to,
        ranked.agreement_status,
        ranked.status_from_max as status_from,
        ranked.in_force as is_listed,
        ranked.delivered_on,
        ranked.row_id,
        ranked.row_hash
    from ranked
    left join known on ranked.code = known.code
    left join first_keys on known.uscc = first_keys.uscc
    where ranked.place = 1
)

select * from final
