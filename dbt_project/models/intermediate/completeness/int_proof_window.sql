-- The windows over which a rule that concludes from absence needs a complete feed.
-- Screenings: all three channels, from the first hire that matters to the rule, not before the
-- duty began. MIN-12: every authority that knew of something. MIN-13: the police, from the first
-- conduct that may have gone without a criminal case.
-- Grain: rule, county, feed, channel or supplier.
with posts as (
    select * from {{ ref('int_post') }}
    where institution_is_active and in_scope
),

counties as (
    select * from {{ ref('int_county') }}
),

knowledge as (
    select * from {{ ref('int_authority_knowledge') }}
),

penalties as (
    select * from {{ ref('stg_police_penalty') }}
),

charges as (
    select * from {{ ref('int_charge') }}
),

lags as (
    select
        {{ add_days(as_of(), '-' ~ param('ALL', 'completeness_lag_weekly')) }} as weekly_to,
        {{ add_days(as_of(), '-' ~ param('ALL', 'completeness_lag_monthly')) }} as monthly_to,
        {{ param('ALL', 'duty_from', 'date') }} as duty_from,
        {{ make_date('year(' ~ as_of() ~ ')', 1, 1) }} as this_year_from
),

hires as (
    select
        'MIN-01' as rule_id,
        adcode,
        min(hired_min) as first_hired
    from posts
    where is_active
    group by adcode

    union all

    -- employed all of the last closed year, or of one before
    select
        'MIN-02' as rule_id,
        posts.adcode,
        min(posts.hired_min) as first_hired
    from posts
    cross join lags
    where posts.is_post and posts.hired_max < {{ add_years('lags.this_year_from', -1) }}
    group by posts.adcode

    union all

    select
        'MIN-03' as rule_id,
        adcode,
        min(first_hired_min) as first_hired
    from posts
    where is_active and first_hired_min >= hire_duty_from
    group by adcode
),

rules as (
    select * from (values ('MIN-01'), ('MIN-02'), ('MIN-03')) as listed (rule_id)
),

channels as (
    select * from (values ('准入查询平台'), ('公安机关'), ('检察机关')) as listed (channel)
),

screening_windows as (
    select
        rules.rule_id,
        counties.adcode,
        'screening_record' as feed,
        cast(null as varchar) as supplier,
        channels.channel,
        least(
            greatest(lags.duty_from, coalesce(hires.first_hired, lags.weekly_to)), lags.weekly_to
        ) as needed_from,
        lags.weekly_to as needed_to
    from rules
    cross join counties
    cross join channels
    cross join lags
    left join hires on rules.rule_id = hires.rule_id and counties.adcode = hires.adcode
),

enforcement_windows as (
    select
        'MIN-12' as rule_id,
        knowledge.adcode,
        'enforcement_action' as feed,
        knowledge.authority as supplier,
        cast(null as varchar) as channel,
        least(min(knowledge.known_min), max(lags.monthly_to)) as needed_from,
        max(lags.monthly_to) as needed_to
    from knowledge
    cross join lags
    group by knowledge.adcode, knowledge.authority
),

filing_windows as (
    select
        'MIN-13' as rule_id,
        penalties.adcode,
        'police_case' as feed,
        'police' as supplier,
        cast(null as varchar) as channel,
        least(min(penalties.conduct_on_min), max(lags.weekly_to)) as needed_from,
        max(lags.weekly_to) as needed_to
    from penalties
    inner join charges on penalties.cause = charges.charge_text
    cross join lags
    where
        charges.is_molest
        and penalties.victim_under_14
        and coalesce(penalties.revoked, '无') <> '撤销'
    group by penalties.adcode
),

final as (
    select * from screening_windows
    union all
    select * from enforcement_windows
    union all
    select * from filing_windows
)

select * from final
