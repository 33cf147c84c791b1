-- MED-11 模板化结算: a pharmacy settles one and the same basket of several goods for many persons, on
-- one day or within a month (int_basket_day). Left out: baskets that other pharmacies sell as well.
-- Law: 条例 20, 40(1); 法发〔2024〕6号.
-- Grain: county, pharmacy, basket of several goods that it sold to more than one person.
with baskets as (
    select * from {{ ref('int_basket') }}
    where codes > 1 and service_on >= {{ window_from('MED-11') }}
),

days as (
    select * from {{ ref('int_basket_day') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts
),

items as (
    select * from {{ ref('int_item') }}
),

activity as (
    select * from {{ ref('int_shop_activity') }}
),

population as (
    select
        adcode,
        fixmedins_code,
        basket
    from baskets
    group by adcode, fixmedins_code, basket
    having count(distinct person_key) > 1
),

-- pharmacies that sell the basket to several persons
sellers as (
    select
        basket,
        fixmedins_code
    from baskets
    group by basket, fixmedins_code
    having count(distinct person_key) >= {{ param('MED-11', 'common_persons_min') }}
),

hits as (
    select distinct
        baskets.adcode,
        baskets.fixmedins_code,
        baskets.basket,
        baskets.setl_id
    from days
    inner join baskets
        on
            days.adcode = baskets.adcode
            and days.fixmedins_code = baskets.fixmedins_code
            and days.basket = baskets.basket
            and baskets.service_on <= days.service_on
            and (
                baskets.service_on = days.service_on
                or (
                    days.is_by_period
                    and days.service_on
                    < {{ add_days('baskets.service_on', param('MED-11', 'period_days')) }}
                )
            )
),

hit_settlements as (
    select
        hits.basket,
        settlements.*
    from hits
    inner join settlements
        on hits.adcode = settlements.adcode and hits.setl_id = settlements.setl_id
),

summed as (
    select
        adcode,
        fixmedins_code,
        basket,
        count(*) as settlements,
        count(distinct person_key) as persons,
        sum(pool) as pool,
        sum(account) as account,
        min(service_on) as conduct_from,
        max(service_on) as conduct_to,
        min(setl_id) as first_setl_id
    from hit_settlements
    group by adcode, fixmedins_code, basket
),

most as (
    select
        adcode,
        fixmedins_code,
        basket,
        max(persons) as day_persons,
        max(period_persons) as period_persons
    from days
    group by adcode, fixmedins_code, basket
),

other_sellers as (
    select
        summed.adcode,
        summed.fixmedins_code,
        summed.basket,
        count(*) as shops
    from summed
    inner join sellers
        on
            summed.basket = sellers.basket
            and summed.fixmedins_code <> sellers.fixmedins_code
    group by summed.adcode, summed.fixmedins_code, summed.basket
),

counted as (
    select
        population.adcode,
        population.fixmedins_code,
        population.basket,
        summed.settlements,
        summed.persons,
        summed.pool,
        summed.account,
        summed.first_setl_id,
        coalesce(other_sellers.shops, 0) as other_shops,
        coalesce(summed.conduct_from, {{ as_of() }}) as conduct_from,
        coalesce(summed.conduct_to, {{ as_of() }}) as conduct_to
    from population
    left join summed
        on
            population.adcode = summed.adcode
            and population.fixmedins_code = summed.fixmedins_code
            and population.basket = summed.basket
    left join other_sellers
        on
            population.adcode = other_sellers.adcode
            and population.fixmedins_code = other_sellers.fixmedins_code
            and population.basket = other_sellers.basket
),

acted as (
    {{ with_agency_action('counted', 'MED-11') }}
),

judged as (
    select
        *,
        case
            when other_shops >= {{ param('MED-11', 'common_shops_min') }} then 'common_basket'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when settlements is null then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

settlement_rows as (
    select
        hit_settlements.adcode,
        hit_settlements.fixmedins_code,
        hit_settlements.basket,
        {{ evidence_agg(
            evidence_row(
                "'相同组合'", "'medical_settlement'", 'hit_settlements.row_id',
                'hit_settlements.row_hash', settlement_fact('hit_settlements')
            ),
            'hit_settlements.row_id'
        ) }} as evidence
    from hit_settlements
    inner join verdicts
        on
            hit_settlements.adcode = verdicts.adcode
            and hit_settlements.fixmedins_code = verdicts.fixmedins_code
            and hit_settlements.basket = verdicts.basket
    where verdicts.verdict = 'clue'
    group by hit_settlements.adcode, hit_settlements.fixmedins_code, hit_settlements.basket
),

-- what the basket holds, read from its first settlement
contents as (
    select
        verdicts.adcode,
        verdicts.fixmedins_code,
        verdicts.basket,
        {{ sorted_text('items.name') }} as contents_zh
    from verdicts
    inner join fee_lines
        on verdicts.adcode = fee_lines.adcode and verdicts.first_setl_id = fee_lines.setl_id
    inner join items on fee_lines.hilist_code = items.hilist_code
    where verdicts.verdict = 'clue'
    group by verdicts.adcode, verdicts.fixmedins_code, verdicts.basket
),

final as (
    select
        verdicts.adcode,
        'settlement_group' as subject_type,
        verdicts.fixmedins_code || '|' || verdicts.basket as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        null as note_zh,
        null as person_key,
        activity.institution_key,
        activity.kind as institution_category,
        activity.township,
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
        activity.name || '：' || contents.contents_zh as subject_label,
        activity.name || '在' || verdicts.conduct_from || '至' || verdicts.conduct_to
        || '期间把数量相同的同一组商品（' || contents.contents_zh || '）结算给' || verdicts.persons
        || '人，共' || verdicts.settlements || '笔，一日最多' || most.day_persons || '人'
        || coalesce(
            '，' || {{ param('MED-11', 'period_days') }} || '日内最多' || most.period_persons || '人',
            ''
        )
        || '，涉及医保支付' || {{ yuan('verdicts.pool + verdicts.account') }} || '（统筹基金'
        || {{ yuan('verdicts.pool') }} || '，个人账户' || {{ yuan('verdicts.account') }}
        || '）。这一组合不是其他药店也在卖的常见组合。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'common_basket': "'未命中：另有' || verdicts.other_shops || '家药店卖过，不足以认定为常见组合'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then settlement_rows.evidence end as evidence
    from verdicts
    left join activity
        on
            verdicts.adcode = activity.adcode
            and verdicts.fixmedins_code = activity.fixmedins_code
    left join most
        on
            verdicts.adcode = most.adcode
            and verdicts.fixmedins_code = most.fixmedins_code
            and verdicts.basket = most.basket
    left join settlement_rows
        on
            verdicts.adcode = settlement_rows.adcode
            and verdicts.fixmedins_code = settlement_rows.fixmedins_code
            and verdicts.basket = settlement_rows.basket
    left join contents
        on
            verdicts.adcode = contents.adcode
            and verdicts.fixmedins_code = contents.fixmedins_code
            and verdicts.basket = contents.basket
)

{{ rule_output('final') }}
