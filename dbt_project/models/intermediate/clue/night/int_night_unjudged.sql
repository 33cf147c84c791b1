-- What a rule could not judge this night, although it was evaluated in the county: it hangs on
-- another rule that was not, or on an absence that is not proven. A clue on it keeps its state.
-- Grain: clue, whether or not it was ever seen.
with final as (
    select
        {{ as_of() }} as as_of,
        {{ clue_id('rule_id', 'adcode', 'subject_key') }} as clue_id
    from {{ ref('int_verdict') }}
    where is_unjudged
)

select * from final
