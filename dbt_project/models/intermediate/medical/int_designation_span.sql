-- In what state an institution's agreement was, and from when to when: 在用 中止 解除, or 到期
-- where it ran out and a register of the time since then knows of no renewal. A register says since
-- when the present state holds, and a later one overrides what earlier ones said of the time since
-- then. Before its first span an institution is not designated; what was suspended or ended had
-- been in force before. Uncertain dates favour the institution.
-- Grain: institution, first day.
with listings as (
    select * from {{ ref('stg_medical_institution_history') }}
),

-- of several rows of one day the one that says the latest
ranked as (
    select
        *,
        row_number() over (
            partition by code, delivered_on
            order by status_from_max desc nulls last, row_id desc
        ) as place,
        max(delivered_on) over (partition by adcode, supplier) as last_register_on
    from listings
),

preceded as (
    select
        *,
        lag(agreement_status) over (
            partition by code
            order by delivered_on asc nulls last
        ) as state_before
    from ranked
    where place = 1
),

-- what was suspended or ended was not in force again before the day after it was last listed so, or
-- the day that a register then gave
returned as (
    select
        *,
        max(
            case
                when agreement_status <> '在用' then {{ add_days('delivered_on', 1) }}
                when state_before <> '在用' then status_from_min
            end
        ) over (
            partition by code
            order by delivered_on asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as not_before
    from preceded
),

-- what each register says: since when the state holds, and when the agreement runs out. One that
-- only repeats, without a date, that the agreement is not in force says nothing new.
stated as (
    select
        code as fixmedins_code,
        delivered_on,
        row_id,
        row_hash,
        agreement_status as state,
        case
            when agreement_status <> '在用' then coalesce(status_from_max, delivered_on)
            else coalesce(
                status_from_min,
                greatest(
                    coalesce(not_before, {{ first_day() }}),
                    coalesce(designated_from_min, {{ first_day() }})
                )
            )
        end as valid_from,
        status_from_max is not null as is_dated,
        designated_from_min as designated_from,
        case
            when designated_to_max < last_register_on
                then {{ add_days('designated_to_max', 1) }}
        end as runs_out_on
    from returned
    where
        agreement_status = '在用'
        or status_from_max is not null
        or agreement_status is distinct from state_before
),

bounded as (
    select
        *,
        min(valid_from) over (
            partition by fixmedins_code
            order by delivered_on asc nulls last
            rows between 1 following and unbounded following
        ) as overridden_from,
        row_number() over (
            partition by fixmedins_code
            order by delivered_on asc nulls last
        ) as number
    from stated
),

states as (
    select
        fixmedins_code,
        state,
        valid_from,
        coalesce(overridden_from, {{ last_day() }}) as valid_to,
        runs_out_on,
        row_id,
        row_hash,
        delivered_on
    from bounded
    where valid_from < coalesce(overridden_from, {{ last_day() }})
),

-- what the first register says of the time before its state began. What was suspended or ended had
-- been in force, though nobody says since when; and if nobody says when it was, until it ran out.
beginnings as (
    select
        fixmedins_code,
        '在用' as state,
        case
            when designated_from < valid_from then designated_from
            when state <> '在用' then {{ first_day() }}
        end as valid_from,
        least(valid_from, overridden_from) as valid_to,
        case when not is_dated then runs_out_on end as runs_out_on,
        row_id,
        row_hash,
        delivered_on
    from bounded
    where number = 1
),

agreed as (
    select * from states
    union all
    select * from beginnings
    where valid_from < valid_to
),

-- an agreement that ran out within its span ends there
ended as (
    select * from agreed
    where state <> '在用' or runs_out_on is null or valid_to <= runs_out_on
    union all
    select
        fixmedins_code,
        state,
        valid_from,
        runs_out_on as valid_to,
        runs_out_on,
        row_id,
        row_hash,
        delivered_on
    from agreed
    where state = '在用' and valid_from < runs_out_on and runs_out_on < valid_to
    union all
    select
        fixmedins_code,
        '到期' as state,
        greatest(valid_from, runs_out_on) as valid_from,
        valid_to,
        runs_out_on,
        row_id,
        row_hash,
        delivered_on
    from agreed
    where state = '在用' and runs_out_on < valid_to
),

final as (
    select
        fixmedins_code,
        state,
        valid_from,
        valid_to,
        row_id,
        row_hash,
        delivered_on
    from ended
)

select * from final
