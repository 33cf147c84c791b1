-- Those who are asked about: empty on the night. A look-up fills it in a copy of its own.
-- Grain: person asked about, one row of a request.
select
    cast(null as bigint) as asked_id,
    cast(null as varchar) as adcode,
    cast(null as date) as asked_on,
    cast(null as varchar) as category,
    cast(null as varchar) as id_status,
    cast(null as varchar) as person_key,
    cast(null as varchar) as name_key,
    cast(null as boolean) as name_sep,
    cast(null as date) as born_on,
    cast(null as varchar) as sex
where false
