-- MED-10 闭店/夜间结算: a pharmacy settles at night or outside the hours that it declares, more
-- often than here and there, and more than its peers (int_shop_hours). Left out: shops that are
-- open round the clock, and orders over the network. The rule makes no clue, it raises the score of
-- other clues.
-- Law: 条例 15, 40(1).
-- Grain: county, retail pharmacy with settlements in the window.
with activity as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy and settlements > 0
),

hours as (
    select * from {{ ref('int_shop_hours') }}
),

shops as (
    select
        activity.adcode,
        activity.fixmedins_code,
        activity.name,
        activity.kind,
        activity.institution_key,
        activity.township,
        coalesce(hours.peers, 0) as peers,
        hours.settlements is not null as is_timed,
        coalesce(hours.first_on, {{ as_of() }}) as conduct_from,
        {%- for left_over in ['', '_open', '_left'] %}
        coalesce(
            hours.off_hours{{ left_over }}
            > hours.settlements * {{ param('MED-10', 'share_min', 'decimal(18, 6)') }}
            and {{ share_of('hours.off_hours' ~ left_over, 'hours.settlements') }}
            > hours.peer_share,
            false
        ) as is_over{{ left_over }},
        {%- endfor %}
        coalesce(hours.last_on, {{ as_of() }}) as conduct_to
    from activity
    left join hours
        on
            activity.adcode = hours.adcode
            and activity.fixmedins_code = hours.fixmedins_code
),

acted as (
    {{ with_agency_action('shops', 'MED-10') }}
),

judged as (
    select
        *,
        case
            when not is_over_open then 'round_the_clock'
            when not is_over_left then 'online_order'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when not is_timed or peers < {{ param('ALL', 'peer_min') }} then 'inconclusive'
            when not is_over then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

final as (
    select
        adcode,
        'institution' as subject_type,
        fixmedins_code as subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        case
            when verdict = 'inconclusive' and not is_timed then '结算没有时刻'
            when verdict = 'inconclusive' then '可比的同类机构不足'
        end as note_zh,
        null as person_key,
        institution_key,
        kind as institution_category,
        township,
        'medicare' as supplier,
        conduct_from,
        conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        null as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        -- a booster makes no clue that somebody reads
        name as subject_label,
        null as narrative_zh,
        null as guards_tested,
        null as evidence
    from verdicts
)

{{ rule_output('final') }}
