-- How many of a pharmacy's settlements of MED-10's window fell into the night or outside the hours
-- that it declares: all of them, none of a shop that is open round the clock, and what is left
-- without orders over the network. And the peers' share of what is left.
-- Grain: county, retail pharmacy with settlements whose time is known.
with activity as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy
),

institutions as (
    select
        *,
        coalesce(
            opens_at = closes_at
            or closes_at - opens_at >= {{ param('MED-10', 'whole_day_minutes') }},
            false
        ) as is_round_the_clock
    from {{ ref('int_medical_institution') }}
),

-- midnight is a day without its time
settlements as (
    select
        *,
        cast(service_at as time) as service_time,
        {{ minute_of('service_at') }} as service_minute
    from {{ ref('int_settlement') }}
    where
        counts
        and not is_manual
        and service_on between {{ window_from('MED-10') }} and {{ as_of() }}
        and service_at > cast(service_on as timestamp)
),

outside_prescriptions as (
    select * from {{ ref('int_fee_line') }}
    where rx_circ_flag
),

online_orders as (
    select * from {{ ref('ref_online_order') }}
),

timed as (
    select
        settlements.adcode,
        settlements.setl_id,
        settlements.fixmedins_code,
        settlements.service_on,
        settlements.term_id,
        settlements.opter_id,
        coalesce(institutions.is_round_the_clock, false) as is_round_the_clock,
        settlements.service_time >= {{ param('MED-10', 'night_from', 'time') }}
        or settlements.service_time < {{ param('MED-10', 'night_to', 'time') }}
        or {{ is_closed_at('settlements.service_minute', 'institutions') }} as is_off_hours
    from settlements
    inner join activity
        on
            settlements.adcode = activity.adcode
            and settlements.fixmedins_code = activity.fixmedins_code
    left join institutions on settlements.fixmedins_code = institutions.fixmedins_code
),

off_hours as (
    select * from timed
    where is_off_hours and not is_round_the_clock
),

-- a terminal or an operator of the network, or a prescription that was sent to be filled
online as (
    select
        off_hours.adcode,
        off_hours.setl_id
    from off_hours
    inner join online_orders
        on {{ matches(
            "upper(concat_ws(' ', off_hours.term_id, off_hours.opter_id))", 'online_orders.pattern'
        ) }}
    union
    select
        off_hours.adcode,
        off_hours.setl_id
    from off_hours
    inner join outside_prescriptions
        on
            off_hours.adcode = outside_prescriptions.adcode
            and off_hours.setl_id = outside_prescriptions.setl_id
),

left_over as (
    select
        off_hours.adcode,
        off_hours.fixmedins_code,
        count(*) as settlements,
        min(off_hours.service_on) as first_on,
        max(off_hours.service_on) as last_on
    from off_hours
    left join online
        on off_hours.adcode = online.adcode and off_hours.setl_id = online.setl_id
    where online.setl_id is null
    group by off_hours.adcode, off_hours.fixmedins_code
),

counted as (
    select
        adcode,
        fixmedins_code,
        count(*) as settlements,
        count(*) filter (where is_off_hours) as off_hours,
        count(*) filter (where is_off_hours and not is_round_the_clock) as off_hours_open
    from timed
    group by adcode, fixmedins_code
),

shops as (
    select
        counted.*,
        activity.is_peer,
        coalesce(left_over.settlements, 0) as off_hours_left,
        {{ share_of('coalesce(left_over.settlements, 0)', 'counted.settlements') }} as share,
        left_over.first_on,
        left_over.last_on
    from counted
    inner join activity
        on
            counted.adcode = activity.adcode
            and counted.fixmedins_code = activity.fixmedins_code
    left join left_over
        on
            counted.adcode = left_over.adcode
            and counted.fixmedins_code = left_over.fixmedins_code
),

compared as (
    {{ with_peer_percentile(
        'shops', ['adcode'], 'share', param('MED-10', 'peer_percentile', 'decimal(18, 6)')
    ) }}
),

final as (
    select
        adcode,
        fixmedins_code,
        settlements,
        off_hours,
        off_hours_open,
        off_hours_left,
        first_on,
        last_on,
        peers,
        peer_value as peer_share
    from compared
)

select * from final
