-- How long live clues have been standing, since the night that first saw them.
-- Grain: night, county, band of age.
with counties as (
    select distinct
        as_of,
        adcode
    from {{ ref('fct_rule_run') }}
),

bands as (
    select * from {{ ref('ref_age_band') }}
),

clues as (
    select
        as_of,
        adcode,
        {{ days_between('first_seen_on', 'as_of') }} as age_days
    from {{ ref('int_clue_day') }}
    where is_live and not is_parent
),

final as (
    select
        counties.as_of,
        counties.adcode,
        bands.age_band,
        bands.label_zh as age_zh,
        cast(count(clues.age_days) as integer) as live_clues,
        cast(max(clues.age_days) as integer) as oldest_days
    from counties
    cross join bands
    left join clues
        on
            counties.as_of = clues.as_of
            and counties.adcode = clues.adcode
            and bands.days_from <= clues.age_days
            and (bands.days_to is null or clues.age_days <= bands.days_to)
    group by counties.as_of, counties.adcode, bands.age_band, bands.label_zh
)

select * from final
