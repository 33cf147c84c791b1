-- The source rows that prove each clue, as it was last seen.
-- Grain: clue, evidence row.
with final as (
    select
        clue_id,
        evidence_no,
        role,
        feed,
        supplier,
        delivery_id,
        source_file,
        source_sheet,
        source_row,
        row_hash,
        fact_zh
    from {{ ref('int_clue_evidence') }}
)

select * from final
