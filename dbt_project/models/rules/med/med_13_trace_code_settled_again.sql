-- MED-13 追溯码重复结算: the insurance paid for one box more than once: at different shops, for
-- different persons, or on days further apart. One box has one code and is sold once.
-- Law: 条例 38, 40(1); 追溯码采集应用的通知 from 2025-07-01; 实施细则 组织购药 from 2026-04-01.
-- Rows of one receipt, or of one settlement, are one sale (int_trace_sale).
-- Amount: what the second and later sales cost the fund.
-- Grain: trace code that occurs in more than one insured row of the tills.
with rows_sold as (
    select * from {{ ref('int_trace_sale') }}
),

sales as (
    select * from {{ ref('int_standing_sale') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

code_sales as (
    select
        trace_code,
        adcode,
        fixmedins_code,
        sale_key,
        min(row_id) filter (where stands) as row_id,
        min(happened_at) as sold_at,
        min(happened_on) as sold_on,
        min(person_key) as person_key,
        bool_or(is_split_pack) as is_split,
        bool_or(stands) as stands,
        bool_or(is_receipt_again) as is_receipt_again,
        count(*) as sale_rows
    from rows_sold
    group by trace_code, adcode, fixmedins_code, sale_key
),

ordered as (
    select
        *,
        sold_on as conduct_from,
        sold_on as conduct_to,
        stands and not is_split as counts,
        row_number() over (
            partition by trace_code
            order by
                stands and not is_split desc,
                sold_at asc,
                adcode asc,
                fixmedins_code asc,
                sale_key asc
        ) - 1 as sales_before,
        count(*) over (partition by trace_code) as code_sales
    from code_sales
),

codes as (
    select
        trace_code,
        {%- for name, condition in [
            ('', 'true'), ('_unsplit', 'not is_split'), ('_after_all', 'counts')
        ] %}
        count(*) filter (where {{ condition }}) > 1
        and (
            count(distinct case when {{ condition }} then fixmedins_code end) > 1
            or count(distinct case when {{ condition }} then person_key end) > 1
            or {{ days_between(
                'min(case when ' ~ condition ~ ' then sold_on end)',
                'max(case when ' ~ condition ~ ' then sold_on end)'
            ) }} > {{ param('MED-13', 'days_apart') }}
        ) as repeats{{ name }},
        {%- endfor %}
        bool_or(is_receipt_again) as is_receipt_again,
        bool_or(sale_rows > 1) as is_scan_habit,
        count(*) filter (where counts) as hits,
        min(case when counts and sales_before > 0 then sold_on end) as conduct_from,
        max(case when counts and sales_before > 0 then sold_on end) as conduct_to,
        count(distinct case when counts then fixmedins_code end) as shops,
        count(distinct case when counts then person_key end) as persons
    from ordered
    group by trace_code
),

later_sales as (
    select ordered.*
    from ordered
    inner join codes on ordered.trace_code = codes.trace_code
    where codes.repeats_after_all and ordered.counts and ordered.sales_before > 0
),

acted_sales as (
    {{ with_agency_action('later_sales', 'MED-13') }}
),

acted as (
    select
        trace_code,
        bool_and(acted_decision_no is not null) as is_acted
    from acted_sales
    group by trace_code
),

judged as (
    select
        codes.trace_code,
        -- the sale that first repeated another says where, and by whom
        ordered.adcode,
        ordered.fixmedins_code,
        codes.repeats,
        codes.hits,
        codes.conduct_from,
        codes.conduct_to,
        codes.shops,
        codes.persons,
        case
            when codes.repeats and not codes.repeats_unsplit then 'split_pack'
            when codes.repeats and not codes.repeats_after_all then 'resale_after_return'
            when codes.repeats and acted.is_acted then 'agency_acted'
            when not codes.repeats and codes.is_receipt_again then 'same_receipt'
            when not codes.repeats and codes.is_scan_habit then 'SCAN_HABIT'
        end as guard_hit
    from codes
    inner join ordered
        on
            codes.trace_code = ordered.trace_code
            and ordered.sales_before = least(1, ordered.code_sales - 1)
    left join acted on codes.trace_code = acted.trace_code
    union all
    -- what is no code of a box was typed in, or scanned off something else
    select
        malformed_code as trace_code,
        adcode,
        min(fixmedins_code) as fixmedins_code,
        true as repeats,
        null as hits,
        null as conduct_from,
        null as conduct_to,
        null as shops,
        null as persons,
        'malformed' as guard_hit
    from sales
    where malformed_code is not null
    group by adcode, malformed_code
    having count(*) > 1
),

verdicts as (
    select
        *,
        case
            when guard_hit is not null then 'excluded'
            when repeats then 'clue'
            else 'clear'
        end as verdict
    from judged
),

clue_sales as (
    select
        ordered.*,
        coalesce(institutions.name, ordered.fixmedins_code) as shop_name
    from ordered
    inner join verdicts on ordered.trace_code = verdicts.trace_code
    left join institutions on ordered.fixmedins_code = institutions.fixmedins_code
    where verdicts.verdict = 'clue' and ordered.counts
),

sold_again as (
    select
        sales.*,
        clue_sales.trace_code as code
    from clue_sales
    inner join sales on clue_sales.row_id = sales.row_id
    where clue_sales.sales_before > 0
),

paid_again as (
    {{ with_sale_money('sold_again') }}
),

amounts as (
    select
        code,
        sum(pool) as pool,
        sum(account) as account
    from paid_again
    group by code
),

labels as (
    select
        trace_code,
        {{ ordered_text('shop_name || cast(sold_on as varchar)', '、', 'sales_before') }} as sales_zh
    from clue_sales
    group by trace_code
),

facts as (
    select
        clue_sales.trace_code,
        {{ evidence_agg(
            evidence_row(
                "case when clue_sales.sales_before > 0 then '再次结算' else '首次结算' end",
                "'drug_sale'", 'rows_sold.row_id', 'rows_sold.row_hash',
                "clue_sales.shop_name || cast(rows_sold.happened_at as varchar) || '扫码销售，结算'
                || rows_sold.setl_id"
            ),
            'clue_sales.sales_before, rows_sold.row_id'
        ) }} as evidence
    from clue_sales
    inner join rows_sold
        on
            clue_sales.trace_code = rows_sold.trace_code
            and clue_sales.adcode = rows_sold.adcode
            and clue_sales.fixmedins_code = rows_sold.fixmedins_code
            and clue_sales.sale_key = rows_sold.sale_key
    group by clue_sales.trace_code
),

final as (
    select
        verdicts.adcode,
        'product' as subject_type,
        verdicts.trace_code as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        null as note_zh,
        null as person_key,
        coalesce(institutions.institution_key, 'medical:' || verdicts.fixmedins_code)
            as institution_key,
        coalesce(institutions.kind, '零售药店') as institution_category,
        institutions.township,
        'medicare' as supplier,
        verdicts.conduct_from,
        verdicts.conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        verdicts.hits as hit_count,
        amounts.pool + amounts.account as amount_total,
        amounts.pool as amount_pool,
        amounts.account as amount_account,
        '追溯码' || verdicts.trace_code as subject_label,
        '追溯码' || verdicts.trace_code || '被医保结算' || verdicts.hits || '次（' || labels.sales_zh
        || '），涉及' || verdicts.shops || '家药店、' || verdicts.persons
        || '名参保人，均未退货，也不是拆零或者同一单据重复上传。一盒一码只应销售一次，疑似回流药或者空刷；第二次及以后的结算涉及统筹基金'
        || {{ yuan('amounts.pool') }} || '、个人账户' || {{ yuan('amounts.account') }} || '。'
            as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'split_pack': "'未命中：未拆零销售'",
                'resale_after_return': "'未命中：两次结算之间没有退货'",
                'same_receipt': "'未命中：零售单据号不同'",
                'SCAN_HABIT': "'未命中：不在同一笔结算'",
                'malformed': "'未命中：追溯码格式正确'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        facts.evidence
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join amounts on verdicts.trace_code = amounts.code
    left join labels on verdicts.trace_code = labels.trace_code
    left join facts on verdicts.trace_code = facts.trace_code
)

{{ rule_output('final') }}
