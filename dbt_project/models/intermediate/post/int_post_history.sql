-- What the rosters last said of a person at an institution, whether or not they still list them.
-- Grain: person and institution.
with roster as (
    select * from {{ ref('int_roster_row') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key, institution_key
            order by {{ telling_row_first() }}
        ) as place
    from roster
),

institutions as (
    select * from {{ ref('int_institution') }}
),

final as (
    select
        ranked.person_key || '@' || ranked.institution_key as subject_key,
        ranked.person_key,
        ranked.id_usable,
        ranked.institution_key,
        ranked.adcode,
        ranked.supplier,
        ranked.name,
        ranked.name_key,
        ranked.name_sep,
        ranked.sex,
        ranked.born_on,
        ranked.post,
        ranked.is_post,
        ranked.engagement,
        ranked.hired_min,
        ranked.hired_max,
        ranked.left_min,
        ranked.left_max,
        ranked.post_status,
        ranked.delivered_on as roster_delivered_on,
        ranked.in_force as is_on_roster,
        coalesce(institutions.name, ranked.institution_stated) as institution_name,
        institutions.category,
        institutions.township,
        ranked.row_id,
        ranked.row_hash
    from ranked
    left join institutions on ranked.institution_key = institutions.institution_key
    where ranked.place = 1
)

select * from final
