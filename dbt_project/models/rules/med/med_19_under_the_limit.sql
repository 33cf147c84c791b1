-- MED-19 临界金额: a pharmacy's settlements crowd just under an amount from which they would be looked
-- at: far more than a little lower down, and far more than at its peers. Amounts that other shops
-- have too are prices of packs. The rule makes no clue, it raises the score of other clues.
-- Law: 条例 15.
-- Grain: retail pharmacy with settlements in the window.
with activity as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy and settlements > 0
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where counts and service_on between {{ window_from('MED-19') }} and {{ as_of() }}
),

limits as (
    select
        adcode,
        name_zh,
        yuan,
        yuan * {{ param('MED-19', 'near_share', 'decimal(18, 6)') }} as near_from,
        yuan * {{ param('MED-19', 'far_share', 'decimal(18, 6)') }} as far_from
    from {{ ref('ref_review_limit') }}
),

-- few settlements are that near a limit: by amount, not one by one
amounts as (
    select
        settlements.adcode,
        settlements.fixmedins_code,
        limits.name_zh,
        settlements.medfee,
        settlements.medfee >= limits.near_from as is_near,
        count(*) as settlements,
        min(settlements.service_on) as first_on,
        max(settlements.service_on) as last_on
    from settlements
    inner join limits
        on
            coalesce(limits.adcode = settlements.adcode, true)
            and settlements.medfee >= limits.far_from
            and settlements.medfee < limits.yuan
    group by
        settlements.adcode,
        settlements.fixmedins_code,
        limits.name_zh,
        settlements.medfee,
        settlements.medfee >= limits.near_from
),

price_points as (
    select
        adcode,
        name_zh,
        medfee
    from amounts
    where is_near
    group by adcode, name_zh, medfee
    having count(*) > {{ param('MED-19', 'price_point_shops') }}
),

counted as (
    select
        amounts.adcode,
        amounts.fixmedins_code,
        amounts.name_zh,
        sum(case when amounts.is_near then amounts.settlements else 0 end) as near,
        sum(
            case
                when amounts.is_near and price_points.medfee is null then amounts.settlements
                else 0
            end
        ) as near_but_packs,
        sum(case when not amounts.is_near then amounts.settlements else 0 end) as far,
        min(case when amounts.is_near then amounts.first_on end) as first_on,
        max(case when amounts.is_near then amounts.last_on end) as last_on
    from amounts
    left join price_points
        on
            amounts.adcode = price_points.adcode
            and amounts.name_zh = price_points.name_zh
            and amounts.medfee = price_points.medfee
    group by amounts.adcode, amounts.fixmedins_code, amounts.name_zh
),

-- every shop beside every limit: one that never comes near it is a peer like others
ratios as (
    select
        activity.adcode,
        activity.fixmedins_code,
        limits.name_zh,
        activity.is_peer,
        activity.peers,
        coalesce(counted.near, 0) as near,
        coalesce(counted.near_but_packs, 0) as near_but_packs,
        coalesce(counted.far, 0) as far,
        cast(
            -- wide enough for its square
            coalesce(counted.near, 0) / greatest(coalesce(counted.far, 0), 1) as decimal(28, 6)
        ) as ratio,
        counted.first_on,
        counted.last_on
    from activity
    inner join limits on coalesce(limits.adcode = activity.adcode, true)
    left join counted
        on
            activity.adcode = counted.adcode
            and activity.fixmedins_code = counted.fixmedins_code
            and limits.name_zh = counted.name_zh
),

sums as (
    select
        adcode,
        name_zh,
        sum(ratio) as ratios,
        sum(ratio * ratio) as squares
    from ratios
    where is_peer
    group by adcode, name_zh
),

-- the peers' mean and mean square without the shop itself
compared as (
    select
        ratios.*,
        (sums.ratios - case when ratios.is_peer then ratios.ratio else 0 end)
        / nullif(ratios.peers, 0) as mean,
        (sums.squares - case when ratios.is_peer then ratios.ratio * ratios.ratio else 0 end)
        / nullif(ratios.peers, 0) as mean_square
    from ratios
    left join sums on ratios.adcode = sums.adcode and ratios.name_zh = sums.name_zh
),

judged_by_limit as (
    select
        *,
        coalesce(
            peers >= {{ param('ALL', 'peer_min') }}
            and near >= {{ param('MED-19', 'settlements_min') }}
            and near > {{ param('MED-19', 'times_min') }} * far
            and ratio > mean
            and (ratio - mean) * (ratio - mean)
            > {{ param('MED-19', 'deviations_min') }} * {{ param('MED-19', 'deviations_min') }}
            * (mean_square - mean * mean),
            false
        ) as is_crowded,
        near_but_packs >= {{ param('MED-19', 'settlements_min') }}
        and near_but_packs > {{ param('MED-19', 'times_min') }} * far as is_crowded_but_packs
    from compared
),

shops as (
    select
        activity.adcode,
        activity.fixmedins_code,
        activity.name,
        activity.kind,
        activity.institution_key,
        activity.township,
        activity.peers,
        bool_or(limits.is_crowded) as is_crowded,
        bool_or(limits.is_crowded and limits.is_crowded_but_packs) as is_crowded_but_packs,
        coalesce(min(case when limits.is_crowded then limits.first_on end), {{ as_of() }})
            as conduct_from,
        coalesce(max(case when limits.is_crowded then limits.last_on end), {{ as_of() }})
            as conduct_to
    from activity
    inner join judged_by_limit as limits
        on
            activity.adcode = limits.adcode
            and activity.fixmedins_code = limits.fixmedins_code
    group by
        activity.adcode,
        activity.fixmedins_code,
        activity.name,
        activity.kind,
        activity.institution_key,
        activity.township,
        activity.peers
),

acted as (
    {{ with_agency_action('shops', 'MED-19') }}
),

judged as (
    select
        *,
        case
            when not is_crowded_but_packs then 'price_point'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

final as (
    select
        adcode,
        'institution' as subject_type,
        fixmedins_code as subject_key,
        case
            when peers < {{ param('ALL', 'peer_min') }} then 'inconclusive'
            when not is_crowded then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict,
        case when is_crowded then guard_hit end as guard,
        case when peers < {{ param('ALL', 'peer_min') }} then '可比的同类机构不足' end as note_zh,
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
    from judged
)

{{ rule_output('final') }}
