-- 从业人员花名册: the deliveries in force on the night, one per county and supplier.
-- Grain: row of a delivery.
select * from {{ ref('stg_staff_roster_history') }}
where in_force
