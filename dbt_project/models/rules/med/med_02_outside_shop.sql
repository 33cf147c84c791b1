-- MED-02 代非定点结算: a designated institution settles for a shop that is not designated, or whose
-- agreement is suspended or ended. (A) Drugs that were shipped to the other shop are settled here;
-- or (B) the two are tied and two signs agree: here more is sold than bought of products that the
-- other buys, settlements while it is closed, the other's staff at its till.
-- Law: 条例 38(6)(7), 40(2) before 2026-04-01, 实施细则 from then on; 令3号 31, 令2号 43(4).
-- Grain: designated institution, licence of the other shop.
with institutions as (
    select * from {{ ref('int_medical_institution') }}
),

shops as (
    select * from {{ ref('int_retail_shop') }}
),

facts as (
    select * from {{ ref('int_outside_fact') }}
),

pairs as (
    select * from {{ ref('int_outside_pair') }}
),

signs as (
    select * from {{ ref('int_outside_sign') }}
),

products as (
    select * from {{ ref('int_outside_product') }}
),

outside_sales as (
    select * from {{ ref('int_outside_sale') }}
    where sold_on >= {{ window_from('MED-02') }}
),

sales as (
    select * from {{ ref('int_standing_sale') }}
    where sold_on <= {{ as_of() }}
),

specs as (
    select * from {{ ref('int_stock_spec') }}
),

fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts
),

items as (
    select * from {{ ref('int_item') }}
),

acted as (
    {{ with_agency_action('facts', 'MED-02') }}
),

judged as (
    select
        acted.*,
        acted.codes_left >= {{ param('MED-02', 'trace_codes_min') }} as fires_by_codes,
        case
            when acted.codes < {{ param('MED-02', 'trace_codes_min') }} and not acted.has_signs
                then 'clear'
            else 'candidate'
        end as outcome,
        case
            when
                greatest(shops.designated_shops_of_uscc, shops.designated_shops_of_legrep)
                >= {{ param('MED-02', 'chain_shops_min') }}
                then 'chain_centre'
            when
                acted.codes_far < {{ param('MED-02', 'trace_codes_min') }}
                and (acted.are_signs_near_change or not acted.has_signs)
                then 'recent_change'
            when
                acted.codes_left < {{ param('MED-02', 'trace_codes_min') }}
                and not acted.has_signs
                then 'emergency'
            when acted.acted_decision_no is not null then 'agency_acted'
        end as guard_hit,
        shops.holder,
        shops.row_id as licence_row_id,
        shops.row_hash as licence_row_hash
    from acted
    inner join shops on acted.licence_no = shops.licence_no
),

verdicts as (
    select
        *,
        case
            when outcome = 'clear' then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

-- the till's rows of the other shop's codes, and of its products
attributed as (
    select
        verdicts.adcode,
        verdicts.fixmedins_code,
        verdicts.licence_no,
        outside_sales.row_id
    from verdicts
    inner join outside_sales
        on
            verdicts.adcode = outside_sales.adcode
            and verdicts.fixmedins_code = outside_sales.fixmedins_code
            and verdicts.licence_no = outside_sales.licence_no
    where
        verdicts.verdict = 'clue'
        and verdicts.fires_by_codes
        and not outside_sales.is_near_change
        and not outside_sales.is_emergency
    union
    select
        verdicts.adcode,
        verdicts.fixmedins_code,
        verdicts.licence_no,
        sales.row_id
    from verdicts
    inner join signs
        on
            verdicts.fixmedins_code = signs.fixmedins_code
            and verdicts.licence_no = signs.licence_no
            and signs.sign = 'stock'
    inner join products
        on
            verdicts.fixmedins_code = products.fixmedins_code
            and verdicts.licence_no = products.licence_no
    inner join sales
        on
            products.fixmedins_code = sales.fixmedins_code
            and products.approval_no = sales.approval_no
    inner join pairs
        on
            products.fixmedins_code = pairs.fixmedins_code
            and products.licence_no = pairs.licence_no
            and pairs.outside_from <= sales.sold_on
            and sales.sold_on < pairs.outside_to
    left join specs
        on sales.fixmedins_code = specs.fixmedins_code and sales.approval_no = specs.approval_no
    where
        products.spec_norm = coalesce(sales.spec_norm, specs.spec_norm, '')
        and verdicts.verdict = 'clue'
        and verdicts.has_signs
),

-- each once, whoever's codes they are
attributed_sales as (
    select * from sales
    where row_id in (select attributed.row_id from attributed)
),

paid_sales as (
    {{ with_sale_money('attributed_sales') }}
),

paid as (
    select
        attributed.adcode,
        attributed.fixmedins_code,
        attributed.licence_no,
        sum(paid_sales.pool) as pool,
        sum(paid_sales.account) as account
    from attributed
    inner join paid_sales on attributed.row_id = paid_sales.row_id
    group by attributed.adcode, attributed.fixmedins_code, attributed.licence_no
),

attributed_bills as (
    select distinct
        attributed.adcode,
        attributed.fixmedins_code,
        attributed.licence_no,
        attributed_sales.setl_id,
        attributed_sales.hilist_code
    from attributed
    inner join attributed_sales on attributed.row_id = attributed_sales.row_id
),

attributed_lines as (
    select
        bills.licence_no,
        bills.fixmedins_code as shop_code,
        items.name as item_name,
        fee_lines.*
    from attributed_bills as bills
    inner join fee_lines
        on
            bills.adcode = fee_lines.adcode
            and bills.setl_id = fee_lines.setl_id
            and bills.hilist_code = fee_lines.hilist_code
    inner join items on fee_lines.hilist_code = items.hilist_code
),

line_rows as (
    select
        adcode,
        shop_code,
        licence_no,
        count(*) as lines,
        {{ evidence_agg(
            evidence_row(
                "'医保结算'", "'medical_fee_line'", 'row_id', 'row_hash',
                line_fact('attributed_lines', 'item_name')
            ),
            'row_id'
        ) }} as evidence
    from attributed_lines
    group by adcode, shop_code, licence_no
),

trail as (
    select
        outside_sales.adcode,
        outside_sales.fixmedins_code,
        outside_sales.licence_no,
        {{ evidence_agg(
            evidence_row(
                "'发往未定点药店'", "'trace_shipment'", 'shipment_row_id', 'shipment_row_hash',
                "'追溯码' || trace_code || '于' || shipped_on || '发往许可证' || licence_no"
            ),
            'row_id'
        ) }} as shipments,
        {{ evidence_agg(
            evidence_row(
                "'由定点机构售出'", "'drug_sale'", 'row_id', 'row_hash',
                "'追溯码' || trace_code || '于' || sold_on || '售出，结算' || setl_id"
            ),
            'row_id'
        ) }} as sold
    from outside_sales
    where not is_near_change and not is_emergency
    group by adcode, fixmedins_code, licence_no
),

sign_rows as (
    select
        fixmedins_code,
        licence_no,
        {{ evidence_flatten('evidence', 'sign') }} as evidence
    from signs
    group by fixmedins_code, licence_no
),

final as (
    select
        verdicts.adcode,
        'institution' as subject_type,
        verdicts.fixmedins_code || '>' || verdicts.licence_no as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        null as note_zh,
        null as person_key,
        institutions.institution_key,
        institutions.kind as institution_category,
        institutions.township,
        'medicare' as supplier,
        verdicts.conduct_from,
        verdicts.conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        coalesce(line_rows.lines, verdicts.codes_left) as hit_count,
        paid.pool + paid.account as amount_total,
        paid.pool as amount_pool,
        paid.account as amount_account,
        coalesce(institutions.name, verdicts.fixmedins_code) as subject_label,
        coalesce(institutions.name, verdicts.fixmedins_code) || '疑似为未定点的'
        || verdicts.holder || '（许可证' || verdicts.licence_no || '）结算医保费用：'
        || case
            when verdicts.fires_by_codes
                then verdicts.codes_left || '个发往该店的药品追溯码由本机构结算；'
            else ''
        end
        || case
            when verdicts.has_signs
                then '两店' || verdicts.links_zh || '，且' || verdicts.signs_zh || '；'
            else ''
        end
        || coalesce(
            '涉及医保支付' || {{ yuan('paid.pool + paid.account') }} || '（统筹基金'
            || {{ yuan('paid.pool') }} || '，个人账户' || {{ yuan('paid.account') }} || '）。',
            '涉及金额待核。'
        )
        || '该店在上述期间未定点或者协议已中止、解除；不是连锁总部，也不在更名、迁址、换码前后。'
            as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'chain_centre': "'未命中：同一信用代码和法定代表人名下定点药店不足'",
                'recent_change': "'未命中：行为不在更名、迁址、换码前后'",
                'emergency': "'未命中：不是急诊抢救'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat(
                evidence_concat(
                    evidence_list([
                        evidence_row(
                            "'未定点药店'", "'drug_retail_licence'", 'verdicts.licence_row_id',
                            'verdicts.licence_row_hash',
                            "verdicts.holder || '，许可证' || verdicts.licence_no || '，结算时未定点'"
                        ),
                        evidence_row(
                            "'定点机构'", "'medical_institution'", 'institutions.row_id',
                            'institutions.row_hash', "institutions.name || coalesce('，与该店' || verdicts.links_zh, '')"
                        ),
                    ]),
                    evidence_concat('trail.shipments', 'trail.sold')
                ),
                evidence_concat('sign_rows.evidence', 'line_rows.evidence')
            ) }}
        end as evidence
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join paid
        on
            verdicts.adcode = paid.adcode
            and verdicts.fixmedins_code = paid.fixmedins_code
            and verdicts.licence_no = paid.licence_no
    left join line_rows
        on
            verdicts.adcode = line_rows.adcode
            and verdicts.fixmedins_code = line_rows.shop_code
            and verdicts.licence_no = line_rows.licence_no
    left join trail
        on
            verdicts.adcode = trail.adcode
            and verdicts.fixmedins_code = trail.fixmedins_code
            and verdicts.licence_no = trail.licence_no
            and verdicts.fires_by_codes
    left join sign_rows
        on
            verdicts.fixmedins_code = sign_rows.fixmedins_code
            and verdicts.licence_no = sign_rows.licence_no
            and verdicts.has_signs
)

{{ rule_output('final') }}
