-- Who lay in a hospital's bed within the window of MED-08, from the day of admission to the day
-- before discharge, and what explains that little was done or that no listed bed was taken.
-- Grain: county, visit that is not void.
with stays as (
    select
        *,
        coalesce(discharged_on > {{ as_of() }}, true) as is_open,
        ';' || coalesce(stay_classes, '') || ';' as classes
    from {{ ref('int_stay') }}
    where
        not is_void
        -- antenatal visits are no stays
        and (med_class = 'IPT' or nights > 0)
        and admitted_on <= {{ as_of() }}
        and coalesce(discharged_on, {{ as_of() }}) > {{ window_from('MED-08') }}
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
        is_open,
        case
            when is_open then {{ as_of() }}
            else {{ add_days('discharged_on', '-1') }}
        end as last_day,
        case when not is_open then nights end as stay_days,
        case
            when is_psychiatric then 'psychiatric'
            when contains(classes, ';long_term_care;') then 'long_term_care'
            when is_day_case or contains(classes, ';day_ward;') or contains(classes, ';per_diem;')
                then 'day_bed'
            when is_newborn then 'newborn'
            when contains(classes, ';leave;') then 'leave'
        end as guard,
        settlements,
        is_manual,
        pool,
        account,
        row_id,
        row_hash
    from stays
)

select * from final
