-- The source row behind each piece of evidence, whole and unmasked.
-- Grain: clue, evidence row.
with evidence as (
    select * from {{ ref('int_clue_evidence') }}
    where row_id is not null
),

source_rows as (
    select * from {{ ref('int_source_row') }}
),

final as (
    select
        evidence.clue_id,
        evidence.evidence_no,
        {{ as_json('source_rows.source_row') }} as "values"
    from evidence
    inner join source_rows on evidence.row_id = source_rows.row_id
)

select * from final
