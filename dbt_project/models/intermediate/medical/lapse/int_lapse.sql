-- When an institution may not settle: from the day after its agreement was suspended or ended, or
-- ran out, to the day before it is in force again; and after its business registration was
-- cancelled. Periods that touch are one.
-- Grain: institution, first day.
with spans as (
    select * from {{ ref('int_designation_span') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

registrations as (
    select * from {{ ref('stg_business_registration') }}
    where status <> '迁出'
),

preceded as (
    select
        *,
        lag(state) over (
            partition by fixmedins_code
            order by valid_from asc nulls last
        ) as state_before
    from spans
),

-- the day on which it was suspended or ended is still its own, unless it was so already
of_agreement as (
    select
        fixmedins_code,
        case
            when state = '到期' or state_before <> '在用' then valid_from
            else {{ add_days('valid_from', 1) }}
        end as lapsed_from,
        valid_to as lapsed_until,
        case when (state is distinct from state_before) then
            '协议自' || valid_from || '起' || state
        end as fact_zh,
        'medical_institution' as feed,
        row_id,
        row_hash
    from preceded
    where state <> '在用'
),

cancelled as (
    select
        uscc,
        max(closed_on_max) as closed_on,
        {{ first_row({'row_id': 'row_id', 'row_hash': 'row_hash'}, ['row_id']) }} as first_row
    from registrations
    group by uscc
    having bool_and(status = '注销') and max(closed_on_max) is not null
),

of_registration as (
    select
        institutions.fixmedins_code,
        {{ add_days('cancelled.closed_on', 1) }} as lapsed_from,
        {{ last_day() }} as lapsed_until,
        '市场主体登记于' || cancelled.closed_on || '注销' as fact_zh,
        'business_registration' as feed,
        cancelled.first_row.row_id,
        cancelled.first_row.row_hash
    from institutions
    inner join cancelled on institutions.uscc = cancelled.uscc
),

causes as (
    select * from of_agreement
    where lapsed_from < lapsed_until
    union all
    select * from of_registration
),

reached as (
    select
        *,
        max(lapsed_until) over (
            partition by fixmedins_code
            order by lapsed_from asc nulls last, lapsed_until asc nulls last, row_id asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as reached_until
    from causes
),

numbered as (
    select
        *,
        sum(case when lapsed_from <= reached_until then 0 else 1 end) over (
            partition by fixmedins_code
            order by lapsed_from asc nulls last, lapsed_until asc nulls last, row_id asc nulls last
            rows between unbounded preceding and current row
        ) as lapse_no
    from reached
),

final as (
    select
        fixmedins_code,
        min(lapsed_from) as lapsed_from,
        max(lapsed_until) as lapsed_until,
        {{ sorted_text('fact_zh', '，') }} as causes_zh,
        {{ evidence_agg(
            evidence_row("'不得结算'", 'feed', 'row_id', 'row_hash', 'fact_zh'), 'row_id'
        ) }} filter (where fact_zh is not null) as evidence
    from numbered
    group by fixmedins_code, lapse_no
)

select * from final
