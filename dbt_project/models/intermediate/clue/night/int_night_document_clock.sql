-- The clocks of the procuratorate's documents as they stand this night.
-- Grain: county, document.
with clocks as (
    select * from {{ ref('int_document_clock') }}
),

documents as (
    select
        row_id,
        authority
    from {{ ref('int_document') }}
),

final as (
    select
        {{ as_of() }} as as_of,
        clocks.document_no,
        clocks.document_type,
        clocks.addressee,
        clocks.served_on,
        clocks.due_on,
        clocks.replied_on,
        cast(clocks.days_left as integer) as days_left,
        clocks.clock_basis_id,
        clocks.state,
        clocks.adcode,
        documents.authority
    from clocks
    left join documents on clocks.row_id = documents.row_id
)

select * from final
