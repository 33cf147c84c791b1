-- MED-03 空刷: a shop settled more packs of a product than it can ever have had, by its own counts,
-- purchases and sales, on the night and as of the day by which purchases had to be uploaded alike.
-- Law: 条例 16, 20, 38, 39, 40(1); 法发〔2024〕6号.
-- Only insured sales count, net of returns, without split packs (int_stock_event): a lower bound.
-- Amount: packs short × median settled price × share of the fund in the product's settlements.
-- Grain: shop, approval number, specification.
with balances as (
    select * from {{ ref('int_stock_balance') }}
),

events as (
    select * from {{ ref('int_stock_event') }}
),

sales as (
    select * from {{ ref('int_sale') }}
),

specs as (
    select * from {{ ref('int_stock_spec') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

items as (
    select * from {{ ref('int_item') }}
),

dated as (
    select
        *,
        coalesce({{ add_days('counted_on', 1) }}, first_event_on) as conduct_from,
        last_sold_on as conduct_to
    from balances
),

short_now as (
    select * from dated
    where is_short_now
),

acted as (
    {{ with_agency_action('short_now', 'MED-03') }}
),

judged as (
    select
        dated.*,
        case
            when dated.opening_from = 'unknown' then 'opening_unknown'
            when not dated.is_short then 'late_upload'
            when acted.acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from dated
    left join acted
        on
            dated.fixmedins_code = acted.fixmedins_code
            and dated.approval_no = acted.approval_no
            and dated.spec_norm = acted.spec_norm
),

verdicts as (
    select
        *,
        case
            when not is_short_now then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

clue_products as (
    select * from verdicts
    where verdict = 'clue'
),

product_sales as (
    select
        sales.adcode,
        sales.setl_id,
        sales.fixmedins_code,
        sales.approval_no,
        clue_products.spec_norm,
        sales.price
    from sales
    left join specs
        on sales.fixmedins_code = specs.fixmedins_code and sales.approval_no = specs.approval_no
    inner join clue_products
        on
            sales.fixmedins_code = clue_products.fixmedins_code
            and sales.approval_no = clue_products.approval_no
            and coalesce(sales.spec_norm, specs.spec_norm, '') = clue_products.spec_norm
    where sales.is_settled and not sales.is_split_pack and sales.qty > 0
),

prices as (
    select
        fixmedins_code,
        approval_no,
        spec_norm,
        {{ median_of('price', 'decimal(24, 6)') }} as price
    from product_sales
    group by fixmedins_code, approval_no, spec_norm
),

product_settlements as (
    select distinct
        adcode,
        setl_id,
        fixmedins_code,
        approval_no,
        spec_norm
    from product_sales
),

fund_shares as (
    select
        product_settlements.fixmedins_code,
        product_settlements.approval_no,
        product_settlements.spec_norm,
        sum(settlements.medfee) as medfee,
        sum(settlements.pool) as pool,
        sum(settlements.account) as account
    from product_settlements
    inner join settlements
        on
            product_settlements.adcode = settlements.adcode
            and product_settlements.setl_id = settlements.setl_id
    where settlements.counts
    group by
        product_settlements.fixmedins_code,
        product_settlements.approval_no,
        product_settlements.spec_norm
),

amounts as (
    select
        clue_products.*,
        prices.price,
        {{ to_fen(
            'clue_products.shortage * prices.price * fund_shares.pool'
            ~ ' / nullif(fund_shares.medfee, 0)'
        ) }} as amount_pool,
        {{ to_fen(
            'clue_products.shortage * prices.price * fund_shares.account'
            ~ ' / nullif(fund_shares.medfee, 0)'
        ) }} as amount_account
    from clue_products
    left join prices
        on
            clue_products.fixmedins_code = prices.fixmedins_code
            and clue_products.approval_no = prices.approval_no
            and clue_products.spec_norm = prices.spec_norm
    left join fund_shares
        on
            clue_products.fixmedins_code = fund_shares.fixmedins_code
            and clue_products.approval_no = fund_shares.approval_no
            and clue_products.spec_norm = fund_shares.spec_norm
),

-- the last count and what moved since
facts as (
    select
        events.fixmedins_code,
        events.approval_no,
        events.spec_norm,
        count(*) filter (where events.kind = 'SOLD') as sold_rows,
        sum(events.qty) filter (where events.kind = 'SOLD') as sold,
        coalesce(sum(events.qty) filter (where events.kind = 'PURC'), 0) as bought,
        {{ evidence_agg(
            evidence_row(
                "case events.kind when 'SOLD' then '医保销售' when 'PURC' then '购进' else '盘存' end",
                'events.feed', 'events.row_id', 'events.row_hash',
                "cast(events.event_on as varchar)
                || case events.kind when 'SOLD' then '销售' when 'PURC' then '购进' else '盘存' end
                || " ~ packs('events.qty') ~ " || coalesce('，结算' || events.setl_id, '')"
            ),
            'events.event_on, events.feed, events.row_id'
        ) }} as evidence
    from events
    inner join clue_products
        on
            events.fixmedins_code = clue_products.fixmedins_code
            and events.approval_no = clue_products.approval_no
            and events.spec_norm = clue_products.spec_norm
    where
        events.event_on <= {{ as_of() }}
        and (
            clue_products.counted_on is null
            or events.event_on > clue_products.counted_on
            or (events.kind = 'COUNT' and events.event_on = clue_products.counted_on)
        )
    group by events.fixmedins_code, events.approval_no, events.spec_norm
),

described as (
    select
        verdicts.*,
        coalesce(institutions.name, verdicts.fixmedins_code) as shop_name,
        coalesce(institutions.institution_key, 'medical:' || verdicts.fixmedins_code)
            as institution_key,
        coalesce(institutions.kind, '零售药店') as kind,
        institutions.township,
        coalesce(items.name || '（', '（') || verdicts.approval_no
        || coalesce('，' || verdicts.spec, '') || '）' as product_zh,
        amounts.price,
        amounts.amount_pool,
        amounts.amount_account,
        facts.sold_rows,
        facts.sold as sold_since,
        facts.bought as bought_since,
        facts.evidence
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join items on verdicts.hilist_code = items.hilist_code
    left join amounts
        on
            verdicts.fixmedins_code = amounts.fixmedins_code
            and verdicts.approval_no = amounts.approval_no
            and verdicts.spec_norm = amounts.spec_norm
    left join facts
        on
            verdicts.fixmedins_code = facts.fixmedins_code
            and verdicts.approval_no = facts.approval_no
            and verdicts.spec_norm = facts.spec_norm
),

final as (
    select
        adcode,
        'product' as subject_type,
        fixmedins_code || '|' || approval_no || '|' || coalesce(spec, '') as subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        null as note_zh,
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
        sold_rows as hit_count,
        amount_pool + amount_account as amount_total,
        amount_pool,
        amount_account,
        shop_name || '：' || product_zh as subject_label,
        case when verdict = 'clue' then
            shop_name || '的' || product_zh || '：'
            || case opening_from
                when 'count' then cast(counted_on as varchar) || '盘存' || {{ packs('counted') }}
                else '自' || first_event_on || '起，期初按零计'
            end
            || '，此后购进' || {{ packs('bought_since') }} || '、医保结算售出'
            || {{ packs('sold_since') }} || '，账面短少' || {{ packs('shortage') }}
            || '，超过容许的' || {{ packs('allowed') }} || '；只计算' || {{ param('MED-03', 'upload_days') }}
            || '日以前的数据同样短少，疑似没有实物而虚假结算。'
            || coalesce(
                '按结算单价中位数' || {{ yuan('price') }} || '和该品结算中医保支付的比例，涉及统筹基金'
                || {{ yuan('amount_pool') }} || '、个人账户' || {{ yuan('amount_account') }} || '。', ''
            )
        end as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'opening_unknown':
                    "case opening_from when 'count' then '未命中：有盘存' else '未命中：购进台账已满期限' end",
                'late_upload': "'未命中：补传期限以前的数据同样短少'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        evidence
    from described
)

{{ rule_output('final') }}
