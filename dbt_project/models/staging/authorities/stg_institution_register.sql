-- 单位名录: the deliveries in force on the night, one per county and supplier.
-- Grain: row of a delivery.
select * from {{ ref('stg_institution_register_history') }}
where in_force
