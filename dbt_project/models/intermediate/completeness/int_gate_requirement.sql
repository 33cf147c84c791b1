-- What each rule needs before it may be evaluated in a county, and whether it is there: feeds that
-- were delivered, windows that are proven complete, registers that are fresh.
-- Grain: rule, county, requirement.
with rule_feeds as (
    select * from {{ ref('ref_rule_feed') }}
),

feeds as (
    select * from {{ ref('ref_feed') }}
),

counties as (
    select * from {{ ref('int_county') }}
),

deliveries as (
    select * from {{ source('lake', 'delivery') }}
    where counted
),

proofs as (
    select * from {{ ref('int_proof') }}
),

agencies as (
    select * from {{ ref('ref_agency') }}
),

delivered_by_county as (
    select distinct
        feed,
        adcode
    from deliveries
),

delivered_at_home as (
    select distinct feed
    from deliveries
),

presence as (
    select
        rule_feeds.rule_id,
        counties.adcode,
        rule_feeds.feed,
        rule_feeds.scope,
        feeds.title_zh,
        case
            when rule_feeds.scope = 'county' then delivered_by_county.feed is not null
            else delivered_at_home.feed is not null
        end as is_delivered
    from rule_feeds
    cross join counties
    inner join feeds on rule_feeds.feed = feeds.feed
    left join delivered_by_county
        on
            rule_feeds.feed = delivered_by_county.feed
            and counties.adcode = delivered_by_county.adcode
    left join delivered_at_home on rule_feeds.feed = delivered_at_home.feed
),

feeds_needed as (
    select
        rule_id,
        adcode,
        'feed:' || feed as requirement,
        is_delivered as is_met,
        case
            when not is_delivered and scope = 'county' then '本县未报送' || title_zh
            when not is_delivered then '各县均未报送' || title_zh
        end as shortfall_zh,
        cast(null as varchar) as caveat_zh
    from presence
    where scope <> 'one_of_home'
),

one_of_feeds as (
    select
        rule_id,
        adcode,
        'one of feeds' as requirement,
        bool_or(is_delivered) as is_met,
        case
            when not bool_or(is_delivered)
                then {{ sorted_text('title_zh') }} || '均未报送'
        end as shortfall_zh,
        '未比对' || {{ sorted_text('case when not is_delivered then title_zh end') }}
        || '：未报送' as caveat_zh
    from presence
    where scope = 'one_of_home'
    group by rule_id, adcode
),

-- where each source row is proven for itself, one is enough: the rest is left unjudged, and what
-- would prove the latest of them is the least that is missing
proofs_latest_first as (
    select
        *,
        row_number() over (
            partition by rule_id, adcode order by needed_from desc, row_id asc
        ) as place
    from proofs
),

proofs_needed as (
    select
        rule_id,
        adcode,
        'proof' as requirement,
        bool_or(is_proven) as is_met,
        case
            when not bool_or(is_proven) then max(case when place = 1 then shortfall_zh end)
        end as shortfall_zh,
        case
            when bool_or(is_proven) and not bool_and(is_proven)
                then
                    '另有' || count(*) filter (where not is_proven)
                    || '件的期间未连续覆盖，须凭缺失认定的未评估'
        end as caveat_zh
    from proofs_latest_first
    group by rule_id, adcode
),

-- absence from the registers is proven by every authority that ever kept one here
registers as (
    select
        deliveries.adcode,
        deliveries.supplier,
        agencies.name_zh,
        max(deliveries.delivered_on) as last_delivered_on
    from deliveries
    inner join agencies on deliveries.supplier = agencies.agency
    where deliveries.feed = 'institution_register'
    group by deliveries.adcode, deliveries.supplier, agencies.name_zh
),

stale_registers as (
    select
        *,
        last_delivered_on
        >= {{ add_days(as_of(), '-' ~ param('ALL', 'register_freshness_days')) }} as is_met
    from registers
),

registers_needed as (
    select
        'MIN-14' as rule_id,
        adcode,
        'fresh:institution_register:' || supplier as requirement,
        is_met,
        case
            when not is_met
                then name_zh || '的单位名录最近一次报送为' || last_delivered_on || '，已逾期'
        end as shortfall_zh,
        cast(null as varchar) as caveat_zh
    from stale_registers
),

final as (
    select * from feeds_needed
    union all
    select * from one_of_feeds
    union all
    select * from proofs_needed
    union all
    select * from registers_needed
    {%- if is_judged('MED') %}
    union all
    select * from {{ ref('int_medical_gate') }}
    {%- endif %}
)

select * from final
