-- Which records are about a person known otherwise, and how surely: the macro matched_records. Each
-- name that the number was given is compared for itself: whoever writes another's number down for
-- somebody must not make that person's record a sure one.
-- Grain: person, name and record.
with persons as (
    select * from {{ ref('int_known_person') }}
),

records as (
    select * from {{ ref('int_record') }}
),

matched as (
    {{ matched_records('persons', 'records', ['person_key', 'name_key']) }}
),

best as (
    select
        person_key,
        name_key,
        record_id,
        min(match_tier) as match_tier
    from matched
    group by person_key, name_key, record_id
),

final as (
    select
        person_key,
        name_key,
        record_id,
        match_tier,
        {{ match_reason('match_tier') }} as match_reason
    from best
)

select * from final
