-- MED-14 未扫码结算: a pharmacy settled drugs of a month without scanning the codes of their boxes:
-- before all had to be uploaded more of them than its peers do, from then on any but a few.
-- Law: 追溯码采集应用的通知 2025-07-01, 2026-01-01; 条例 39; 实施细则 from 2026-04-01.
-- Amount: what the sales without a code cost the fund.
-- Grain: county, pharmacy, month with sales that had to be scanned (int_scan_month).
with months as (
    select * from {{ ref('int_scan_month') }}
),

sales as (
    select * from {{ ref('int_scan_sale') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

dated as (
    select
        adcode,
        fixmedins_code,
        month_from,
        peers,
        peer_share,
        sales_left,
        uncoded_left,
        month_from >= {{ param('MED-14', 'scan_all_from', 'date') }} as is_all_due,
        coalesce(conduct_from, month_from) as conduct_from,
        {%- for left_over in ['', '_required', '_listed', '_left'] %}
        sales{{ left_over }} >= {{ param('MED-14', 'sales_min') }}
        and case
            when month_from >= {{ param('MED-14', 'scan_all_from', 'date') }}
                then
                    uncoded{{ left_over }}
                    > sales{{ left_over }} * {{ param('MED-14', 'share_all', 'decimal(18, 6)') }}
            else
                uncoded{{ left_over }}
                > sales{{ left_over }} * {{ param('MED-14', 'share_first', 'decimal(18, 6)') }}
                and (
                    peers < {{ param('ALL', 'peer_min') }}
                    or {{ share_of('uncoded' ~ left_over, 'sales' ~ left_over) }} > peer_share
                )
        end as is_over{{ left_over }},
        {%- endfor %}
        coalesce(conduct_to, month_from) as conduct_to
    from months
),

acted as (
    {{ with_agency_action('dated', 'MED-14') }}
),

judged as (
    select
        *,
        case
            when not is_over_required then 'not_required'
            when not is_over_listed then 'no_code_list'
            when not is_over_left then 'outage'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when not is_over then 'clear'
            when guard_hit is not null then 'excluded'
            when not is_all_due and peers < {{ param('ALL', 'peer_min') }} then 'inconclusive'
            else 'clue'
        end as verdict
    from judged
),

unscanned as (
    select sales.*
    from sales
    inner join verdicts
        on
            sales.adcode = verdicts.adcode
            and sales.fixmedins_code = verdicts.fixmedins_code
            and sales.month_from = verdicts.month_from
    where verdicts.verdict = 'clue' and sales.is_uncoded and sales.exempt_place is null
),

paid_unscanned as (
    {{ with_sale_money('unscanned') }}
),

facts as (
    select
        adcode,
        fixmedins_code,
        month_from,
        sum(pool) as pool,
        sum(account) as account,
        {{ evidence_agg(
            evidence_row(
                "'未扫码销售'", "'drug_sale'", 'row_id', 'row_hash',
                "cast(sold_at as varchar) || '销售' || coalesce(goods_name, '药品') || '未扫码，结算' || setl_id"
            ),
            'sold_at, row_id'
        ) }} as evidence
    from paid_unscanned
    group by adcode, fixmedins_code, month_from
),

described as (
    select
        verdicts.*,
        {{ format_date('verdicts.month_from', '%Y-%m') }} as month_zh,
        coalesce(institutions.name, verdicts.fixmedins_code) as shop_name,
        coalesce(institutions.kind, '零售药店') as kind,
        coalesce(institutions.institution_key, 'medical:' || verdicts.fixmedins_code)
            as institution_key,
        institutions.township,
        facts.pool,
        facts.account,
        facts.evidence
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join facts
        on
            verdicts.adcode = facts.adcode
            and verdicts.fixmedins_code = facts.fixmedins_code
            and verdicts.month_from = facts.month_from
),

final as (
    select
        adcode,
        'institution' as subject_type,
        fixmedins_code || '|' || month_zh as subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        case when verdict = 'inconclusive' then '可比的同类定点药店不足，未扫码比例无从比较' end as note_zh,
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
        uncoded_left as hit_count,
        pool + account as amount_total,
        pool as amount_pool,
        account as amount_account,
        shop_name || '：' || month_zh as subject_label,
        shop_name || '在' || month_zh || '医保结算药品' || sales_left || '行，其中' || uncoded_left
        || '行未扫追溯码（' || {{ percent(share_of('uncoded_left', 'sales_left')) }} || '），超过'
        || case
            when is_all_due then '全量采集以后允许的限度'
            else '同类定点药店当月的高位（' || {{ percent('peer_share') }} || '）'
        end
        || '；拆零、饮片颗粒、无码库品种和平台故障已不计入。涉及统筹基金' || {{ yuan('pool') }}
        || '、个人账户' || {{ yuan('account') }} || '。' as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'not_required': "'未命中：不计饮片、颗粒仍超过'",
                'no_code_list': "'未命中：不计无码库品种仍超过'",
                'outage': "'未命中：不计平台故障期间仍超过'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        evidence
    from described
)

{{ rule_output('final') }}
