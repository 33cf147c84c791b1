-- In what state an institution's agreement was, and from when to when: 在用 中止 解除, or 到期
-- where it ran out and a register of the time since then knows of no renewal. A register says since
-- when the present state holds, and a later one overrides what earlier ones said of the time since
-- then. Before its first span an institution is not designated. Uncertain dates favour the
-- institution.
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
        lag(agreement_status) over by_day as state_before,
        lag(delivered_on) over by_day as listed_before
    from ranked
    where place = 1
    window by_day as (partition by code order by delivered_on asc nulls last)
),

-- what each register says: since when the state holds, and when the agreement runs out
stated as (
    select
        code as fixmedins_code,
        delivered_on,
        row_id,
        row_hash,
        agreement_status as state,
        case
            when agreement_status <> '在用' then coalesce(status_from_max, delivered_on)
            when status_from_min is null and state_before <> '在用'
                then {{ add_days('listed_before', 1) }}
            else coalesce(status_from_min, designated_from_min, {{ first_day() }})
        end as valid_from,
        designated_from_min as designated_from,
        case
            when designated_to_max < last_register_on
                then {{ add_days('designated_to_max', 1) }}
        end as runs_out_on
    from preceded
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

-- what the first register says of the time before its state began
beginnings as (
    select
        fixmedins_code,
        '在用' as state,
        designated_from as valid_from,
        least(valid_from, overridden_from) as valid_to,
        runs_out_on,
        row_id,
        row_hash,
        delivered_on
    from bounded
    where number = 1 and designated_from < least(valid_from, overridden_from)
),

-- an agreement that ran out within its span ends there
ended as (
    select * from states
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
    from states
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
    from states
    where state = '在用' and runs_out_on < valid_to
    union all
    select * from beginnings
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
