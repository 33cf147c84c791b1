-- For which spells an event feed is proven complete: the manifests' periods of the deliveries that
-- count, joined where they overlap or touch. Screenings are proven per channel, whoever delivers
-- it; every other feed per supplier. A window is proven when one island contains it.
-- Grain: feed, county, channel or supplier, first day covered.
with deliveries as (
    select * from {{ source('lake', 'delivery') }}
    where counted and period_start is not null and period_end is not null
),

feeds as (
    select * from {{ ref('ref_feed') }}
    where mode = 'event'
),

-- a manifest without a channel covers the channels that its rows have
channels_of_rows as (
    select distinct
        _delivery_id as delivery_id,
        channel
    from {{ source('lake', 'screening_record') }}
),

periods as (
    select distinct
        deliveries.feed,
        deliveries.adcode,
        case when deliveries.feed <> 'screening_record' then deliveries.supplier end as supplier,
        case
            when deliveries.feed = 'screening_record'
                then coalesce(deliveries.channel, channels_of_rows.channel)
        end as channel,
        deliveries.period_start,
        deliveries.period_end
    from deliveries
    inner join feeds on deliveries.feed = feeds.feed
    left join channels_of_rows
        on
            deliveries.feed = 'screening_record'
            and coalesce(deliveries.duplicate_of, deliveries.delivery_id)
            = channels_of_rows.delivery_id
    where deliveries.period_start <= deliveries.period_end
),

preceded as (
    select
        *,
        max(period_end) over (
            partition by feed, adcode, supplier, channel
            order by period_start, period_end
            rows between unbounded preceding and 1 preceding
        ) as covered_before
    from periods
    where supplier is not null or channel is not null
),

numbered as (
    select
        *,
        sum(
            case
                when period_start <= {{ add_days('covered_before', 1) }} then 0
                else 1
            end
        ) over (
            partition by feed, adcode, supplier, channel
            order by period_start, period_end
            rows between unbounded preceding and current row
        ) as island
    from preceded
),

final as (
    select
        feed,
        adcode,
        supplier,
        channel,
        min(period_start) as covered_from,
        max(period_end) as covered_to
    from numbered
    group by feed, adcode, supplier, channel, island
)

select * from final
