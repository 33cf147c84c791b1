-- Every clue ever produced as it stands on the newest night: what it last said, and its life.
-- Grain: clue.
with days as (
    select
        *,
        lag(evidence_hash) over by_night as evidence_hash_before,
        lag(state) over by_night as state_before
    from {{ ref('int_clue_day') }}
    window by_night as (partition by clue_id order by as_of asc nulls last)
),

observations as (
    select * from {{ all_nights('clue') }}
),

changes as (
    select * from {{ ref('int_clue_change') }}
),

newest_night as (
    select max(as_of) as as_of from days
),

newest as (
    select * from days
    where as_of = (select as_of from newest_night)
),

milestones as (
    select
        clue_id,
        min(as_of) filter (where state = 'cleared' and last_hit_on = last_seen_on) as cleared_on
    from (
        select
            *,
            max(last_hit_on) over (partition by clue_id) as last_seen_on
        from days
    ) as seen
    group by clue_id
),

final as (
    select
        newest.as_of,
        observations.clue_id,
        observations.parent_clue_id,
        observations.is_parent,
        observations.rule_id,
        observations.rule_version,
        observations.model_id,
        observations.adcode,
        observations.subject_type,
        observations.subject_key,
        observations.person_key,
        observations.person_key is not null
        or observations.subject_type in ('person', 'post', 'case') as is_about_person,
        observations.institution_key,
        observations.institution_category,
        observations.township,
        observations.township_institutions,
        observations.supplier,
        observations.conduct_from,
        observations.conduct_to,
        newest.first_seen_on,
        newest.last_hit_on as last_seen_on,
        milestones.cleared_on,
        newest.state,
        newest.push,
        newest.review,
        observations.severity,
        observations.score,
        observations.score_detail,
        observations.match_tier,
        observations.hit_count,
        observations.amount_total,
        observations.amount_pool,
        observations.amount_account,
        observations.legal_basis_ids,
        observations.form_suggested,
        observations.department,
        newest.due_on,
        observations.evidence_count,
        observations.evidence_hash,
        observations.title_zh,
        observations.subject_label,
        observations.institution_name,
        observations.narrative_zh,
        observations.guards_tested,
        observations.next_step_zh,
        case
            when newest.state = 'suppressed'
                then cast(newest.reviewed_on as varchar) || ' 核查为不属实，证据未变，予以抑制'
            when not newest.is_judged then '本夜规则未评估，状态不变'
            when newest.state = 'new' then '本夜新发现'
            when newest.state = 'cleared' and newest.state_before <> 'cleared'
                then '本夜不再命中，已消除'
            when newest.state = 'cleared'
                then cast(milestones.cleared_on as varchar) || ' 起不再命中，已消除'
            when newest.state = 'expired' then '行为已超出评估期间，不再评估，并非消除'
            when newest.state = 'reopened' and newest.state_before = 'cleared'
                then '消除后再次命中'
            when newest.state = 'reopened' and newest.state_before = 'expired'
                then '过期后再次命中'
            when newest.state = 'reopened' and newest.review = '不属实'
                then '核查为不属实后出现新证据'
            when newest.state = 'reopened' then '核查结果已变更，不再抑制'
            when newest.evidence_hash <> newest.evidence_hash_before then '继续存在，证据有变化'
            else '继续存在，与上一夜相比无变化'
        end
        || case when newest.is_disputed then '；同日的核查结果互相矛盾，待复核' else '' end
            as history_zh,
        changes.change_kind,
        changes.change_feed,
        changes.change_delivered_on,
        changes.change_zh
    from newest
    inner join observations
        on newest.clue_id = observations.clue_id and newest.last_hit_on = observations.as_of
    inner join milestones on newest.clue_id = milestones.clue_id
    left join changes on newest.clue_id = changes.clue_id
)

select * from final
