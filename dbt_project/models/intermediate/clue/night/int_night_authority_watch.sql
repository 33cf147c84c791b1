-- The early warning (内部监督预警) of this night. The clues that are open come with the marts: they
-- depend on other nights.
-- Grain: county, authority.
with final as (
    select
        {{ as_of() }} as as_of,
        adcode,
        authority,
        cast(institutions as integer) as institutions,
        cast(institutions_screened as integer) as institutions_screened,
        cast(staff as integer) as staff,
        cast(staff_screened_this_year as integer) as staff_screened_this_year,
        cast(due_in_60_days as integer) as due_in_60_days,
        cast(due_in_30_days as integer) as due_in_30_days,
        cast(due_in_7_days as integer) as due_in_7_days,
        cast(documents_awaiting_reply as integer) as documents_awaiting_reply,
        cast(documents_overdue as integer) as documents_overdue
    from {{ ref('int_authority_watch') }}
)

select * from final
