-- How many patients lay in an institution on a day, from the day of admission to the day before
-- discharge, against the beds that it is listed with. Between two registers the larger number of
-- beds holds. Who takes no listed bed (int_inpatient.guard) and whose discharge is not known is not
-- counted, but makes the day doubtful where it would be full with them.
-- Grain: institution with known beds, day of the window of MED-08 on which somebody lay there.
with stays as (
    select * from {{ ref('int_inpatient') }}
),

listings as (
    select * from {{ ref('stg_medical_institution_history') }}
    where beds > 0
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

days as (
    select date_day as day_on
    from {{ ref('ref_workday') }}
    where date_day between {{ window_from('MED-08') }} and {{ as_of() }}
),

deliveries as (
    select
        code as fixmedins_code,
        delivered_on,
        {{ first_row(
            {'beds': 'beds', 'row_id': 'row_id', 'row_hash': 'row_hash'}, ['-beds', 'row_id']
        ) }} as listing
    from listings
    group by code, delivered_on
),

-- what a register says may have held since the one before, and until the next
spans as (
    select
        fixmedins_code,
        listing,
        coalesce({{ add_days('lag(delivered_on) over by_day', 1) }}, {{ first_day() }})
            as listed_from,
        coalesce({{ add_days('lead(delivered_on) over by_day', -1) }}, {{ last_day() }})
            as listed_to
    from deliveries
    window by_day as (partition by fixmedins_code order by delivered_on asc nulls last)
),

beds as (
    select
        spans.fixmedins_code,
        days.day_on,
        {{ first_row(
            {'beds': 'spans.listing.beds', 'row_id': 'spans.listing.row_id',
             'row_hash': 'spans.listing.row_hash'},
            ['-spans.listing.beds', 'spans.listed_from', 'spans.listing.row_id']
        ) }} as listing
    from spans
    inner join days on days.day_on between spans.listed_from and spans.listed_to
    group by spans.fixmedins_code, days.day_on
),

occupied as (
    select
        stays.fixmedins_code,
        days.day_on,
        count(distinct stays.person_key) filter (where not stays.is_open) as present,
        count(distinct stays.person_key) filter (where stays.guard is null) as perhaps,
        count(distinct stays.person_key) filter (
            where not stays.is_open and stays.guard is null
        ) as inpatients,
        {{ first_row({'guard': 'stays.guard'}, [
            place_in('stays.guard', [
                'psychiatric', 'long_term_care', 'day_bed', 'newborn', 'leave'
            ])
        ]) }} filter (where not stays.is_open and stays.guard is not null) as first_guard
    from stays
    inner join days on days.day_on between stays.admitted_on and stays.last_day
    where stays.fixmedins_code in (select fixmedins_code from deliveries)
    group by stays.fixmedins_code, days.day_on
),

compared as (
    select
        occupied.*,
        beds.listing,
        occupied.inpatients > beds.listing.beds * factor.value as is_full,
        occupied.present > beds.listing.beds * factor.value as is_full_with_guarded,
        occupied.perhaps > beds.listing.beds * factor.value as is_full_with_open
    from occupied
    inner join beds
        on occupied.fixmedins_code = beds.fixmedins_code and occupied.day_on = beds.day_on
    cross join (
        select {{ param('MED-08', 'bed_factor', 'decimal(6, 4)') }} as value
    ) as factor
),

counted as (
    select
        *,
        count(*) filter (where is_full) over institution as full_days,
        count(*) filter (where is_full_with_guarded) over institution as days_with_guarded,
        count(*) filter (where is_full_with_open) over institution as days_with_open
    from compared
    window institution as (partition by fixmedins_code)
),

judged as (
    select
        counted.*,
        case
            when is_full and full_days >= least_days.value then 'full'
            -- full without them, but not often enough
            when is_full then 'no'
            when is_full_with_guarded and days_with_guarded >= least_days.value then 'guarded'
            when is_full_with_open and days_with_open >= least_days.value then 'doubtful'
            else 'no'
        end as finding
    from counted
    cross join (select {{ param('MED-08', 'full_days_min') }} as value) as least_days
),

final as (
    select
        institutions.adcode,
        judged.fixmedins_code,
        judged.day_on,
        judged.listing.beds,
        judged.inpatients,
        judged.full_days,
        judged.finding in ('full', 'guarded') as is_full,
        case when judged.finding = 'guarded' then judged.first_guard.guard end as guard,
        case when judged.finding = 'doubtful' then '部分患者的出院时间不详' end as doubt_zh,
        judged.listing.row_id,
        judged.listing.row_hash
    from judged
    inner join institutions on judged.fixmedins_code = institutions.fixmedins_code
)

select * from final
