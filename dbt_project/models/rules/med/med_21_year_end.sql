-- MED-21 年末突击清账户: in December a pharmacy's customers empty their accounts for tonics and health
-- goods, far more of them than at its peers. Everybody spends more at the year's end: only the
-- difference to the peers counts. The rule makes no clue, it raises the score of other clues.
-- Law: as MED-01.
-- Grain: retail pharmacy with settlements in the last twelve months.
with years as (
    -- the last year that has ended
    select
        {{ make_date('year(' ~ add_days(as_of(), 1) ~ ') - 1', 1, 1) }} as first_on,
        {{ make_date('year(' ~ add_days(as_of(), 1) ~ ') - 1', 12, 31) }} as last_on
),

activity as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy and settlements > 0
),

settlements as (
    select
        settlements.*,
        month(settlements.service_on) = month(years.last_on) as is_december
    from {{ ref('int_settlement') }} as settlements
    inner join years on settlements.service_on between years.first_on and years.last_on
    where settlements.counts and settlements.account > 0 and not settlements.is_paid_by_other
),

fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts and account > 0
),

items as (
    select * from {{ ref('int_item') }}
),

product_words as (
    select * from {{ ref('ref_health_product') }}
),

-- persons who spent many a month's account in December, until little was left
emptied as (
    select person_key
    from settlements
    group by person_key
    having
        sum(case when is_december then account else 0 end) * {{ param('MED-21', 'months_before') }}
        > sum(case when is_december then 0 else account end) * {{ param('MED-21', 'times_min') }}
        and min(case when is_december then balc end) <= {{ param('MED-21', 'balance_max') }}
),

health_items as (
    select distinct items.hilist_code
    from items
    inner join product_words on {{ matches('items.name', 'product_words.pattern') }}
),

health_bills as (
    select distinct
        fee_lines.adcode,
        fee_lines.setl_id
    from fee_lines
    inner join health_items on fee_lines.hilist_code = health_items.hilist_code
),

customers as (
    select
        settlements.adcode,
        settlements.fixmedins_code,
        settlements.person_key,
        bool_or(emptied.person_key is not null and health_bills.setl_id is not null) as is_emptying,
        min(settlements.service_on) as first_on,
        max(settlements.service_on) as last_on
    from settlements
    left join emptied on settlements.person_key = emptied.person_key
    left join health_bills
        on
            settlements.adcode = health_bills.adcode
            and settlements.setl_id = health_bills.setl_id
    where settlements.is_december
    group by settlements.adcode, settlements.fixmedins_code, settlements.person_key
),

counted as (
    select
        adcode,
        fixmedins_code,
        count(*) as customers,
        count(*) filter (where is_emptying) as emptying,
        min(first_on) filter (where is_emptying) as first_on,
        max(last_on) filter (where is_emptying) as last_on
    from customers
    group by adcode, fixmedins_code
),

shops as (
    select
        activity.*,
        coalesce(counted.emptying, 0) as emptying,
        coalesce(cast(counted.emptying / counted.customers as decimal(18, 6)), 0) as share,
        coalesce(counted.first_on, {{ as_of() }}) as conduct_from,
        coalesce(counted.last_on, {{ as_of() }}) as conduct_to
    from activity
    left join counted
        on
            activity.adcode = counted.adcode
            and activity.fixmedins_code = counted.fixmedins_code
),

-- above the peers' percentile: as many of them lie below as it says
compared as (
    select
        shops.adcode,
        shops.fixmedins_code
    from shops
    inner join shops as others
        on shops.adcode = others.adcode and shops.fixmedins_code <> others.fixmedins_code
    where others.is_peer and shops.emptying >= {{ param('MED-21', 'persons_min') }}
    group by shops.adcode, shops.fixmedins_code
    having
        count(case when others.share < shops.share then others.fixmedins_code end)
        >= {{ param('MED-21', 'peer_share', 'decimal(18, 6)') }} * count(*)
),

acted as (
    {{ with_agency_action('shops', 'MED-21') }}
),

judged as (
    select
        acted.*,
        compared.fixmedins_code is not null as is_above_peers
    from acted
    left join compared
        on
            acted.adcode = compared.adcode
            and acted.fixmedins_code = compared.fixmedins_code
),

verdicts as (
    select
        *,
        case
            when peers < {{ param('ALL', 'peer_min') }} then 'inconclusive'
            when not is_above_peers then 'clear'
            when acted_decision_no is not null then 'excluded'
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
        case when verdict = 'excluded' then 'agency_acted' end as guard,
        case when verdict = 'inconclusive' then '可比的同类机构不足' end as note_zh,
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
