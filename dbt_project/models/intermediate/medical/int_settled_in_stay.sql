-- Drugs and outpatient care that were settled elsewhere while a person was surely in hospital,
-- between the day after admission and the day before discharge, and what may explain it.
-- Grain: settlement, stay.
with settlements as (
    select * from {{ ref('int_settlement') }}
    where
        counts
        and med_class in ('RX', 'OTP', 'CHR')
        and service_on between {{ window_from('MED-05') }} and {{ as_of() }}
),

outside_prescriptions as (
    select * from {{ ref('int_fee_line') }}
    where rx_circ_flag
),

-- a newborn's stay on the mother's number says nothing of where the mother was
stays as (
    select * from {{ ref('int_stay') }}
    where not is_void and not is_newborn
),

inside as (
    select
        settlements.adcode,
        settlements.setl_id,
        settlements.person_key,
        settlements.tier,
        settlements.fixmedins_code,
        settlements.service_on,
        settlements.is_paid_by_other,
        settlements.is_manual,
        settlements.pool,
        settlements.account,
        settlements.row_id,
        settlements.row_hash,
        stays.adcode as stay_adcode,
        stays.mdtrt_id,
        stays.fixmedins_code as hospital_code,
        stays.admitted_on,
        stays.discharged_on,
        stays.is_day_case,
        stays.row_id as stay_row_id,
        stays.row_hash as stay_row_hash
    from settlements
    inner join stays on settlements.person_key = stays.person_key
    where
        settlements.fixmedins_code <> stays.fixmedins_code
        and settlements.service_on > stays.admitted_on
        and settlements.service_on < stays.discharged_on
),

prescribed_outside as (
    select distinct
        outside_prescriptions.adcode,
        outside_prescriptions.setl_id
    from outside_prescriptions
    inner join (
        select distinct
            adcode,
            setl_id
        from inside
    ) as wanted
        on
            outside_prescriptions.adcode = wanted.adcode
            and outside_prescriptions.setl_id = wanted.setl_id
),

final as (
    select
        inside.adcode,
        inside.setl_id,
        inside.person_key,
        inside.tier,
        inside.fixmedins_code,
        inside.service_on,
        inside.pool,
        inside.account,
        inside.row_id,
        inside.row_hash,
        inside.stay_adcode,
        inside.mdtrt_id,
        inside.hospital_code,
        inside.admitted_on,
        inside.discharged_on,
        inside.stay_row_id,
        inside.stay_row_hash,
        case
            when inside.is_paid_by_other then 'paid_by_other'
            when prescribed_outside.setl_id is not null then 'outside_prescription'
            when inside.is_manual then 'central_reimbursement'
            when inside.is_day_case then 'day_case'
        end as guard
    from inside
    left join prescribed_outside
        on
            inside.adcode = prescribed_outside.adcode
            and inside.setl_id = prescribed_outside.setl_id
)

select * from final
