-- The clocks of the procuratorate's documents as they stand this night.
-- Grain: document.
with final as (
    select
        {{ as_of() }} as as_of,
        document_no,
        document_type,
        addressee,
        served_on,
        due_on,
        replied_on,
        cast(days_left as integer) as days_left,
        clock_basis_id,
        state
    from {{ ref('int_document_clock') }}
)

select * from final
