-- MED-17 重复收费: lines alike in person, institution, item, time and quantity remain after refunds,
-- so that the same thing was charged more than once (int_repeated_line). Left out: what was charged
-- for a newborn on the mother's number, lines uploaded again that the bill does not contain twice,
-- items charged for each side of the body, and packs that a till sold one by one.
-- Law: 医疗保障基金使用监督管理条例 15, 38; 实施细则 (one fee settled twice) from 2026-04-01.
-- Amount: what all but the first of the lines cost the fund.
-- Grain: county, visit (else person), item and time at which there is more than one line.
with repeated_lines as (
    select
        *,
        copies > 1 as is_alike,
        copy > 1 as is_again
    from {{ ref('int_repeated_line') }}
),

items as (
    select * from {{ ref('int_item') }}
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

summed as (
    select
        adcode,
        subject_key,
        min(person_key) as person_key,
        min(psn_no) as psn_no,
        max(tier) as tier,
        min(hilist_code) as hilist_code,
        min(fee_at) as fee_at,
        min(fee_on) as conduct_from,
        min(fee_on) as conduct_to,
        {{ first_row({'code': 'fixmedins_code'}, ['-copies', 'fixmedins_code']) }} as first_line,
        bool_or(has_no_time) as has_no_time,
        count(*) filter (where is_alike) as lines,
        count(*) filter (where is_again) as hits,
        sum(pool) filter (where is_again) as pool,
        sum(account) filter (where is_again) as account,
        bool_or(is_newborn) filter (where is_alike) as is_newborn,
        bool_and(is_uploaded_again) filter (where is_again) as is_uploaded_again,
        bool_and(
            is_paired_item and copies <= {{ param('MED-17', 'lines_min') }}
        ) filter (where is_alike) as is_both_sides,
        bool_and(is_sold_as_billed) filter (where is_again) as is_sold_as_billed
    from repeated_lines
    group by adcode, subject_key
),

conducts as (
    select
        *,
        first_line.code as fixmedins_code
    from summed
),

acted as (
    {{ with_agency_action('conducts', 'MED-17') }}
),

judged as (
    select
        *,
        case
            when is_newborn then 'newborn'
            when is_uploaded_again then 're_upload'
            when is_both_sides then 'both_sides'
            when is_sold_as_billed then 'separate_packs'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when hits = 0 then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

line_rows as (
    select
        repeated_lines.adcode,
        repeated_lines.subject_key,
        {{ evidence_agg(
            evidence_row(
                "case when repeated_lines.is_again then '重复收费' else '首次收费' end",
                "'medical_fee_line'", 'repeated_lines.row_id', 'repeated_lines.row_hash',
                "repeated_lines.fee_at || '，'"
                ~ " || coalesce(items.name, repeated_lines.hilist_code) || '，金额' || "
                ~ yuan('repeated_lines.det') ~ " || '（统筹基金' || "
                ~ yuan('repeated_lines.pool') ~ " || '，个人账户' || "
                ~ yuan('repeated_lines.account') ~ " || '）'"
            ),
            'repeated_lines.copy, repeated_lines.bkkp_sn'
        ) }} as evidence
    from repeated_lines
    inner join verdicts
        on
            repeated_lines.adcode = verdicts.adcode
            and repeated_lines.subject_key = verdicts.subject_key
    left join items on repeated_lines.hilist_code = items.hilist_code
    where verdicts.verdict = 'clue' and repeated_lines.is_alike
    group by repeated_lines.adcode, repeated_lines.subject_key
),

described as (
    select
        verdicts.*,
        coalesce(institutions.institution_key, 'medical:' || verdicts.fixmedins_code)
            as institution_key,
        institutions.kind as institution_kind,
        institutions.township,
        coalesce(institutions.name, verdicts.fixmedins_code) as institution,
        coalesce(items.name, verdicts.hilist_code) as item,
        {{ person_label('persons.name', 'persons.sex', 'persons.born_on') }} as label,
        line_rows.evidence
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join items on verdicts.hilist_code = items.hilist_code
    left join persons on verdicts.adcode = persons.adcode and verdicts.psn_no = persons.psn_no
    left join line_rows
        on verdicts.adcode = line_rows.adcode and verdicts.subject_key = line_rows.subject_key
),

final as (
    select
        adcode,
        'settlement_group' as subject_type,
        subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        null as note_zh,
        person_key,
        institution_key,
        institution_kind as institution_category,
        township,
        'medicare' as supplier,
        case when verdict = 'clue' then conduct_from end as conduct_from,
        case when verdict = 'clue' then conduct_to end as conduct_to,
        case when verdict = 'clue' then tier end as match_tier,
        null as push,
        null as severity,
        case when verdict = 'clue' then hits end as hit_count,
        case when verdict = 'clue' then pool + account end as amount_total,
        case when verdict = 'clue' then pool end as amount_pool,
        case when verdict = 'clue' then account end as amount_account,
        label as subject_label,
        institution || '为' || label || '在' || fee_at || '有' || lines || '行相同的' || item
        || '收费，人员、机构、项目、时间和数量都相同，退费后仍在，其中' || hits
        || '行疑为重复，涉及医保支付' || {{ yuan('pool + account') }} || '（统筹基金'
        || {{ yuan('pool') }} || '，个人账户' || {{ yuan('account') }} || '）。'
        -- a day without a time of day may have held the item more than once
        || case when has_no_time then '费用时间只到日，须先核实是否同日多次。' else '' end
        || '新生儿记在母亲名下的、重复上传的、两侧分别收费的和逐盒销售的均未计入。'
            as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'newborn': "'未命中：不是新生儿记在母亲名下'",
                're_upload': "'未命中：结算总额包含重复的收费'",
                'both_sides': "'未命中：不是两侧分别收费的项目'",
                'separate_packs': "'未命中：没有相应数量的销售记录'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdict = 'clue' then evidence end as evidence
    from described
)

{{ rule_output('final') }}
