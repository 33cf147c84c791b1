-- The law that rules cite, by text version.
-- Grain: article, text version.
with final as (
    select
        basis_id,
        instrument_zh,
        article,
        summary_zh,
        valid_from,
        valid_to,
        verified,
        source
    from {{ ref('legal_basis') }}
)

select * from final
