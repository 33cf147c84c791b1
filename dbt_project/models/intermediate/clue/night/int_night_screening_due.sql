-- When each institution's next screening falls due, as it stands this night.
-- Grain: institution.
with final as (
    select
        {{ as_of() }} as as_of,
        adcode,
        supplier as authority,
        institution_key,
        cast(staff as integer) as staff,
        cast(staff_screened_this_year as integer) as staff_screened_this_year,
        due_on,
        cast(days_left as integer) as days_left
    from {{ ref('int_screening_due') }}
)

select * from final
