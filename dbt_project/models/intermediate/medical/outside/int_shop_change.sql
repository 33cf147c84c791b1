-- When a shop changed its name or its place, as its register or its licence shows from one delivery
-- to the next, and when it got its code, which is when the agreement under it began.
-- Grain: shop (code or licence), day.
{{ config(materialized='view') }}

with institution_listings as (
    select * from {{ ref('stg_medical_institution_history') }}
),

licence_listings as (
    select * from {{ ref('stg_drug_retail_licence_history') }}
),

spans as (
    select * from {{ ref('int_designation_span') }}
),

institution_names as (
    select
        code as fixmedins_code,
        delivered_on,
        name_norm,
        address,
        lag(name_norm) over by_day as name_before,
        lag(address) over by_day as address_before
    from institution_listings
    window by_day as (partition by code order by delivered_on asc nulls last, row_id asc nulls last)
),

licence_names as (
    select
        licence_no,
        delivered_on,
        holder_norm,
        address,
        lag(holder_norm) over by_licence_day as name_before,
        lag(address) over by_licence_day as address_before
    from licence_listings
    window by_licence_day as (
        partition by licence_no order by delivered_on asc nulls last, row_id asc nulls last
    )
),

final as (
    select
        fixmedins_code as shop,
        delivered_on as changed_on
    from institution_names
    where name_norm <> name_before or address <> address_before
    union
    select
        licence_no as shop,
        delivered_on as changed_on
    from licence_names
    where holder_norm <> name_before or address <> address_before
    union
    -- a code begins with its first agreement
    select
        fixmedins_code as shop,
        min(valid_from) as changed_on
    from spans
    where state = '在用'
    group by fixmedins_code
)

select * from final
