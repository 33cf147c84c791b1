-- The evidence of every clue as it was last seen.
-- Grain: clue, evidence row.
with clues as (
    select
        clue_id,
        last_seen_on
    from {{ ref('int_clue') }}
),

evidence as (
    select * from {{ all_nights('clue_evidence') }}
),

final as (
    select evidence.*
    from evidence
    inner join clues
        on evidence.clue_id = clues.clue_id and evidence.as_of = clues.last_seen_on
)

select * from final
