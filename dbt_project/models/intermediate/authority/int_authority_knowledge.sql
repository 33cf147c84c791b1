-- From when an authority knew that an institution broke its screening duties: what its own
-- inspection found, or a document that was served on it and names the institution. The term to act
-- runs from the latest day that the date may stand for.
-- Grain: source row.
with enforcement as (
    select * from {{ ref('int_enforcement') }}
),

documents as (
    select * from {{ ref('int_document') }}
),

finding_codes as (
    select distinct finding_code from {{ ref('ref_finding_breach') }}
),

inspections as (
    select
        enforcement.adcode,
        enforcement.supplier as authority,
        enforcement.authority as authority_name,
        enforcement.institution_key,
        enforcement.institution_name,
        '检查' as knowledge_kind,
        enforcement.finding_code,
        enforcement.inspected_on_min as known_min,
        enforcement.inspected_on_max as known_max,
        {{ param('MIN-12', 'finding_days') }} as term_days,
        cast(null as date) as replied_on,
        cast(null as varchar) as reply_result,
        'enforcement_action' as feed,
        enforcement.row_id,
        enforcement.row_hash,
        coalesce(enforcement.inspected_on_max || '检查（', '日期不详的检查（') || enforcement.action_no
        || '）发现' || enforcement.institution_name || enforcement.finding_code as fact_zh
    from enforcement
    inner join finding_codes on enforcement.finding_code = finding_codes.finding_code
),

served as (
    select
        *,
        document_type in ('社会治理检察建议', '公益诉讼诉前检察建议') as is_advice
    from documents
    where
        document_type in (
            '社会治理检察建议', '公益诉讼诉前检察建议', '线索移送函', '督促履职函'
        )
        and authority is not null
        and institution_key is not null
        and served_on_max is not null
),

told as (
    select
        adcode,
        authority,
        addressee as authority_name,
        institution_key,
        institution_name,
        case when is_advice then '检察建议' else '移送' end as knowledge_kind,
        cast(null as varchar) as finding_code,
        served_on_min as known_min,
        served_on_max as known_max,
        case
            when is_advice then {{ param('MIN-12', 'document_days') }}
            else {{ param('MIN-12', 'finding_days') }}
        end as term_days,
        replied_on_max as replied_on,
        reply_result,
        'procuratorial_document' as feed,
        row_id,
        row_hash,
        document_type || '（' || document_no || '）' || served_on_max || '送达' || addressee
        || '，涉及' || institution_name as fact_zh
    from served
),

final as (
    select * from inspections
    union all
    select * from told
)

select * from final
