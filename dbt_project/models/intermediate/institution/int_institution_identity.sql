-- Which register rows, over all deliveries, speak of one institution, and its first key.
-- Two rows are compared on the best identifier that both have: credit code, school code, licence
-- number, name in the county. An institution keeps the first key that it ever had, so that a
-- credit code that becomes known later does not make a second institution of it.
-- Grain: register row in a delivery set (a file sent again stands in two).
with registered as (
    select * from {{ ref('stg_institution_register_history') }}
),

placed as (
    select
        *,
        {{ matches('name_norm', "'分园|分校|校区|教学点'") }} or coalesce(category = '教学点', false)
            as is_part
    from registered
),

schools as (
    select * from placed
    where not is_part
),

-- A branch often bears the codes of its school: it is an institution of its own, and they say
-- nothing of which one.
borrowed as (
    select
        *,
        is_part and coalesce(uscc in (select uscc from schools where uscc is not null), false)
            as is_uscc_borrowed,
        is_part
        and coalesce(
            school_code in (select school_code from schools where school_code is not null), false
        ) as is_school_code_borrowed,
        is_part
        and coalesce(
            licence_no in (select licence_no from schools where licence_no is not null), false
        ) as is_licence_no_borrowed
    from placed
),

identified as (
    select
        row_id,
        set_id,
        adcode,
        supplier,
        delivered_on,
        category,
        name_norm,
        is_uscc_borrowed or is_school_code_borrowed or is_licence_no_borrowed as is_branch,
        case when not is_uscc_borrowed then uscc end as uscc,
        case when not is_school_code_borrowed then school_code end as school_code,
        case when not is_licence_no_borrowed then licence_no end as licence_no
    from borrowed
),

keyed as (
    select
        *,
        coalesce(
            uscc,
            'school:' || school_code,
            'licence:' || licence_no,
            'name:' || adcode || ':' || name_norm
        ) as own_key,
        case
            when uscc is not null then 1
            when school_code is not null then 2
            when licence_no is not null then 3
            else 4
        end as key_rank
    from identified
),

variants as (
    select
        adcode,
        uscc,
        school_code,
        licence_no,
        name_norm,
        own_key,
        key_rank,
        min(delivered_on) as first_seen
    from keyed
    group by adcode, uscc, school_code, licence_no, name_norm, own_key, key_rank
),

-- From a weaker key to a stronger one of the same institution.
links as (
    select
        weak.own_key as weak_key,
        strong.own_key as strong_key,
        strong.key_rank,
        1 as link_rank
    from variants as weak
    inner join variants as strong on weak.school_code = strong.school_code
    where strong.key_rank < weak.key_rank

    union

    select
        weak.own_key as weak_key,
        strong.own_key as strong_key,
        strong.key_rank,
        2 as link_rank
    from variants as weak
    inner join variants as strong on weak.licence_no = strong.licence_no
    where
        strong.key_rank < weak.key_rank
        and (weak.school_code is null or strong.school_code is null)

    union

    select
        weak.own_key as weak_key,
        strong.own_key as strong_key,
        strong.key_rank,
        3 as link_rank
    from variants as weak
    inner join variants as strong
        on weak.adcode = strong.adcode and weak.name_norm = strong.name_norm
    where
        strong.key_rank < weak.key_rank
        and (weak.school_code is null or strong.school_code is null)
        and (weak.licence_no is null or strong.licence_no is null)
),

-- The best link counts, and only when it leads to one institution.
ranked_links as (
    select
        weak_key,
        strong_key,
        rank() over (partition by weak_key order by link_rank, key_rank) as preference
    from links
),

link as (
    select
        weak_key,
        min(strong_key) as strong_key
    from ranked_links
    where preference = 1
    group by weak_key
    having count(distinct strong_key) = 1
),

-- A name may lead to a licence, that to a school code, that to a credit code: three steps at most.
resolved as (
    select
        variants.own_key,
        variants.key_rank,
        variants.first_seen,
        coalesce(
            third.strong_key, second.strong_key, first.strong_key, variants.own_key
        ) as anchor
    from variants
    left join link as first on variants.own_key = first.weak_key
    left join link as second on first.strong_key = second.weak_key
    left join link as third on second.strong_key = third.weak_key
),

ordered as (
    select
        anchor,
        own_key,
        row_number() over (partition by anchor order by first_seen, key_rank, own_key) as place
    from resolved
),

anchors as (
    select distinct
        own_key,
        anchor
    from resolved
),

final as (
    select
        keyed.row_id,
        keyed.set_id,
        keyed.adcode,
        keyed.supplier,
        keyed.delivered_on,
        keyed.category,
        keyed.uscc,
        keyed.school_code,
        keyed.licence_no,
        keyed.name_norm,
        keyed.is_branch,
        ordered.own_key as institution_key
    from keyed
    inner join anchors on keyed.own_key = anchors.own_key
    inner join ordered on anchors.anchor = ordered.anchor and ordered.place = 1
)

select * from final
