-- The clock of every procuratorial document, as of the newest night.
-- Grain: county, document.
with clocks as (
    select * from {{ all_nights('document_clock') }}
),

nights as (
    select max(as_of) as as_of from {{ ref('fct_rule_run') }}
),

final as (
    select
        clocks.document_no,
        clocks.document_type,
        clocks.addressee,
        clocks.served_on,
        clocks.due_on,
        clocks.replied_on,
        clocks.days_left,
        clocks.clock_basis_id,
        clocks.state,
        clocks.adcode,
        clocks.authority
    from clocks
    inner join nights on clocks.as_of = nights.as_of
)

select * from final
