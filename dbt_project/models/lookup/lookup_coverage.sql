-- Up to what day each kind of record was delivered for each county without a gap: who looks for a
-- record and finds none has looked there and no further. Proof as for the rules that conclude from
-- absence. Grain: county and feed of records.
with kinds as (
    select *
    from (
        values
        ('conviction', 'criminal_judgment'),
        ('non_prosecution', 'prosecution_case'),
        ('penalty', 'police_penalty')
    ) as listed (kind, feed)
),

counties as (
    select * from {{ ref('int_county') }}
),

feeds as (
    select * from {{ ref('ref_feed') }}
),

deliveries as (
    select
        feed,
        adcode,
        max(delivered_on) as delivered_on
    from {{ source('lake', 'delivery') }}
    where counted
    group by feed, adcode
),

islands as (
    select
        feed,
        adcode,
        min(covered_from) as covered_from,
        max(covered_to) as covered_to,
        count(*) as islands,
        {{ sorted_text("covered_from || '至' || covered_to") }} as covered_zh
    from {{ ref('int_coverage_island') }}
    group by feed, adcode
),

needed as (
    select
        kinds.kind,
        feeds.feed,
        feeds.title_zh,
        case feeds.cadence
            when 'daily' then {{ add_days(as_of(), '-' ~ param('ALL', 'completeness_lag_daily')) }}
            when 'weekly'
                then {{ add_days(as_of(), '-' ~ param('ALL', 'completeness_lag_weekly')) }}
            else {{ add_days(as_of(), '-' ~ param('ALL', 'completeness_lag_monthly')) }}
        end as needed_to
    from kinds
    inner join feeds on kinds.feed = feeds.feed
),

final as (
    select
        counties.adcode,
        needed.feed,
        needed.kind,
        needed.title_zh,
        islands.covered_from,
        islands.covered_to,
        needed.needed_to,
        case
            when deliveries.feed is null then '没有报送' || needed.title_zh
            when islands.feed is null
                then needed.title_zh || '没有清单写明期间，不能证明数据完整'
            when islands.islands > 1 then needed.title_zh || '不连续，只覆盖' || islands.covered_zh
            when islands.covered_to < needed.needed_to
                then needed.title_zh || '只到' || islands.covered_to || '，须到' || needed.needed_to
        end as shortfall_zh
    from counties
    cross join needed
    left join deliveries
        on needed.feed = deliveries.feed and counties.adcode = deliveries.adcode
    left join islands on needed.feed = islands.feed and counties.adcode = islands.adcode
)

select * from final
