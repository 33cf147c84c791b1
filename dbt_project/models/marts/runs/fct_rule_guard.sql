-- How many candidates each guard removed on every night.
-- Grain: night, rule, county, guard.
with final as (
    select
        as_of,
        rule_id,
        adcode,
        guard,
        excluded
    from {{ all_nights('rule_guard') }}
)

select * from final
