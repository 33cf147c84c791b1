-- When a shop changed its name or its place, as its register or its licence shows from one delivery
-- to the next, and when it got its code, which is when the agreement under it began. What changed
-- under a code changed for the licence too whose code it may be. An address that has got another
-- space is the same place.
-- Grain: shop (code or licence), day.
{% set is_moved =
    replace_all('address', "'\\s+'", "''") ~ ' <> ' ~ replace_all('address_before', "'\\s+'", "''")
%}
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

codes as (
    select * from {{ ref('int_shop_code') }}
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

code_changes as (
    select
        fixmedins_code,
        delivered_on as changed_on
    from institution_names
    where name_norm <> name_before or {{ is_moved }}
    union all
    -- a code begins with its first agreement
    select
        fixmedins_code,
        min(valid_from) as changed_on
    from spans
    where state = '在用'
    group by fixmedins_code
),

final as (
    select
        fixmedins_code as shop,
        changed_on
    from code_changes
    union
    select
        codes.licence_no as shop,
        code_changes.changed_on
    from code_changes
    inner join codes on code_changes.fixmedins_code = codes.fixmedins_code
    union
    select
        licence_no as shop,
        delivered_on as changed_on
    from licence_names
    where holder_norm <> name_before or {{ is_moved }}
)

select * from final
