-- Administrative divisions: those of the seed, and any other county that delivers, by its code.
-- Grain: division.
with regions as (
    select
        adcode,
        name_zh,
        level,
        parent_adcode
    from {{ ref('ref_region') }}
),

counties as (
    select distinct adcode from {{ all_nights('feed_delivery') }}
    where adcode is not null
),

unnamed as (
    select
        adcode,
        adcode as name_zh,
        '县' as level,
        cast(null as varchar) as parent_adcode
    from counties
    where adcode not in (select adcode from regions)
),

final as (
    select * from regions
    union all
    select * from unnamed
)

select * from final
