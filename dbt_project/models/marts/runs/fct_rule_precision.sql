-- How often the handlers confirmed each rule's clues, with the 95 % interval of Wilson (1927), over
-- all counties. What is confirmed and what refuted, agg_precision and agg_refutation say.
-- How many more reviews would narrow it to the half-width that is wanted follows from solving its
-- half-width for the number of reviews, at the share seen so far; the widest where there is none.
-- Grain: rule.
with rules as (
    select distinct rule_id from {{ ref('dim_rule') }}
),

nights as (
    select max(as_of) as as_of from {{ ref('fct_rule_run') }}
),

counties as (
    select * from {{ ref('agg_precision') }}
),

refutations as (
    select * from {{ ref('agg_refutation') }}
),

counts as (
    select
        rules.rule_id,
        cast(coalesce(sum(counties.confirmed), 0) as integer) as confirmed,
        cast(coalesce(sum(counties.refuted), 0) as integer) as refuted,
        cast(coalesce(sum(counties.reviewed), 0) as integer) as reviewed,
        {{ param('ALL', 'precision_z', 'decimal(18, 6)') }} as z,
        cast({{ param('ALL', 'precision_half_width', 'decimal(18, 6)') }} as double) as wanted
    from rules
    left join counties on rules.rule_id = counties.rule_id
    group by rules.rule_id
),

shares as (
    select
        *,
        cast(confirmed as decimal(18, 6)) / nullif(reviewed, 0) as share
    from counts
),

enough as (
    select
        rule_id,
        z * z / (2 * wanted * wanted) * (
            variance - 2 * wanted * wanted
            + sqrt(variance * variance + wanted * wanted * (1 - 4 * variance))
        ) as reviews
    from (
        select
            *,
            coalesce(share * (1 - share), cast(1 as double) / 4) as variance
        from shares
    ) as spread
),

reasons as (
    select
        rule_id,
        reason,
        row_number() over (
            partition by rule_id
            order by sum(refuted) desc, reason asc nulls last
        ) as place
    from refutations
    group by rule_id, reason
),

final as (
    select
        shares.rule_id,
        nights.as_of,
        shares.reviewed,
        shares.confirmed,
        shares.refuted,
        cast(round(shares.share, 4) as double) as "precision",
        {{ wilson_bound('shares.share', 'shares.reviewed', 'shares.z', '-') }} as ci_low,
        {{ wilson_bound('shares.share', 'shares.reviewed', 'shares.z', '+') }} as ci_high,
        reasons.reason as top_refutation_reason,
        cast(greatest(ceil(enough.reviews) - shares.reviewed, 0) as integer)
            as reviews_to_5_points
    from shares
    cross join nights
    inner join enough on shares.rule_id = enough.rule_id
    left join reasons on shares.rule_id = reasons.rule_id and reasons.place = 1
)

select * from final
