-- How often the handlers confirmed each rule's clues, with the 95 % interval of Wilson (1927).
-- How many more reviews would narrow it to the half-width that is wanted follows from solving its
-- half-width for the number of reviews, at the share seen so far; the widest where there is none.
-- Grain: rule.
with rules as (
    select distinct rule_id from {{ ref('dim_rule') }}
),

nights as (
    select max(as_of) as as_of from {{ ref('fct_rule_run') }}
),

clues as (
    select
        rule_id,
        review in ('属实立案', '属实未立案') as is_confirmed,
        review = '不属实' as is_refuted
    from {{ ref('int_clue') }}
    where not is_parent
),

counts as (
    select
        rules.rule_id,
        cast(count(*) filter (where is_confirmed) as integer) as confirmed,
        cast(count(*) filter (where is_refuted) as integer) as refuted,
        cast(count(*) filter (where is_confirmed or is_refuted) as integer) as reviewed,
        {{ param('ALL', 'precision_z', 'decimal(18, 6)') }} as z,
        cast({{ param('ALL', 'precision_half_width', 'decimal(18, 6)') }} as double) as wanted
    from rules
    left join clues on rules.rule_id = clues.rule_id
    group by rules.rule_id
),

shares as (
    select
        *,
        cast(confirmed as decimal(18, 6)) / nullif(reviewed, 0) as share,
        z * z / nullif(reviewed, 0) as z2n
    from counts
),

intervals as (
    select
        *,
        (share + z2n / 2) / (1 + z2n) as centre,
        z * sqrt(share * (1 - share) / reviewed + z2n / (4 * reviewed)) / (1 + z2n) as half
    from shares
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
        clues.rule_id,
        feedback.reason,
        row_number() over (
            partition by clues.rule_id
            order by count(*) desc, feedback.reason asc nulls last
        ) as place
    from {{ ref('int_clue') }} as clues
    inner join {{ all_nights('clue_feedback') }} as feedback
        on clues.clue_id = feedback.clue_id and clues.as_of = feedback.as_of
    where feedback.review = '不属实' and feedback.reason is not null
    group by clues.rule_id, feedback.reason
),

final as (
    select
        intervals.rule_id,
        nights.as_of,
        intervals.reviewed,
        intervals.confirmed,
        intervals.refuted,
        cast(round(intervals.share, 4) as double) as "precision",
        cast(round(intervals.centre - intervals.half, 4) as double) as ci_low,
        cast(round(intervals.centre + intervals.half, 4) as double) as ci_high,
        reasons.reason as top_refutation_reason,
        cast(greatest(ceil(enough.reviews) - intervals.reviewed, 0) as integer)
            as reviews_to_5_points
    from intervals
    cross join nights
    inner join enough on intervals.rule_id = enough.rule_id
    left join reasons on intervals.rule_id = reasons.rule_id and reasons.place = 1
)

select * from final
