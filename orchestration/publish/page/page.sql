-- What the picture page shows: queries over the published marts, each under its name. They add up
-- what the marts count and define no number of their own. night() is the page's night; here(adcode)
-- holds for its county, or for every county on the page over all of them.

-- name: counties
select adcode, coalesce(any_value(name_zh), adcode) as county
from marts.fct_rule_run
left join marts.dim_region using (adcode)
where as_of = night()
group by adcode
order by adcode

-- name: overview
with clues as (
    select adcode, sum(live_clues) as live, sum(new_clues) as new, sum(overdue_clues) as overdue,
        sum(cleared_clues) as cleared
    from marts.agg_clue
    where as_of = night()
    group by adcode
),
feeds as (
    select adcode, count(*) filter (where is_late) as late
    from marts.agg_feed
    where as_of = night()
    group by adcode
)
select adcode, coalesce(any_value(name_zh), adcode) as county,
    coalesce(any_value(live), 0)::bigint as live, coalesce(any_value(new), 0)::bigint as new,
    coalesce(any_value(overdue), 0)::bigint as overdue,
    coalesce(any_value(cleared), 0)::bigint as cleared,
    count(*) filter (where outcome <> 'EVALUATED') as unevaluated,
    coalesce(any_value(late), 0) as late
from marts.fct_rule_run
left join marts.dim_region using (adcode)
left join clues using (adcode)
left join feeds using (adcode)
where as_of = night()
group by adcode
order by live desc, adcode

-- name: figures
with reviews as (
    select coalesce(sum(confirmed), 0)::bigint as confirmed,
        coalesce(sum(reviewed), 0)::bigint as reviewed
    from marts.agg_precision
    where here(adcode)
)
select coalesce(sum(live_clues), 0)::bigint as live, coalesce(sum(new_clues), 0)::bigint as new,
    coalesce(sum(open_clues + reopened_clues), 0)::bigint as open,
    coalesce(sum(overdue_clues), 0)::bigint as overdue,
    coalesce(sum(cleared_clues), 0)::bigint as cleared,
    (select confirmed from reviews) as confirmed, (select reviewed from reviews) as reviewed
from marts.agg_clue
where as_of = night() and here(adcode)

-- name: runs
-- How many rules, each in each county, were evaluated; and the newest night, which a page that is
-- written again for an earlier one is not.
select count(*) as runs, count(*) filter (where outcome = 'EVALUATED') as evaluated,
    (select max(as_of) from marts.fct_rule_run) as newest
from marts.fct_rule_run
where as_of = night() and here(adcode)

-- name: unevaluated
-- The same reason in several counties is told once.
select rule_id, any_value(title_zh) as title,
    string_agg(coalesce(name_zh, runs.adcode), '、' order by runs.adcode) as county,
    case outcome when 'DISABLED' then '规则已停用' else reason end as why
from marts.fct_rule_run as runs
left join marts.dim_rule using (rule_id, rule_version)
left join marts.dim_region using (adcode)
where as_of = night() and here(runs.adcode) and outcome <> 'EVALUATED'
group by rule_id, why
order by rule_id, why

-- name: caveats
select rule_id, any_value(title_zh) as title,
    string_agg(coalesce(name_zh, runs.adcode), '、' order by runs.adcode) as county,
    reason as why
from marts.fct_rule_run as runs
left join marts.dim_rule using (rule_id, rule_version)
left join marts.dim_region using (adcode)
where as_of = night() and here(runs.adcode) and outcome = 'EVALUATED' and reason is not null
group by rule_id, why
order by rule_id, why

-- name: rules
with clues as (
    select rule_id, sum(live_clues) as live, sum(new_clues) as new, sum(open_clues) as open,
        sum(reopened_clues) as reopened, sum(overdue_clues) as overdue,
        sum(suppressed_clues) as suppressed, sum(cleared_clues) as cleared
    from marts.agg_clue
    where as_of = night() and here(adcode)
    group by rule_id
)
select rule_id, any_value(title_zh) as title, any_value(severity) as severity,
    any_value(department) as department,
    coalesce(any_value(live), 0)::bigint as live, coalesce(any_value(new), 0)::bigint as new,
    coalesce(any_value(open), 0)::bigint as open,
    coalesce(any_value(reopened), 0)::bigint as reopened,
    coalesce(any_value(overdue), 0)::bigint as overdue,
    coalesce(any_value(suppressed), 0)::bigint as suppressed,
    coalesce(any_value(cleared), 0)::bigint as cleared,
    count(*) filter (where outcome <> 'EVALUATED') as unevaluated,
    count(*) filter (where outcome = 'EVALUATED') as evaluated
from marts.fct_rule_run
inner join marts.dim_rule as rule using (rule_id, rule_version)
left join clues using (rule_id)
where as_of = night() and here(adcode) and rule.push <> 'watch'
group by rule_id
order by rule_id

-- name: changes
-- Why clues are new, back or on other evidence; fct_clue tells it of the newest night only.
with feeds as (
    select feed, any_value(title_zh) as title from marts.agg_feed group by feed
)
select rule_id, any_value(rule.title_zh) as title, change_kind as why, feeds.title as feed,
    change_delivered_on as delivered_on,
    count(*) filter (where state = 'new') as new,
    count(*) filter (where state = 'reopened') as reopened,
    count(*) filter (where state not in ('new', 'reopened')) as others
from marts.fct_clue
inner join marts.dim_rule as rule using (rule_id, rule_version)
left join feeds on change_feed = feeds.feed
where as_of = night() and here(adcode) and not is_parent and change_kind is not null
group by rule_id, change_kind, feeds.title, change_delivered_on
order by rule_id, why, feed nulls first, delivered_on

-- name: counts
select rule_id, any_value(title_zh) as title, any_value(population_unit) as unit,
    sum(population)::bigint as population, sum(out_of_scope)::bigint as out_of_scope,
    sum(inconclusive)::bigint as inconclusive, sum(clear)::bigint as clear,
    sum(excluded)::bigint as excluded, sum(clues)::bigint as clues
from marts.fct_rule_run
left join marts.dim_rule using (rule_id, rule_version)
where as_of = night() and here(adcode) and outcome = 'EVALUATED'
group by rule_id
order by rule_id

-- name: guards
select rule_id, coalesce(any_value(title_zh), guard) as guard_zh, sum(excluded)::bigint as excluded
from marts.fct_rule_guard
left join guards using (rule_id, guard)
where as_of = night() and here(adcode) and excluded > 0
group by rule_id, guard
order by rule_id, excluded desc, guard_zh

-- name: weeks
-- Every finished week from the first on; one in which no night was run is null.
with finished as (
    select iso_week, max(nights) as nights, sum(new_clues)::bigint as new,
        sum(cleared_clues)::bigint as cleared, sum(live_clues)::bigint as live
    from marts.agg_clue_week
    where week_to <= night() and here(adcode)
    group by iso_week
),
calendar as (
    select iso_week from marts.dim_date
    where date_day <= night()
    group by iso_week
    having count(*) = 7
    union
    select iso_week from finished
),
newest as (
    select iso_week as week, nights, new, cleared, live
    from calendar
    left join finished using (iso_week)
    where iso_week >= (select min(iso_week) from finished)
    order by iso_week desc
    limit 26
)
from newest
order by week

-- name: ages
select age_zh as age, sum(live_clues)::bigint as live, max(oldest_days) as oldest
from marts.agg_clue_age
where as_of = night() and here(adcode)
group by age_band, age_zh
order by age_band

-- name: townships
-- The shade of a tile: the clues that are told, one for a number that is not.
select adcode, coalesce(name_zh, adcode) as county, township, institution_clues as institutions,
    case when is_hidden then '<' || small() else person_clues::varchar end as persons,
    institution_clues + coalesce(person_clues, 1) as shade
from marts.agg_clue_township
left join marts.dim_region using (adcode)
where as_of = night() and here(adcode)
order by adcode, shade desc, township

-- name: precision
with rules as (
    select rule_id, arg_max(title_zh, rule_version) as title
    from marts.dim_rule
    where push <> 'watch'
    group by rule_id
),
counts as (
    select rule_id, reviewed, confirmed, refuted, "precision", ci_low, ci_high
    from marts.agg_precision
    where adcode = getvariable('county')
    union all
    select rule_id, reviewed, confirmed, refuted, "precision", ci_low, ci_high
    from marts.fct_rule_precision
    where getvariable('county') is null
)
select rule_id, title, coalesce(reviewed, 0) as reviewed, confirmed, refuted, "precision" as share,
    ci_low, ci_high, ci_low < 0.5 as is_weak
from rules
left join counts using (rule_id)
order by rule_id

-- name: refutations
select reason, sum(refuted)::bigint as refuted
from marts.agg_refutation
where here(adcode)
group by reason
order by refuted desc, reason

-- name: authorities
-- Where an authority has few institutions, a small number of clues would point at one; and where
-- it has few people, the number of those screened at one of them.
select coalesce(region.name_zh, watch.adcode) as county,
    coalesce(agency.name_zh, authority) as authority,
    institutions, institutions_screened,
    case
        when staff between 1 and small() - 1 then '<' || small() else format('{:,}', staff)
    end as staff,
    case
        when staff between 1 and small() - 1 then '<' || small()
        else format('{:,}', staff_screened_this_year)
    end as staff_screened_this_year,
    due_in_60_days, due_in_30_days, due_in_7_days,
    case
        when institutions < small() and open_clues > 0 and open_clues < small() then '<' || small()
        else open_clues::varchar
    end as open_clues,
    oldest_open_days, documents_awaiting_reply, documents_overdue
from marts.fct_authority_watch as watch
left join marts.dim_region as region using (adcode)
left join marts.dim_agency as agency
    on agency.agency = watch.authority and agency.adcode = watch.adcode
where as_of = night() and here(watch.adcode)
order by watch.adcode, institutions desc, authority

-- name: feeds
select feed.title_zh as feed, coalesce(name_zh, supplier) as supplier, last_delivered_on,
    workdays_since, workdays_allowed, is_late, files, files_refused, rows_in, rows_accepted,
    rows_quarantined, rows_duplicate, rows_sealed
from marts.agg_feed as feed
left join marts.dim_agency as agency
    on agency.agency = feed.supplier and agency.adcode = feed.adcode
where as_of = night() and here(feed.adcode)
order by is_late desc, feed, supplier

-- name: feeds_of_counties
select title_zh as feed, count(*) as sources, min(last_delivered_on) as oldest,
    max(last_delivered_on) as newest, count(*) filter (where is_late) as late,
    string_agg(distinct coalesce(name_zh, adcode), '、') filter (where is_late) as late_counties,
    sum(files)::bigint as files, sum(files_refused)::bigint as files_refused,
    sum(rows_in)::bigint as rows_in, sum(rows_accepted)::bigint as rows_accepted,
    sum(rows_quarantined)::bigint as rows_quarantined,
    sum(rows_duplicate)::bigint as rows_duplicate, sum(rows_sealed)::bigint as rows_sealed
from marts.agg_feed
left join marts.dim_region using (adcode)
where as_of = night()
group by title_zh
order by late desc, feed

-- name: meanings
select column_name, meaning
from marts.data_dictionary
where table_name = 'agg_clue'
