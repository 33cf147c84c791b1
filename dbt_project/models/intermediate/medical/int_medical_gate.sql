-- What the rules of the medical-insurance model need beyond that a feed was ever delivered: that it
-- was delivered of late, that a register still proves who is not in it, that a source can be
-- believed, that there is somebody to compare with. And what is left out where an optional feed is
-- missing.
-- Grain: rule, county, requirement.
with counties as (
    select * from {{ ref('int_county') }}
),

deliveries as (
    select * from {{ source('lake', 'delivery') }}
    where counted
),

reports as (
    select * from {{ ref('int_death_report') }}
),

agencies as (
    select * from {{ ref('ref_agency') }}
),

activity as (
    select * from {{ ref('int_shop_activity') }}
),

column_gates as (
    select * from {{ ref('int_column_gate') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

rule_causes as (
    select distinct rule_id from {{ ref('ref_rule_cause') }}
),

fresh_feeds as (
    select *
    from (
        values
        ('MED-03', 'drug_purchase', '药品购进或药品盘存'),
        ('MED-03', 'drug_stock_count', '药品购进或药品盘存'),
        ('MED-25', 'medical_enforcement', '医保执法')
    ) as listed (rule_id, feed, feeds_zh)
),

freshness as (
    select 'MED-03' as rule_id, {{ param('MED-03', 'fresh_days') }} as days
    union all
    select 'MED-25' as rule_id, {{ param('MED-25', 'fresh_days') }} as days
),

last_delivered as (
    select
        fresh_feeds.rule_id,
        counties.adcode,
        fresh_feeds.feeds_zh,
        max(deliveries.delivered_on) as last_on
    from fresh_feeds
    cross join counties
    left join deliveries
        on fresh_feeds.feed = deliveries.feed and counties.adcode = deliveries.adcode
    group by fresh_feeds.rule_id, counties.adcode, fresh_feeds.feeds_zh
),

fresh as (
    select
        last_delivered.rule_id,
        last_delivered.adcode,
        'fresh' as requirement,
        coalesce(
            last_delivered.last_on >= {{ add_days(as_of(), '-freshness.days') }}, false
        ) as is_met,
        last_delivered.feeds_zh || '须在' || freshness.days || '日内报送过，'
        || coalesce('最近一次为' || last_delivered.last_on, '从未报送') as shortfall_zh,
        cast(null as varchar) as caveat_zh
    from last_delivered
    inner join freshness on last_delivered.rule_id = freshness.rule_id
),

-- rules that conclude from absence in a register
register_rules as (
    select *
    from (
        values
        ('MED-02', 'medical_institution', '定点医药机构'),
        ('MED-16', 'pharmacist_registration', '执业药师注册')
    ) as listed (rule_id, feed, feed_zh)
),

-- by every supplier that ever delivered it in the county
last_registers as (
    select
        register_rules.rule_id,
        deliveries.adcode,
        register_rules.feed_zh,
        deliveries.supplier,
        max(deliveries.delivered_on) as last_on
    from register_rules
    inner join deliveries on register_rules.feed = deliveries.feed
    group by
        register_rules.rule_id, deliveries.adcode, register_rules.feed_zh, deliveries.supplier
),

proven as (
    select
        rule_id,
        adcode,
        'register:' || supplier as requirement,
        last_on >= {{ add_days(as_of(), '-' ~ param('ALL', 'register_freshness_days')) }} as is_met,
        feed_zh || '最近一次报送为' || last_on || '，已逾期' as shortfall_zh,
        cast(null as varchar) as caveat_zh
    from last_registers
),

trust as (
    select
        bool_or(reports.is_trusted) as has_trusted,
        {{ sorted_text("case when not reports.is_trusted then agencies.name_zh end") }} as doubted
    from reports
    left join agencies on reports.supplier = agencies.agency
),

trusted as (
    select
        'MED-04' as rule_id,
        counties.adcode,
        'trusted death records' as requirement,
        coalesce(trust.has_trusted, true) as is_met,
        '死亡信息的各来源均有过多人员死亡后仍在就医，疑为死亡信息有误' as shortfall_zh,
        trust.doubted || '的死亡信息疑有误，未采用' as caveat_zh
    from counties
    cross join trust
),

-- with how many others the pharmacy that has most can be compared
pharmacies as (
    select
        counties.adcode,
        coalesce(max(activity.peers), 0) as peers
    from counties
    left join activity on counties.adcode = activity.adcode and activity.is_pharmacy
    group by counties.adcode
),

peer_rules as (
    select *
    from (
        values
        ('MED-10', true), ('MED-14', false), ('MED-19', true), ('MED-21', true),
        ('MED-22', false)
    ) as listed (rule_id, is_only_arm)
),

compared as (
    select
        peer_rules.rule_id,
        pharmacies.adcode,
        'peers' as requirement,
        pharmacies.peers >= {{ param('ALL', 'peer_min') }} or not peer_rules.is_only_arm as is_met,
        '可比的同类定点机构只有' || pharmacies.peers || '家，不足以比较' as shortfall_zh,
        case
            when pharmacies.peers < {{ param('ALL', 'peer_min') }}
                then '可比的同类定点机构只有' || pharmacies.peers || '家，与同类比较的一路未评估'
        end as caveat_zh
    from pharmacies
    cross join peer_rules
),

-- what may be missing: another county's deliveries are compared too, but are not this county's
optional_feeds as (
    select *
    from (
        values
        ('MED-02', 'trace_shipment', '追溯码流向一路未评估：未报送追溯码流向'),
        ('MED-02', 'drug_purchase', '进销存一路未评估：未报送药品购进'),
        ('MED-02', 'social_insurance', '人员一路未评估：未报送社保参保'),
        ('MED-07', 'medical_fee_line', '未按费用明细排除放化疗和透析：未报送'),
        ('MED-18', 'business_registration', '未比对市场主体登记：未报送')
    ) as listed (rule_id, feed, caveat_zh)
    union all
    select
        rule_id,
        'medical_enforcement' as feed,
        '未比对医保执法：未报送' as caveat_zh
    from rule_causes
),

delivered_in_county as (
    select distinct
        feed,
        adcode
    from deliveries
),

optional as (
    select
        optional_feeds.rule_id,
        counties.adcode,
        'optional:' || optional_feeds.feed as requirement,
        true as is_met,
        cast(null as varchar) as shortfall_zh,
        case when delivered_in_county.feed is null then optional_feeds.caveat_zh end as caveat_zh
    from optional_feeds
    cross join counties
    left join delivered_in_county
        on
            optional_feeds.feed = delivered_in_county.feed
            and counties.adcode = delivered_in_county.adcode
),

-- MED-08 compares bills with their lines, and patients with beds: one of the two must be possible
billed as (
    select
        counties.adcode,
        coalesce(bool_or(deliveries.feed = 'medical_settlement'), false) as has_bills,
        coalesce(bool_or(deliveries.feed = 'medical_fee_line'), false) as has_lines
    from counties
    left join deliveries on counties.adcode = deliveries.adcode
    group by counties.adcode
),

bedded as (
    select
        counties.adcode,
        count(institutions.fixmedins_code) > 0 as has_beds
    from counties
    left join institutions on counties.adcode = institutions.adcode and institutions.beds > 0
    group by counties.adcode
),

stay_arms as (
    select
        bedded.adcode,
        bedded.has_beds,
        billed.has_bills and billed.has_lines as has_bills_and_lines,
        concat_ws(
            '、',
            case when not billed.has_bills then '医保结算' end,
            case when not billed.has_lines then '医保费用明细' end
        ) as missing_zh
    from bedded
    inner join billed on bedded.adcode = billed.adcode
),

stays_and_beds as (
    select
        'MED-08' as rule_id,
        adcode,
        'bills and lines, or beds' as requirement,
        has_bills_and_lines or has_beds as is_met,
        case
            when not has_bills_and_lines and not has_beds
                then '本县未报送' || missing_zh || '，也没有医药机构的核定床位数'
        end as shortfall_zh,
        case
            when not has_bills_and_lines then '住院收费明细一路未评估：未报送' || missing_zh
            when not has_beds then '没有医药机构的核定床位数，超出核定床位一路未评估'
        end as caveat_zh
    from stay_arms
),

final as (
    select * from fresh
    union all
    select * from proven
    union all
    select * from trusted
    union all
    select * from compared
    union all
    select * from optional
    union all
    select * from column_gates
    union all
    select * from stays_and_beds
)

select * from final
