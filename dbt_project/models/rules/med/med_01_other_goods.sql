-- MED-01 串换: a pharmacy settled goods that the insurance may not pay as covered drugs. Lines are
-- found by what the till sold, or by two signs of a drug that was not sold (int_other_goods_line).
-- Law: 条例 15, 38, 40(2); 令3号 (解除情形); 实施细则 非医药费用 from 2026-04-01; 法发〔2024〕6号.
-- Grain: retail pharmacy with settlements in the window.
with activity as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy and settlements > 0
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

lines as (
    select * from {{ ref('int_other_goods_line') }}
),

counted as (
    select
        activity.adcode,
        activity.fixmedins_code,
        activity.name,
        activity.kind,
        activity.institution_key,
        activity.township,
        count(lines.bkkp_sn) as hits,
        count(case when lines.is_hit_but_promotions then lines.bkkp_sn end) as hits_but_promotions,
        count(case when lines.is_hit_after_all then lines.bkkp_sn end) as hits_after_all,
        coalesce(min(case when lines.is_hit_after_all then lines.service_on end), {{ as_of() }})
            as conduct_from,
        coalesce(max(case when lines.is_hit_after_all then lines.service_on end), {{ as_of() }})
            as conduct_to
    from activity
    left join lines
        on
            activity.adcode = lines.adcode
            and activity.fixmedins_code = lines.fixmedins_code
    group by
        activity.adcode,
        activity.fixmedins_code,
        activity.name,
        activity.kind,
        activity.institution_key,
        activity.township
),

acted as (
    {{ with_agency_action('counted', 'MED-01') }}
),

judged as (
    select
        *,
        case
            when hits_but_promotions < {{ param('MED-01', 'lines_min') }} then 'promotion'
            when hits_after_all < {{ param('MED-01', 'lines_min') }} then 'mapping_error'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when hits < {{ param('MED-01', 'lines_min') }} then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

facts as (
    select
        lines.adcode,
        lines.fixmedins_code,
        count(*) as lines,
        count(*) filter (where lines.is_other_goods) as other_goods,
        sum(lines.pool) as pool,
        sum(lines.account) as account,
        {{ sorted_text("case when lines.is_other_goods then lines.goods_class end") }}
            as classes_zh,
        {{ evidence_agg(
            evidence_row(
                "'医保结算'", "'medical_fee_line'", 'lines.row_id', 'lines.row_hash',
                line_fact('lines', 'lines.item_name')
                ~ " || case when lines.is_short then '；该药账面已售空' else '' end"
                ~ " || case when lines.is_unknown_to_till then '；无销售记录' else '' end"
                ~ " || case when lines.is_price_artefact then '；单价异常' else '' end"
            ),
            'lines.row_id'
        ) }} as line_rows,
        {{ evidence_agg(
            evidence_row(
                "'实际售出'", "'drug_sale'", 'lines.till_row_id', 'lines.till_row_hash',
                "'收银台售出' || lines.goods_name || '（' || lines.goods_class || '）'"
            ),
            'lines.till_row_id'
        ) }} filter (where lines.is_other_goods) as till_rows
    from lines
    inner join verdicts
        on
            lines.adcode = verdicts.adcode
            and lines.fixmedins_code = verdicts.fixmedins_code
    where verdicts.verdict = 'clue' and lines.is_hit_after_all
    group by lines.adcode, lines.fixmedins_code
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
        facts.lines as hit_count,
        facts.pool + facts.account as amount_total,
        facts.pool as amount_pool,
        facts.account as amount_account,
        verdicts.name as subject_label,
        verdicts.name || '在' || verdicts.conduct_from || '至' || verdicts.conduct_to || '期间有'
        || facts.lines || '行医保结算明细疑似以医保药品名义结算其他商品'
        || case
            when facts.other_goods > 0
                then '，其中' || facts.other_goods || '行收银台记录的商品类别为' || facts.classes_zh
            else ''
        end
        || '，涉及医保支付' || {{ yuan('facts.pool + facts.account') }} || '（统筹基金'
        || {{ yuan('facts.pool') }} || '，个人账户' || {{ yuan('facts.account') }}
        || '）。个人账户依规可以购买药品、医疗器械和医用耗材，已不计入；也不是促销统一调价或者商品编码对照错误。'
            as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'promotion': "'未命中：不是当日统一售价'",
                'mapping_error': "'未命中：现金销售没有同样的编码'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat(
                evidence_concat(
                    evidence_list([
                        evidence_row(
                            "'定点药店'", "'medical_institution'", 'institutions.row_id',
                            'institutions.row_hash',
                            "institutions.name || '，' || institutions.fixmedins_code"
                        )
                    ]),
                    'facts.line_rows'
                ),
                'facts.till_rows'
            ) }}
        end as evidence
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join facts
        on
            verdicts.adcode = facts.adcode
            and verdicts.fixmedins_code = facts.fixmedins_code
)

{{ rule_output('final') }}
