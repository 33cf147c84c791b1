-- The windows over which a rule that concludes from absence needs a complete feed.
-- Screenings: all three channels, from the first hire that matters to the rule, not before the
-- duty began. MIN-12: every authority that ever handed in its acts, for an act of any stops the
-- rule, and whichever knew of something. MIN-13: the police, from the first conduct that may have
-- gone without a criminal case.
-- Grain: rule, county, feed, channel or supplier.
with posts as (
    select * from {{ ref('int_post') }}
    where institution_is_active and in_scope
),

post_rows as (
    select * from {{ ref('int_post_row') }}
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

acting as (
    select distinct
        adcode,
        supplier
    from {{ source('lake', 'delivery') }}
    where feed = 'enforcement_action' and counted
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
        post_rows.adcode,
        min(post_rows.hired_min) as first_hired
    from post_rows
    cross join lags
    where
        post_rows.is_post
        and post_rows.hired_max < {{ add_years('lags.this_year_from', -1) }}
    group by post_rows.adcode

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

first_known as (
    select
        adcode,
        min(known_min) as known_from
    from knowledge
    group by adcode
),

authorities as (
    select
        adcode,
        authority as supplier
    from knowledge
    union
    select
        adcode,
        supplier
    from acting
),

enforcement_windows as (
    select
        'MIN-12' as rule_id,
        first_known.adcode,
        'enforcement_action' as feed,
        authorities.supplier,
        cast(null as varchar) as channel,
        least(first_known.known_from, lags.monthly_to) as needed_from,
        lags.monthly_to as needed_to
    from first_known
    inner join authorities on first_known.adcode = authorities.adcode
    cross join lags
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
    cross join lags
    where
        {{ matches('penalties.cause', "'猥\\s*[亵褻]'") }}
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
