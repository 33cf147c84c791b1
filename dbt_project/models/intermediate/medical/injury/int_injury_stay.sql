-- Stays in hospital for an injury near the day of a record of one, which the pooled fund paid for.
-- Of a record without its day the stay must fit every day that it can mean.
-- Grain: county, record of the injury, visit.
with records as (
    select * from {{ ref('int_injury_record') }}
),

stays as (
    select * from {{ ref('int_stay') }}
    where
        is_injury
        and not is_void
        and pool > 0
        and admitted_on <= {{ as_of() }}
        and coalesce(discharged_on, admitted_on) >= {{ window_from('MED-23') }}
),

final as (
    select
        stays.adcode,
        records.row_id as record_row_id,
        stays.mdtrt_id,
        stays.fixmedins_code,
        stays.admitted_on,
        stays.discharged_on,
        stays.icd3,
        stays.pool,
        stays.row_id,
        stays.row_hash
    from records
    inner join stays
        on
            records.person_key = stays.person_key
            and stays.admitted_on
            >= {{ add_days('records.occurred_on_max', '-' ~ param('MED-23', 'days_apart')) }}
            and stays.admitted_on
            <= {{ add_days('records.occurred_on_min', param('MED-23', 'days_apart')) }}
)

select * from final
