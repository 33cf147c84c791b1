-- The windows over which a rule that concludes from absence needs a complete feed.
-- Screenings: all three channels, from the first hire that matters to the rule, not before the
-- duty began. MIN-12, each time that an authority knew of something: its own acts since, and those
-- of every authority that ever handed any in, for an act of any stops the rule. MIN-13, each
-- penalty that may have gone without a criminal case: the police's cases since the conduct.
-- Grain: rule, county, source row where each is proven for itself, feed, channel or supplier.
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
        cast(null as varchar) as row_id,
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

known as (
    select * from knowledge
    where known_min is not null
),

whose_acts as (
    select
        adcode,
        row_id,
        authority as supplier
    from known
    union
    select
        known.adcode,
        known.row_id,
        acting.supplier
    from known
    inner join acting on known.adcode = acting.adcode
),

enforcement_windows as (
    select
        'MIN-12' as rule_id,
        known.adcode,
        known.row_id,
        'enforcement_action' as feed,
        whose_acts.supplier,
        cast(null as varchar) as channel,
        least(known.known_min, lags.monthly_to) as needed_from,
        lags.monthly_to as needed_to
    from known
    inner join whose_acts on known.adcode = whose_acts.adcode and known.row_id = whose_acts.row_id
    cross join lags
),

filing_windows as (
    select
        'MIN-13' as rule_id,
        penalties.adcode,
        penalties.row_id,
        'police_case' as feed,
        'police' as supplier,
        cast(null as varchar) as channel,
        least(penalties.conduct_on_min, lags.weekly_to) as needed_from,
        lags.weekly_to as needed_to
    from penalties
    cross join lags
    where
        {{ matches('penalties.cause', "'猥\\s*[亵褻]'") }}
        and penalties.victim_under_14
        and coalesce(penalties.revoked, '无') <> '撤销'
),

final as (
    select * from screening_windows
    union all
    select * from enforcement_windows
    union all
    select * from filing_windows
)

select * from final
