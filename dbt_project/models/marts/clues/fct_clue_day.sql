-- The state of every clue on every night from its first on.
-- Grain: night, clue.
with final as (
    select
        as_of,
        clue_id,
        rule_id,
        adcode,
        state,
        push,
        is_parent,
        severity,
        evidence_hash
    from {{ ref('int_clue_day') }}
)

select * from final
