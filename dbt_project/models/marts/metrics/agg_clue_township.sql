-- Live clues by township, in a form in which nobody can be recognised: clues about persons are
-- counted only where fct_clue gives the township, and a small number of them is not told. Where
-- only one number of a county would be left out, the next smallest goes too, or it would follow
-- from the county's total.
-- Grain: night, township of a county.
with townships as (
    select distinct
        adcode,
        township
    from {{ ref('dim_institution') }}
    where township is not null
),

nights as (
    select distinct
        as_of,
        adcode
    from {{ ref('fct_rule_run') }}
),

days as (
    select
        as_of,
        clue_id
    from {{ ref('int_clue_day') }}
    where is_live and not is_parent
),

clues as (
    select
        clue_id,
        is_about_person
    from {{ ref('int_clue') }}
),

places as (
    select
        clue_id,
        adcode,
        township
    from {{ ref('fct_clue') }}
    where township is not null
),

placed as (
    select
        days.as_of,
        places.adcode,
        places.township,
        clues.is_about_person
    from days
    inner join clues on days.clue_id = clues.clue_id
    inner join places on days.clue_id = places.clue_id
),

counted as (
    select
        nights.as_of,
        townships.adcode,
        townships.township,
        count(*) filter (where not placed.is_about_person) as institution_clues,
        count(*) filter (where placed.is_about_person) as person_clues
    from townships
    inner join nights on townships.adcode = nights.adcode
    left join placed
        on
            nights.as_of = placed.as_of
            and townships.adcode = placed.adcode
            and townships.township = placed.township
    group by nights.as_of, townships.adcode, townships.township
),

ranked as (
    select
        *,
        person_clues > 0 and person_clues < {{ param('ALL', 'small_cell') }} as is_small,
        row_number() over (
            partition by as_of, adcode, person_clues > 0
            order by person_clues asc nulls last, township asc nulls last
        ) as place
    from counted
),

hidden as (
    select
        *,
        is_small
        or (
            person_clues > 0
            and place = 2
            and count(*) filter (where is_small) over (partition by as_of, adcode) = 1
        ) as is_hidden
    from ranked
),

final as (
    select
        as_of,
        adcode,
        township,
        cast(institution_clues as integer) as institution_clues,
        cast(case when not is_hidden then person_clues end as integer) as person_clues,
        is_hidden
    from hidden
)

select * from final
