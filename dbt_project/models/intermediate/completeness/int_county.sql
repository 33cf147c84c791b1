-- The counties of the home: those of which a delivery counts. Grain: county.
with deliveries as (
    select * from {{ source('lake', 'delivery') }}
    where counted
),

final as (
    select distinct adcode
    from deliveries
)

select * from final
