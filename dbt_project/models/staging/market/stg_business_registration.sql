-- 市场主体登记: the deliveries in force on the night, one per county and supplier.
-- Grain: row of a delivery.
select * from {{ ref('stg_business_registration_history') }}
where in_force
