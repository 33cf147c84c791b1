-- The procuratorate's documents: which authority each is addressed to, which institution it names.
-- An authority is told by its name; where the name fits several (文体广电旅游局), it is the one
-- that registers the institution. Where it fits none, it is the institution's 主管部门 if that is
-- how the register writes it. A document to a unit that is no authority has none.
-- Grain: county and document.
with documents as (
    {{ with_institution(
        ref('stg_procuratorial_document'), norm='institution_norm', uscc='institution_uscc'
    ) }}
),

institutions as (
    select * from {{ ref('int_institution') }}
),

authority_names as (
    select * from {{ ref('ref_authority_name') }}
),

fitting as (
    select
        documents.row_id,
        authority_names.agency,
        row_number() over (
            partition by documents.row_id
            order by
                (coalesce(authority_names.agency = institutions.supplier, false)) desc,
                authority_names.place asc
        ) as place
    from documents
    inner join authority_names
        on {{ matches('documents.addressee', 'authority_names.name_pattern') }}
    left join institutions on documents.institution_key = institutions.institution_key
),

final as (
    select
        documents.row_id,
        documents.row_hash,
        documents.adcode,
        documents.document_no,
        documents.document_type,
        documents.addressee,
        coalesce(
            fitting.agency,
            case when documents.addressee = institutions.authority then institutions.supplier end
        ) as authority,
        documents.institution_key,
        documents.institution as institution_name,
        documents.served_on_min,
        documents.served_on_max,
        documents.replied_on_min,
        documents.replied_on_max,
        documents.reply_result
    from documents
    left join fitting on documents.row_id = fitting.row_id and fitting.place = 1
    left join institutions on documents.institution_key = institutions.institution_key
)

select * from final
