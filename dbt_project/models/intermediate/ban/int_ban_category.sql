-- The institution categories whose posts a ban bars from: those of every field that its scope
-- names. A scope that no phrase explains bars from none: somebody has to read it.
-- Grain: ban (record_id) and category.
with bans as (
    select * from {{ ref('int_ban') }}
),

categories as (
    select * from {{ ref('ref_institution_category') }}
    where is_in_scope
),

final as (
    select
        bans.record_id,
        categories.category
    from bans
    inner join categories
        on
            contains(';' || bans.scope_kinds || ';', ';minors;')
            or contains(';' || bans.scope_kinds || ';', ';' || categories.ban_field || ';')
)

select * from final
