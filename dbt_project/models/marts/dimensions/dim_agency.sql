-- The agencies of each county that delivers.
-- Grain: county, agency.
with agencies as (
    select
        agency,
        name_zh
    from {{ ref('ref_agency') }}
),

counties as (
    select distinct adcode from {{ all_nights('feed_delivery') }}
    where adcode is not null
),

final as (
    select
        agencies.agency,
        agencies.name_zh,
        counties.adcode
    from agencies
    cross join counties
)

select * from final
