-- The counties of the home: those of which a delivery was recognised. One whose files were all
-- rejected is among them, so that its rules are shown as not evaluated. Grain: county.
with deliveries as (
    select * from {{ source('lake', 'delivery') }}
    where status <> 'UNRECOGNISED'
),

final as (
    select distinct adcode
    from deliveries
)

select * from final
