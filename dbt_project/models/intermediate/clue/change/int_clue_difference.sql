-- The evidence of a clue that goes on, beside that of the last night on which it fired: what it
-- has gained and lost. A row is the same as long as its content is, whatever words tell it.
-- Grain: clue.
{%- set quoted = 2 %} {#- facts of either side that are told; the others are counted #}

with turns as (
    select * from {{ ref('int_clue_turn') }}
    where hit_before_on is not null
),

evidence as (
    select * from {{ all_nights('clue_evidence') }}
),

compared as (
    select
        turns.clue_id,
        bool_or(evidence.as_of = turns.as_of) as is_there,
        bool_or(evidence.as_of = turns.hit_before_on) as was_there,
        min(evidence.evidence_no) as evidence_no,
        min(evidence.fact_zh) as fact_zh
    from turns
    inner join evidence
        on
            turns.clue_id = evidence.clue_id
            and (evidence.as_of = turns.as_of or evidence.as_of = turns.hit_before_on)
    group by turns.clue_id, evidence.role, evidence.feed, evidence.row_hash
),

numbered as (
    select
        *,
        is_there and not was_there as is_gained,
        was_there and not is_there as is_lost,
        row_number() over (
            partition by clue_id, is_there, was_there
            order by evidence_no asc nulls last, fact_zh asc nulls last
        ) as place
    from compared
),

final as (
    select
        clue_id,
        count(*) filter (where was_there) as evidence_before,
        count(*) filter (where is_there) as evidence_now,
        count(*) filter (where is_gained) as gained,
        count(*) filter (where is_lost) as lost,
        {{ ordered_text(
            'case when is_gained and place <= ' ~ quoted ~ ' then fact_zh end', '；', 'place'
        ) }} || case when count(*) filter (where is_gained) > {{ quoted }} then ' 等' else '' end
            as gained_zh,
        {{ ordered_text(
            'case when is_lost and place <= ' ~ quoted ~ ' then fact_zh end', '；', 'place'
        ) }} || case when count(*) filter (where is_lost) > {{ quoted }} then ' 等' else '' end
            as lost_zh
    from numbered
    group by clue_id
)

select * from final
