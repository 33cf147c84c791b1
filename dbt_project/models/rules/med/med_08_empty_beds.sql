-- MED-08 挂床: a stay was settled although on most of its days nothing but bed and nursing was
-- billed, or nothing at all (int_idle_stay); or more patients lay in an institution on some days
-- than its listed beds can hold (int_full_day). Left out: psychiatric and long-term care, beds for
-- a day, newborns, leave over long holidays, and bills made out by hand.
-- Law: 医疗保障基金使用监督管理条例 15, 38, 40(2).
-- Grain: county and subject, which is a settled visit of some days or an institution's day.
with idle_stays as (
    select * from {{ ref('int_idle_stay') }}
),

full_days as (
    select * from {{ ref('int_full_day') }}
),

inpatients as (
    select * from {{ ref('int_inpatient') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where counts and mdtrt_id is not null
),

fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts
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

subjects as (
    select
        adcode,
        'settlement_group' as subject_type,
        mdtrt_id as subject_key,
        mdtrt_id,
        person_key,
        psn_no,
        tier,
        fixmedins_code,
        admitted_on as conduct_from,
        last_day as conduct_to,
        stay_days,
        idle_days as hits,
        has_lines,
        null as beds,
        null as full_days,
        is_idle as is_candidate,
        doubt_zh,
        guard,
        pool,
        account,
        row_id,
        row_hash
    from idle_stays
    union all
    select
        adcode,
        'institution' as subject_type,
        fixmedins_code || '|' || day_on as subject_key,
        null as mdtrt_id,
        null as person_key,
        null as psn_no,
        null as tier,
        fixmedins_code,
        day_on as conduct_from,
        day_on as conduct_to,
        null as stay_days,
        inpatients as hits,
        null as has_lines,
        beds,
        full_days,
        is_full as is_candidate,
        doubt_zh,
        guard,
        null as pool,
        null as account,
        row_id,
        row_hash
    from full_days
),

acted as (
    {{ with_agency_action('subjects', 'MED-08', other_parties={'person_key': 'party_key'}) }}
),

judged as (
    select
        *,
        coalesce(guard, case when acted_decision_no is not null then 'agency_acted' end)
            as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when doubt_zh is not null then 'inconclusive'
            when not is_candidate then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

clues as (
    select * from verdicts
    where verdict = 'clue'
),

stay_lines as (
    select
        clues.adcode,
        clues.subject_key,
        {{ evidence_agg(
            evidence_row(
                "'住院收费'", "'medical_fee_line'", 'fee_lines.row_id', 'fee_lines.row_hash',
                "fee_lines.fee_on || '，' || coalesce(items.name, fee_lines.hilist_code)"
                ~ " || '，金额' || " ~ yuan('fee_lines.det')
            ),
            'fee_lines.fee_at, fee_lines.bkkp_sn'
        ) }} as evidence
    from fee_lines
    left join settlements
        on
            fee_lines.adcode = settlements.adcode
            and case when fee_lines.mdtrt_id is null then fee_lines.setl_id end
            = settlements.setl_id
    inner join clues
        on
            fee_lines.adcode = clues.adcode
            and coalesce(fee_lines.mdtrt_id, settlements.mdtrt_id) = clues.mdtrt_id
    left join items on fee_lines.hilist_code = items.hilist_code
    group by clues.adcode, clues.subject_key
),

stay_bills as (
    select
        clues.adcode,
        clues.subject_key,
        {{ evidence_agg(
            evidence_row(
                "'住院结算'", "'medical_settlement'", 'settlements.row_id', 'settlements.row_hash',
                settlement_fact('settlements')
            ),
            'settlements.service_on, settlements.setl_id'
        ) }} as evidence
    from clues
    inner join settlements
        on clues.adcode = settlements.adcode and clues.mdtrt_id = settlements.mdtrt_id
    group by clues.adcode, clues.subject_key
),

day_stays as (
    select
        clues.adcode,
        clues.subject_key,
        {{ evidence_agg(
            evidence_row(
                "'在院患者'", "'medical_visit'", 'inpatients.row_id', 'inpatients.row_hash',
                "'就诊' || inpatients.mdtrt_id || '，' || inpatients.admitted_on || '入院，'"
                ~ " || inpatients.discharged_on || '出院'"
            ),
            'inpatients.admitted_on, inpatients.row_id'
        ) }} as evidence
    from clues
    inner join inpatients
        on
            clues.fixmedins_code = inpatients.fixmedins_code
            and clues.conduct_from between inpatients.admitted_on and inpatients.last_day
    where
        clues.subject_type = 'institution'
        and inpatients.guard is null
        and not inpatients.is_open
    group by clues.adcode, clues.subject_key
),

described as (
    select
        verdicts.*,
        institutions.kind as institution_kind,
        institutions.township,
        coalesce(institutions.institution_key, 'medical:' || verdicts.fixmedins_code)
            as institution_key,
        coalesce(institutions.name, verdicts.fixmedins_code) as hospital,
        {{ person_label('persons.name', 'persons.sex', 'persons.born_on') }} as patient,
        stay_bills.evidence as bill_rows,
        {{ evidence_concat('stay_lines.evidence', 'day_stays.evidence') }} as fact_rows,
        case verdicts.subject_type
            when 'institution'
                then
                    verdicts.conduct_from || '在院' || verdicts.hits || '人，核定床位'
                    || verdicts.beds || '张'
            else
                verdicts.conduct_from || '入院，住院' || verdicts.stay_days || '日，其中'
                || verdicts.hits || '日'
                || case
                    when verdicts.has_lines then '只有床位、护理收费或者没有收费'
                    else '没有任何收费明细'
                end
        end as finding_zh
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join persons on verdicts.adcode = persons.adcode and verdicts.psn_no = persons.psn_no
    left join stay_lines
        on verdicts.adcode = stay_lines.adcode and verdicts.subject_key = stay_lines.subject_key
    left join stay_bills
        on verdicts.adcode = stay_bills.adcode and verdicts.subject_key = stay_bills.subject_key
    left join day_stays
        on verdicts.adcode = day_stays.adcode and verdicts.subject_key = day_stays.subject_key
),

final as (
    select
        adcode,
        subject_type,
        subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        case when verdict = 'inconclusive' then doubt_zh end as note_zh,
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
        case subject_type when 'institution' then hospital || conduct_from else patient end
            as subject_label,
        case subject_type
            when 'institution'
                then
                    hospital || finding_zh || '，超出核定床位，近'
                    || {{ param('MED-08', 'window_months') }} || '个月共有' || full_days
                    || '日如此，疑似挂床或者虚假住院，也可能实际加床，须现场核实。'
            else
                patient || '在' || hospital || finding_zh || '，医保支付' || {{ yuan('pool + account') }}
                || '（统筹基金' || {{ yuan('pool') }} || '，个人账户' || {{ yuan('account') }}
                || '），疑似挂床住院。'
                || case
                    when has_lines then '' else '须先核实费用明细是否报送齐全。'
                end
        end
        || '精神科、长期护理、日间和床日病例、新生儿和请假均未计入。' as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'psychiatric': "'未命中：不是精神科住院'",
                'long_term_care': "'未命中：不是长期护理'",
                'day_bed': "'未命中：不是日间或者床日病例'",
                'newborn': "'未命中：不是新生儿'",
                'leave': "'未命中：不能以长假请假解释'",
                'central_reimbursement': "'未命中：不是中心报销'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdict = 'clue' then
            {{ evidence_concat(
                evidence_list([
                    evidence_row(
                        "case subject_type when 'institution' then '核定床位' else '住院' end",
                        "case subject_type when 'institution' then 'medical_institution'"
                        ~ " else 'medical_visit' end",
                        'row_id', 'row_hash',
                        "case subject_type when 'institution' then '核定床位' || beds || '张'"
                        ~ " else finding_zh end"
                    )
                ]),
                evidence_concat('bill_rows', 'fact_rows')
            ) }}
        end as evidence
    from described
)

{{ rule_output('final') }}
