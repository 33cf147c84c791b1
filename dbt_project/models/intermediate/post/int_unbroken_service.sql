-- Since when a person has worked at an institution without a break: who was promoted has left the
-- old post, not the institution. Rows that may touch are one service, so that an uncertain date
-- makes no new hire; a row that was left on no known day reaches no other.
-- Grain: roster row in force of a person with a usable number.

with roster as (
    select * from {{ ref('int_roster_row') }}
    where in_force and is_post and id_usable
),

preceded as (
    select
        *,
        max(left_max) over before_it as served_to,
        bool_or(left_max is null and post_status <> '离职') over before_it as is_serving
    from roster
    window
        before_it as (
            partition by person_key, institution_key, adcode, supplier
            order by hired_min asc, row_id asc
            rows between unbounded preceding and 1 preceding
        )
),

counted as (
    select
        *,
        count(*) filter (
            where not coalesce(is_serving or hired_min <= {{ add_days('served_to', 1) }}, false)
        ) over (
            partition by person_key, institution_key, adcode, supplier
            order by hired_min asc, row_id asc
        ) as service
    from preceded
),

final as (
    select
        row_id,
        min(hired_min) over same_service as since_min,
        min(hired_max) over same_service as since_max
    from counted
    window
        same_service as (
            partition by person_key, institution_key, adcode, supplier, service
        )
)

select * from final
