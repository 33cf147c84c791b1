-- Every roster row of every delivery that counts, with the institution that it means.
-- Grain: roster row in a delivery set (a file sent again stands in two).
with roster as (
    select * from {{ ref('stg_staff_roster_history') }}
),

resolved as (
    {{ with_institution('roster', school_code='school_code') }}
),

final as (
    select
        row_id,
        row_hash,
        set_id,
        adcode,
        supplier,
        delivered_on,
        file_order,
        source_row,
        in_force,
        institution as institution_stated,
        institution_key,
        person_key,
        id_number_key is not null as id_usable,
        id_number_status,
        name,
        name_key,
        name_sep,
        coalesce(id_number_sex, sex) as sex,
        id_number_born as born_on,
        post,
        post not in ('志愿者', '家长义工') as is_post,
        engagement,
        hired_on_min as hired_min,
        hired_on_max as hired_max,
        left_on_min as left_min,
        left_on_max as left_max,
        coalesce(post_status, '在岗') as post_status
    from resolved
)

select * from final
