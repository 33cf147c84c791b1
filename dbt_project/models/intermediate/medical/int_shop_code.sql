-- The codes under which a licensed shop is or was designated: those of its credit code, or of its
-- name in the county where one of the two has no credit code. Of several codes of one credit code,
-- such as an old and a new one, nothing says for certain which is the licence's: the shop is taken
-- to be all of them. Where a credit code has as many designated shops as a chain, only a name says
-- which one of them a licence is for; under another name it is for the chain's centre.
-- Grain: licence, code of the institution.
with shops as (
    select * from {{ ref('int_retail_shop') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

by_uscc as (
    select
        shops.licence_no,
        institutions.fixmedins_code
    from shops
    inner join institutions on shops.uscc = institutions.uscc
    where
        shops.designated_shops_of_uscc < {{ param('MED-02', 'chain_shops_min') }}
        or shops.holder_norm = institutions.name_norm
),

by_name as (
    select
        shops.licence_no,
        institutions.fixmedins_code
    from shops
    inner join institutions
        on shops.adcode = institutions.adcode and shops.holder_norm = institutions.name_norm
    where shops.uscc is null or institutions.uscc is null
),

final as (
    select * from by_uscc
    union all
    select * from by_name
)

select * from final
