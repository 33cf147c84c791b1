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
placed as (
    select
        cited.legal_basis_ids,
        legal_bases.instrument_zh,
        legal_bases.article,
        legal_bases.summary_zh,
        position(';' || legal_bases.basis_id || ';' in ';' || cited.legal_basis_ids || ';')
            as place
    from cited
    inner join legal_bases
        on
            position(';' || legal_bases.basis_id || ';' in ';' || cited.legal_basis_ids || ';')
            > 0
),

-- articles of one instrument that follow each other are told under its name
articles as (
    select
        *,
        case
            when
                instrument_zh = lag(instrument_zh) over (
                    partition by legal_basis_ids
                    order by place asc
                )
                then article
            else '《' || instrument_zh || '》' || article
        end as article_zh
    from placed
),

laws as (
    select
        legal_basis_ids,
        {{ ordered_text(
            "'《' || instrument_zh || '》' || article || '：' || summary_zh", '', 'place'
        ) }} as legal_basis_zh,
        {{ ordered_text('article_zh', '、', 'place') }} as articles_zh
    from articles
    group by legal_basis_ids
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
        clues.narrative_zh || coalesce('依据：' || laws.articles_zh || '。', '') as narrative_zh,
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
