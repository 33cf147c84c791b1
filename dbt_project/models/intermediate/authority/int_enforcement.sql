-- What authorities did about institutions: inspections, orders to correct, filed cases, penalties.
-- Grain: row of the feed.
with actions as (
    {{ with_institution(ref('stg_enforcement_action')) }}
),

final as (
    select
        row_id,
        row_hash,
        adcode,
        supplier,
        authority,
        action_no,
        institution_key,
        institution as institution_name,
        inspected_on_min,
        inspected_on_max,
        finding_code,
        rectify_no is not null
        or filed_on_min is not null
        or decision_no is not null
        or decided_on_min is not null
        or penalty is not null as is_action,
        rectify_no is not null or rectified_on_min is not null as is_rectification,
        -- the latest day that the row's acts bear; null when they bear none
        greatest(
            filed_on_max,
            decided_on_max,
            rectified_on_max,
            case when rectify_no is not null then inspected_on_max end
        ) as acted_on
    from actions
)

select * from final
