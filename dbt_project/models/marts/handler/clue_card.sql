-- The card that a case handler reads: the clue in words, masked, with its law and what to do next.
-- Grain: clue.
with clues as (
    select * from {{ ref('int_clue') }}
),

legal_bases as (
    select * from {{ ref('legal_basis') }}
),

cited as (
    select distinct legal_basis_ids from clues
),

-- in the order in which the clue cites them
laws as (
    select
        cited.legal_basis_ids,
        {{ ordered_text(
            "'《' || instrument_zh || '》' || article || '：' || summary_zh", '',
            "position(';' || basis_id || ';' in ';' || legal_basis_ids || ';')"
        ) }} as legal_basis_zh
    from cited
    inner join legal_bases
        on
            position(';' || legal_bases.basis_id || ';' in ';' || cited.legal_basis_ids || ';')
            > 0
    group by cited.legal_basis_ids
),

final as (
    select
        clues.clue_id,
        clues.department,
        clues.adcode,
        clues.title_zh,
        clues.subject_label,
        clues.institution_name,
        clues.township,
        clues.narrative_zh,
        laws.legal_basis_zh,
        {{ as_json('clues.guards_tested') }} as guards_tested,
        clues.next_step_zh || '请于 ' || cast(clues.due_on as varchar) || ' 前核查反馈。'
            as next_step_zh,
        clues.history_zh,
        clues.change_zh
    from clues
    left join laws on clues.legal_basis_ids = laws.legal_basis_ids
)

select * from final
