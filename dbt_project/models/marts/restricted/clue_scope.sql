-- To which county and department a clue belongs: who may look up its unmasked subject.
-- Grain: clue.
with clues as (
    select * from {{ ref('int_clue') }}
),

final as (
    select
        clue_id,
        adcode,
        department
    from clues
)

select * from final
