-- MED-09 集中刷卡: on several days a pharmacy settles within a few minutes for more persons than it
-- otherwise does, one operator at even intervals or with the same basket (int_swipe_cluster). Left
-- out: market days, on which the township's other pharmacies are busy too; the first weeks after
-- the shop opened; and chronic patients who come to fetch their drugs together.
-- Law: 条例 15, 17, 40(1), 41; 法发〔2024〕6号.
-- Grain: county, retail pharmacy with settlements in the window.
with activity as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy and settlements > 0
),

clusters as (
    select * from {{ ref('int_swipe_cluster') }}
),

swipes as (
    select * from {{ ref('int_swipe') }}
),

shop_days as (
    select * from {{ ref('int_shop_day') }}
),

spans as (
    select * from {{ ref('int_designation_span') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

openings as (
    select
        fixmedins_code,
        min(valid_from) as opened_on
    from spans
    group by fixmedins_code
),

market_days as (
    select
        clusters.adcode,
        clusters.fixmedins_code,
        clusters.service_on
    from (
        select distinct
            adcode,
            fixmedins_code,
            service_on
        from clusters
    ) as clusters
    inner join activity
        on
            clusters.adcode = activity.adcode
            and clusters.fixmedins_code = activity.fixmedins_code
    inner join shop_days
        on
            clusters.adcode = shop_days.adcode
            and activity.township = shop_days.township
            and clusters.service_on = shop_days.service_on
            and clusters.fixmedins_code <> shop_days.fixmedins_code
    group by clusters.adcode, clusters.fixmedins_code, clusters.service_on
    having
        count(*) filter (where shop_days.is_busy)
        >= greatest(
            {{ param('MED-09', 'market_shops_min') }},
            {{ param('MED-09', 'market_share', 'decimal(9, 2)') }} * count(*)
        )
),

explained as (
    select
        clusters.*,
        market_days.service_on is not null as is_market_day,
        coalesce(
            clusters.service_on
            < {{ add_days('openings.opened_on', param('MED-09', 'opening_days')) }},
            false
        ) as is_opening
    from clusters
    left join market_days
        on
            clusters.adcode = market_days.adcode
            and clusters.fixmedins_code = market_days.fixmedins_code
            and clusters.service_on = market_days.service_on
    left join openings on clusters.fixmedins_code = openings.fixmedins_code
),

hits as (
    select * from explained
    where not is_market_day and not is_opening and not is_chronic
),

counted as (
    select
        activity.adcode,
        activity.fixmedins_code,
        activity.name,
        activity.kind,
        activity.institution_key,
        activity.township,
        count(distinct explained.service_on) as days,
        count(distinct case when not explained.is_market_day then explained.service_on end)
            as days_but_market,
        count(
            distinct case
                when not explained.is_market_day and not explained.is_opening
                    then explained.service_on
            end
        ) as days_but_opening
    from activity
    left join explained
        on
            activity.adcode = explained.adcode
            and activity.fixmedins_code = explained.fixmedins_code
    group by
        activity.adcode,
        activity.fixmedins_code,
        activity.name,
        activity.kind,
        activity.institution_key,
        activity.township
),

-- a settlement that lies in several of the overlapping minutes counts once
hit_settlements as (
    select distinct
        hits.adcode,
        hits.fixmedins_code,
        swipes.setl_id
    from hits
    inner join swipes
        on
            hits.adcode = swipes.adcode
            and hits.fixmedins_code = swipes.fixmedins_code
            and hits.service_on = swipes.service_on
            and swipes.service_at between hits.began_at and hits.ended_at
),

hit_rows as (
    select settlements.*
    from hit_settlements
    inner join settlements
        on
            hit_settlements.adcode = settlements.adcode
            and hit_settlements.setl_id = settlements.setl_id
),

summed as (
    select
        adcode,
        fixmedins_code,
        count(*) as settlements,
        sum(pool) as pool,
        sum(account) as account,
        min(service_on) as conduct_from,
        max(service_on) as conduct_to
    from hit_rows
    group by adcode, fixmedins_code
),

hit_days as (
    select
        adcode,
        fixmedins_code,
        count(distinct service_on) as days,
        max(persons) as persons,
        bool_or(is_even) as is_even,
        bool_or(is_alike) as is_alike
    from hits
    group by adcode, fixmedins_code
),

conducts as (
    select
        counted.*,
        coalesce(hit_days.days, 0) as hit_days,
        hit_days.persons,
        hit_days.is_even,
        hit_days.is_alike,
        summed.settlements,
        summed.pool,
        summed.account,
        coalesce(summed.conduct_from, {{ as_of() }}) as conduct_from,
        coalesce(summed.conduct_to, {{ as_of() }}) as conduct_to
    from counted
    left join hit_days
        on counted.adcode = hit_days.adcode and counted.fixmedins_code = hit_days.fixmedins_code
    left join summed
        on counted.adcode = summed.adcode and counted.fixmedins_code = summed.fixmedins_code
),

acted as (
    {{ with_agency_action('conducts', 'MED-09') }}
),

judged as (
    select
        *,
        case
            when days_but_market < {{ param('MED-09', 'days_min') }} then 'market_day'
            when days_but_opening < {{ param('MED-09', 'days_min') }} then 'opening'
            when hit_days < {{ param('MED-09', 'days_min') }} then 'chronic_day'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when days < {{ param('MED-09', 'days_min') }} then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

settlement_rows as (
    select
        hit_rows.adcode,
        hit_rows.fixmedins_code,
        {{ evidence_agg(
            evidence_row(
                "'集中刷卡'", "'medical_settlement'", 'hit_rows.row_id', 'hit_rows.row_hash',
                "hit_rows.service_at || '，经办人' || hit_rows.opter_id || '，'"
                ~ " || " ~ settlement_fact('hit_rows')
            ),
            'hit_rows.service_at, hit_rows.row_id'
        ) }} as evidence
    from hit_rows
    inner join verdicts
        on
            hit_rows.adcode = verdicts.adcode
            and hit_rows.fixmedins_code = verdicts.fixmedins_code
    where verdicts.verdict = 'clue'
    group by hit_rows.adcode, hit_rows.fixmedins_code
),

final as (
    select
        verdicts.adcode,
        'institution' as subject_type,
        verdicts.fixmedins_code as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        null as note_zh,
        null as person_key,
        verdicts.institution_key,
        verdicts.kind as institution_category,
        verdicts.township,
        'medicare' as supplier,
        verdicts.conduct_from,
        verdicts.conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        verdicts.settlements as hit_count,
        verdicts.pool + verdicts.account as amount_total,
        verdicts.pool as amount_pool,
        verdicts.account as amount_account,
        verdicts.name as subject_label,
        verdicts.name || '在' || verdicts.conduct_from || '至' || verdicts.conduct_to || '期间有'
        || verdicts.hit_days || '日出现集中刷卡：同一经办人' || {{ param('MED-09', 'minutes') }}
        || '分钟内最多为' || verdicts.persons || '人结算，'
        || concat_ws(
            '，',
            case when verdicts.is_even then '间隔均匀' end,
            case when verdicts.is_alike then '所购商品大多相同' end
        )
        || '；共' || verdicts.settlements || '笔，涉及医保支付'
        || {{ yuan('verdicts.pool + verdicts.account') }} || '（统筹基金'
        || {{ yuan('verdicts.pool') }} || '，个人账户' || {{ yuan('verdicts.account') }}
        || '）。不是赶集日、开业促销或者慢病集中取药。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'market_day': "'未命中：当日同乡镇其他药店没有同样繁忙'",
                'opening': "'未命中：不在开业之初'",
                'chronic_day': "'未命中：不是慢病集中取药'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then settlement_rows.evidence end as evidence
    from verdicts
    left join settlement_rows
        on
            verdicts.adcode = settlement_rows.adcode
            and verdicts.fixmedins_code = settlement_rows.fixmedins_code
)

{{ rule_output('final') }}
