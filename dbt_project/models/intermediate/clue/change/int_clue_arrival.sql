-- What has arrived for a clue since its rule was last evaluated in the county: evidence that came
-- first in a file which that night did not have, late files with an early date included.
-- Grain: clue, feed, supplier, day of delivery.
with turns as (
    select * from {{ ref('int_clue_turn') }}
    where run_before_on is not null
),

evidence as (
    select * from {{ all_nights('clue_evidence') }}
    where first_delivery_id is not null
),

known_files as (
    select
        as_of,
        delivery_id
    from {{ all_nights('feed_delivery') }}
    where coalesce(is_adopted, true)
),

feeds as (
    select * from {{ ref('ref_feed') }}
),

agencies as (
    select * from {{ ref('ref_agency') }}
),

arrivals as (
    select distinct
        turns.clue_id,
        evidence.feed,
        evidence.supplier,
        evidence.first_delivered_on
    from turns
    inner join evidence on turns.clue_id = evidence.clue_id and turns.as_of = evidence.as_of
    left join known_files
        on
            turns.run_before_on = known_files.as_of
            and evidence.first_delivery_id = known_files.delivery_id
    where known_files.delivery_id is null
),

final as (
    select
        arrivals.*,
        feeds.mode = 'event' as is_event,
        agencies.name_zh || cast(arrivals.first_delivered_on as varchar) || '报送的'
        || feeds.title_zh || case when feeds.mode = 'event' then '' else '中新增或变更的行' end
            as arrival_zh
    from arrivals
    inner join feeds on arrivals.feed = feeds.feed
    inner join agencies on arrivals.supplier = agencies.agency
)

select * from final
