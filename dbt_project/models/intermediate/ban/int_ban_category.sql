-- The institution categories whose posts a ban bars from: those of every field that its scope
-- names. A ban from teaching leaves the other posts of a school free. A scope that no phrase
-- explains bars from none: somebody has to read it.
-- Grain: ban (record_id) and category.
with bans as (
    select * from {{ ref('int_ban') }}
),

categories as (
    select * from {{ ref('ref_institution_category') }}
    where is_in_scope
),

named as (
    select
        bans.record_id,
        categories.category,
        contains(';' || bans.scope_kinds || ';', ';minors;')
        or coalesce(
            contains(';' || bans.scope_kinds || ';', ';' || categories.ban_field || ';'), false
        ) as is_whole,
        categories.ban_field = 'education'
        and contains(';' || bans.scope_kinds || ';', ';teaching;') as is_teaching
    from bans
    cross join categories
),

final as (
    select
        record_id,
        category,
        case when not is_whole then 'teaching' end as only_post_kind
    from named
    where is_whole or is_teaching
)

select * from final
