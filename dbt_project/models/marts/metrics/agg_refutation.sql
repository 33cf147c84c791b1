-- Why handlers refuted clues, where they gave the reason.
-- Grain: rule, county, reason.
with clues as (
    select
        clue_id,
        as_of,
        rule_id,
        adcode
    from {{ ref('int_clue') }}
    where not is_parent
),

feedback as (
    select
        clue_id,
        as_of,
        reason
    from {{ all_nights('clue_feedback') }}
    where review = '不属实' and reason is not null
),

final as (
    select
        clues.rule_id,
        clues.adcode,
        feedback.reason,
        clues.as_of,
        cast(count(*) as integer) as refuted
    from clues
    inner join feedback on clues.clue_id = feedback.clue_id and clues.as_of = feedback.as_of
    group by clues.rule_id, clues.adcode, feedback.reason, clues.as_of
)

select * from final
