-- Every institution that a register or a clue ever named, as it was last seen.
-- Grain: institution.
with observed as (
    select
        *,
        row_number() over (
            partition by institution_key
            order by as_of desc nulls last
        ) as place
    from {{ all_nights('institution') }}
),

final as (
    select
        institution_key,
        uscc,
        name,
        category,
        authority,
        adcode,
        township,
        status,
        medical_code
    from observed
    where place = 1
)

select * from final
