-- How often the handlers of each county confirmed each rule's clues, with the 95 % interval of
-- Wilson (1927). Confirmed and reviewed may be added up; the shares may not.
-- Grain: rule, county in which the rule ever had a clue.
with clues as (
    select
        as_of,
        rule_id,
        adcode,
        review in ('属实立案', '属实未立案') as is_confirmed,
        review = '不属实' as is_refuted
    from {{ ref('int_clue') }}
    where not is_parent
),

counts as (
    select
        rule_id,
        adcode,
        as_of,
        cast(count(*) filter (where is_confirmed or is_refuted) as integer) as reviewed,
        cast(count(*) filter (where is_confirmed) as integer) as confirmed,
        cast(count(*) filter (where is_refuted) as integer) as refuted,
        {{ param('ALL', 'precision_z', 'decimal(18, 6)') }} as z
    from clues
    group by rule_id, adcode, as_of
),

shares as (
    select
        *,
        cast(confirmed as decimal(18, 6)) / nullif(reviewed, 0) as share
    from counts
),

final as (
    select
        rule_id,
        adcode,
        as_of,
        reviewed,
        confirmed,
        refuted,
        cast(round(share, 4) as double) as "precision",
        {{ wilson_bound('share', 'reviewed', 'z', '-') }} as ci_low,
        {{ wilson_bound('share', 'reviewed', 'z', '+') }} as ci_high
    from shares
)

select * from final
