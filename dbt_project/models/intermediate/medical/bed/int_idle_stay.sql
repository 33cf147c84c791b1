-- Settled stays of some days, and on how many of them anything but bed and nursing was billed. A
-- day without a line is as idle as one with bed and nursing alone; so an absence of lines must not
-- be one of deliveries, and where even the bed stands on no day of the stay, lines are not dated by
-- the day. Idle days of a long public holiday may be leave.
-- Grain: county, settled visit.
with stays as (
    select * from {{ ref('int_inpatient') }}
    where settlements > 0 and (is_open or stay_days >= {{ param('MED-08', 'stay_days_min') }})
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where counts and mdtrt_id is not null
),

-- treatment that is not settled yet was given
fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts or (is_unsettled and refund_of is null)
),

items as (
    select * from {{ ref('int_item') }}
),

deliveries as (
    select * from {{ source('lake', 'delivery') }}
    where counted and feed = 'medical_fee_line'
),

days_off as (
    select
        date_day,
        {{ add_days(
            'date_day', '-row_number() over (order by date_day asc nulls last)'
        ) }} as holiday
    from {{ ref('ref_workday') }}
    where not is_workday
),

long_holidays as (
    select holiday
    from days_off
    group by holiday
    having count(*) >= {{ param('MED-08', 'holiday_days') }}
),

holiday_days as (
    select days_off.date_day
    from days_off
    inner join long_holidays on days_off.holiday = long_holidays.holiday
),

-- a line that names no visit belongs to its settlement's
billed_days as (
    select
        stays.adcode,
        stays.mdtrt_id,
        fee_lines.fee_on,
        bool_or(items.care_kind is null) as is_busy,
        bool_or(items.care_kind is not null) as has_care
    from fee_lines
    left join settlements
        on
            fee_lines.adcode = settlements.adcode
            and case when fee_lines.mdtrt_id is null then fee_lines.setl_id end
            = settlements.setl_id
    inner join stays
        on
            fee_lines.adcode = stays.adcode
            and coalesce(fee_lines.mdtrt_id, settlements.mdtrt_id) = stays.mdtrt_id
    left join items on fee_lines.hilist_code = items.hilist_code
    group by stays.adcode, stays.mdtrt_id, fee_lines.fee_on
),

counted as (
    select
        stays.adcode,
        stays.mdtrt_id,
        count(billed_days.fee_on) > 0 as has_lines,
        coalesce(bool_or(billed_days.is_busy) and bool_or(billed_days.has_care), false)
            as has_both,
        count(*) filter (
            where billed_days.fee_on between stays.admitted_on and stays.last_day
        ) as billed_days,
        count(*) filter (
            where
            billed_days.is_busy
            and billed_days.fee_on between stays.admitted_on and stays.last_day
        ) as busy_days,
        count(holiday_days.date_day) filter (
            where
            billed_days.is_busy
            and billed_days.fee_on between stays.admitted_on and stays.last_day
        ) as busy_holidays
    from stays
    left join billed_days
        on stays.adcode = billed_days.adcode and stays.mdtrt_id = billed_days.mdtrt_id
    left join holiday_days on billed_days.fee_on = holiday_days.date_day
    group by stays.adcode, stays.mdtrt_id
),

holidays_in_stay as (
    select
        stays.adcode,
        stays.mdtrt_id,
        count(*) as holidays
    from stays
    inner join holiday_days
        on holiday_days.date_day between stays.admitted_on and stays.last_day
    group by stays.adcode, stays.mdtrt_id
),

-- until when lines came, and when the bill did
bills as (
    select
        adcode,
        mdtrt_id,
        max(delivered_on) as delivered_on
    from settlements
    group by adcode, mdtrt_id
),

last_lines as (
    select
        adcode,
        max(delivered_on) as delivered_on
    from deliveries
    group by adcode
),

measured as (
    select
        stays.*,
        counted.has_lines,
        counted.has_both,
        counted.billed_days,
        counted.busy_days,
        stays.stay_days - counted.busy_days as idle_days,
        coalesce(holidays_in_stay.holidays, 0) - counted.busy_holidays as idle_holidays,
        coalesce(bills.delivered_on <= last_lines.delivered_on, false) as lines_have_come
    from stays
    inner join counted on stays.adcode = counted.adcode and stays.mdtrt_id = counted.mdtrt_id
    inner join bills on stays.adcode = bills.adcode and stays.mdtrt_id = bills.mdtrt_id
    left join holidays_in_stay
        on
            stays.adcode = holidays_in_stay.adcode
            and stays.mdtrt_id = holidays_in_stay.mdtrt_id
    left join last_lines on stays.adcode = last_lines.adcode
),

judged as (
    select
        *,
        not is_open and idle_days >= stay_days * idle.share as is_idle,
        stay_days = idle_holidays
        or idle_days - idle_holidays < (stay_days - idle_holidays) * idle.share
            as may_be_leave
    from measured
    cross join (
        select {{ param('MED-08', 'idle_share', 'decimal(6, 4)') }} as share
    ) as idle
),

final as (
    select
        adcode,
        mdtrt_id,
        psn_no,
        person_key,
        tier,
        fixmedins_code,
        admitted_on,
        discharged_on,
        last_day,
        stay_days,
        idle_days,
        has_lines,
        is_idle,
        case
            when is_open then '尚未出院或者出院时间不详'
            when is_idle and has_both and billed_days = 0 then '床位和治疗费用均未按日记录'
            when is_idle and not lines_have_come then '结算之后未再报送费用明细'
        end as doubt_zh,
        case
            when not is_idle then null
            when guard is not null then guard
            when may_be_leave then 'leave'
            when is_manual then 'central_reimbursement'
        end as guard,
        pool,
        account,
        row_id,
        row_hash
    from judged
)

select * from final
