-- The registered businesses of each county, and the key of each: its credit code, else its name in
-- the county. A business keeps the first key that it ever had, so that a credit code that becomes
-- known later makes no second clue of it; a name leads to a code when no other code ever came under
-- it, and no other registration number.
-- Businesses of one name without a code share a key, and one that is in business stands for them.
-- Whoever trades under no name but the own has a pseudonym in the key instead of it.
-- Law: 未成年人保护法 130 (whom MIN-14 looks for). Grain: county and first key.
with registered as (
    select
        *,
        coalesce(
            uscc,
            'name:' || adcode || ':' || case
                when legal_representative_key = name_norm or legal_representative = name
                    then coalesce(legal_representative_id_key, {{ sha256_hex('name_norm') }})
                else name_norm
            end
        ) as registration_key
    from {{ ref('stg_business_registration_history') }}
),

seen as (
    select
        adcode,
        name_norm,
        uscc,
        registration_no,
        registration_key,
        min(min(delivered_on)) over (partition by adcode, registration_key) as first_seen
    from registered
    group by adcode, name_norm, uscc, registration_no, registration_key
),

named as (
    select
        uncoded.adcode,
        uncoded.registration_key as first_key,
        min(coded.registration_key) as registration_key,
        min(uncoded.first_seen) as first_seen
    from seen as uncoded
    inner join seen as coded
        on uncoded.adcode = coded.adcode and uncoded.name_norm = coded.name_norm
    where uncoded.uscc is null and coded.uscc is not null
    group by uncoded.adcode, uncoded.registration_key
    having
        count(distinct coded.uscc) = 1
        and min(uncoded.first_seen) < min(coded.first_seen)
        and not coalesce(bool_or(uncoded.registration_no <> coded.registration_no), false)
),

-- of several names that lead to one code the first
first_keys as (
    select
        *,
        row_number() over (
            partition by adcode, registration_key order by first_seen asc, first_key asc
        ) as place
    from named
),

keyed as (
    select
        registered.*,
        coalesce(first_keys.first_key, registered.registration_key) as first_key,
        registered.status = '存续'
        and (registered.closed_on_min is null or registered.closed_on_min > {{ as_of() }})
            as is_in_business
    from registered
    left join first_keys
        on
            registered.adcode = first_keys.adcode
            and registered.registration_key = first_keys.registration_key
            and first_keys.place = 1
    where registered.in_force
),

-- the last row of each business: without a code they differ by registration number
ranked_rows as (
    select
        *,
        row_number() over (
            partition by adcode, registration_key, case when uscc is null then registration_no end
            order by
                delivered_on desc nulls last,
                file_order desc nulls last,
                source_row desc,
                row_id desc
        ) as version
    from keyed
),

ranked as (
    select
        *,
        row_number() over (
            partition by adcode, first_key
            order by
                is_in_business desc nulls last,
                uscc is not null desc,
                delivered_on desc nulls last,
                file_order desc nulls last,
                source_row desc,
                row_id desc
        ) as place
    from ranked_rows
    where version = 1
),

final as (
    select
        adcode,
        registration_key,
        first_key,
        uscc,
        registration_no,
        name,
        name_norm,
        business_scope,
        opened_on_max,
        status,
        closed_on_min,
        is_in_business,
        legal_representative,
        legal_representative_key,
        legal_representative_id_key,
        phone,
        supplier,
        delivered_on,
        row_id,
        row_hash
    from ranked
    where place = 1
)

select * from final
