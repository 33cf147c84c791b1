-- The life of every clue: its state on each night from its first on. A pure function of all
-- nights' observations and of the feedback known on each, so nights may run in any order, twice.
--   new         first night it was seen
--   open        seen again
--   reopened    back after it was cleared, or no longer suppressed
--   cleared     not seen although its rule was evaluated in the county
--   expired     the same, and on the night it was first not seen, part of its conduct had left the
--               rule's window: nothing took it back
--   suppressed  seen, but refuted (不属实) on the same evidence, however long ago
-- A night on which the rule was not evaluated, or could not judge the clue because it hangs on
-- another rule that was not or on an absence that is not proven, changes nothing, but that a clue
-- which handlers refuted meanwhile is suppressed: its evidence is the one last seen. States but the
-- last look only at the night itself and at whether the one judged before it was quiet (cleared or
-- suppressed).
-- Grain: night, clue.
with observations as (
    select
        as_of,
        clue_id,
        rule_id,
        adcode,
        is_parent,
        push,
        severity,
        conduct_from,
        evidence_hash
    from {{ all_nights('clue') }}
),

windows as (
    select
        rule_id,
        cast(max(value) as integer) as months
    from {{ ref('rule_parameter') }}
    where
        parameter = 'window_months'
        and valid_from <= {{ as_of() }}
        and (valid_to is null or {{ as_of() }} < valid_to)
    group by rule_id
),

runs as (
    select
        as_of,
        rule_id,
        adcode,
        outcome
    from {{ all_nights('rule_run') }}
),

unjudged as (
    select * from {{ all_nights('unjudged') }}
),

reviews as (
    select
        as_of,
        clue_id,
        reviewed_on,
        review,
        coalesce(is_disputed, false) as is_disputed
    from {{ all_nights('clue_feedback') }}
),

due_days as (
    select * from {{ shared_parameters('due_days_') }}
),

nights as (
    select {{ as_of() }} as as_of
    union
    select as_of from runs
),

clues as (
    select
        clue_id,
        rule_id,
        adcode,
        is_parent,
        min(as_of) as first_seen_on
    from observations
    group by clue_id, rule_id, adcode, is_parent
),

-- the night whose evidence the handler had seen: the last up to the review, else the first
refutations as (
    select
        reviews.clue_id,
        reviews.reviewed_on,
        coalesce(
            max(observations.as_of) filter (where observations.as_of <= reviews.reviewed_on),
            min(observations.as_of)
        ) as reviewed_night
    from reviews
    inner join observations on reviews.clue_id = observations.clue_id
    where reviews.review = '不属实'
    group by reviews.clue_id, reviews.reviewed_on
),

refuted_evidence as (
    select
        refutations.clue_id,
        refutations.reviewed_on,
        observations.evidence_hash as refuted_hash
    from refutations
    inner join observations
        on
            refutations.clue_id = observations.clue_id
            and refutations.reviewed_night = observations.as_of
),

days as (
    select
        nights.as_of,
        clues.clue_id,
        clues.rule_id,
        clues.adcode,
        clues.is_parent,
        clues.first_seen_on,
        observations.clue_id is not null as is_hit,
        observations.clue_id is not null
        or (coalesce(runs.outcome = 'EVALUATED', false) and unjudged.clue_id is null)
            as is_judged,
        max(observations.as_of) over (
            partition by clues.clue_id
            order by nights.as_of asc nulls last
        ) as last_hit_on,
        reviews.reviewed_on,
        coalesce(reviews.review, '未核查') as review,
        coalesce(reviews.is_disputed, false) as is_disputed,
        refuted_evidence.reviewed_on as refuted_on,
        refuted_evidence.refuted_hash,
        coalesce(observations.evidence_hash = refuted_evidence.refuted_hash, false)
            as is_suppressed
    from clues
    inner join nights on clues.first_seen_on <= nights.as_of
    left join observations
        on clues.clue_id = observations.clue_id and nights.as_of = observations.as_of
    left join runs
        on
            clues.rule_id = runs.rule_id
            and clues.adcode = runs.adcode
            and nights.as_of = runs.as_of
    left join unjudged
        on clues.clue_id = unjudged.clue_id and nights.as_of = unjudged.as_of
    left join reviews on clues.clue_id = reviews.clue_id and nights.as_of = reviews.as_of
    left join refuted_evidence
        on
            reviews.clue_id = refuted_evidence.clue_id
            and reviews.reviewed_on = refuted_evidence.reviewed_on
            and reviews.review = '不属实'
),

judged as (
    select
        *,
        coalesce(
            lag(not is_hit or is_suppressed) over by_night, false
        ) as was_quiet,
        -- refuted since the night before, on other evidence than tonight's
        coalesce(
            refuted_on is not null
            and refuted_on is distinct from lag(refuted_on) over by_night,
            false
        ) as is_newly_refuted
    from days
    where is_judged
    window by_night as (partition by clue_id order by as_of asc nulls last)
),

states as (
    select
        clue_id,
        as_of,
        min(case when not is_hit then as_of end) over (partition by clue_id, last_hit_on)
            as stopped_on,
        case
            when not is_hit then 'cleared'
            when is_suppressed then 'suppressed'
            when as_of = first_seen_on then 'new'
            when was_quiet or is_newly_refuted then 'reopened'
            else 'open'
        end as state
    from judged
),

carried as (
    select
        *,
        max(case when is_judged then as_of end) over (
            partition by clue_id
            order by as_of asc nulls last
        ) as last_judged_on
    from days
),

lived as (
    select
        carried.*,
        case
            when
                states.state = 'cleared'
                and observations.conduct_from
                <= {{ add_months('states.stopped_on', '-windows.months') }}
                then 'expired'
            when
                states.state in ('new', 'open', 'reopened')
                and carried.refuted_hash = observations.evidence_hash
                then 'suppressed'
            else states.state
        end as state,
        case when carried.is_disputed then 'review' else observations.push end as push,
        observations.severity,
        observations.evidence_hash,
        max(case when states.state in ('new', 'reopened') and carried.is_judged
                then carried.as_of end) over (
            partition by carried.clue_id
            order by carried.as_of asc nulls last
        ) as opened_on
    from carried
    inner join states
        on carried.clue_id = states.clue_id and carried.last_judged_on = states.as_of
    inner join observations
        on carried.clue_id = observations.clue_id and carried.last_hit_on = observations.as_of
    left join windows on carried.rule_id = windows.rule_id
),

due as (
    select
        lived.*,
        {{ add_days('coalesce(lived.opened_on, lived.first_seen_on)', 'due_days.value') }}
            as due_on
    from lived
    inner join due_days on lived.severity = due_days.name
),

final as (
    select
        as_of,
        clue_id,
        rule_id,
        adcode,
        is_parent,
        first_seen_on,
        last_hit_on,
        is_judged,
        state,
        state in ('new', 'open', 'reopened') as is_live,
        review,
        reviewed_on,
        is_disputed,
        push,
        severity,
        evidence_hash,
        due_on,
        -- a refuted clue is live again on other evidence: it waits anew
        state in ('new', 'open', 'reopened')
        and review in ('未核查', '已分派', '核查中', '不属实')
        and due_on < as_of as is_overdue
    from due
)

select * from final
