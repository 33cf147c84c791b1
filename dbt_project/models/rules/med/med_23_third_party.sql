-- MED-23 第三方责任重复享受: the pooled fund paid for a stay in hospital for an injury whose medical
-- costs a third party or the work-injury insurance bears, and did not get them back.
-- Law: 社会保险法 30; 条例 17, 41; 实施细则 (concealing a third party's payment) from 2026-04-01.
-- Grain: county, insured person, record of the injury.
with records as (
    select * from {{ ref('int_injury_record') }}
),

stays as (
    select * from {{ ref('int_injury_stay') }}
),

persons as (
    select * from {{ ref('int_medical_person') }}
    where id_key is not null
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where counts and mdtrt_id is not null
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

-- a person may have several person numbers
insured as (
    select
        persons.adcode,
        records.row_id,
        bool_or(
            persons.tier = 'T1'
            -- bills need not bear a name, and a name that nobody knows does not contradict
            and (
                persons.name_key is null
                or {{ names_compatible(
                    'persons.name_key', 'persons.name_sep', 'records.name_key', 'records.name_sep'
                ) }}
            )
        ) as is_surely_same
    from records
    inner join persons on records.person_key = persons.id_key
    group by persons.adcode, records.row_id
),

summed as (
    select
        adcode,
        record_row_id,
        count(*) as stays,
        sum(pool) as pool,
        min(admitted_on) as admitted_on,
        max(coalesce(discharged_on, admitted_on)) as discharged_on,
        {{ first_row({'code': 'fixmedins_code'}, ['admitted_on', 'mdtrt_id']) }} as first_stay
    from stays
    group by adcode, record_row_id
),

measured as (
    select
        records.*,
        insured.adcode,
        insured.is_surely_same,
        coalesce(summed.stays, 0) as stays,
        summed.pool,
        -- of an unknown compensation as much as the fund paid
        least(records.compensation, summed.pool) as double_paid,
        least(records.compensation, summed.pool - records.refunded) as amount,
        coalesce(summed.admitted_on, records.occurred_on_max) as conduct_from,
        coalesce(summed.discharged_on, records.occurred_on_max) as conduct_to,
        summed.first_stay.code as fixmedins_code
    from insured
    inner join records on insured.row_id = records.row_id
    left join summed
        on insured.adcode = summed.adcode and insured.row_id = summed.record_row_id
),

acted as (
    {{ with_agency_action('measured', 'MED-23', party='person_key', action_party='party_key') }}
),

judged as (
    select
        *,
        case
            when has_no_party then 'no_third_party'
            when has_unknown_party then 'advance_payment'
            when double_paid <= 0 then 'no_compensation'
            when double_paid <= refunded then 'refunded'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when stays = 0 then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

stay_facts as (
    select
        stays.adcode,
        stays.record_row_id,
        {{ ordered_text(
            "stays.admitted_on || '至' || coalesce(cast(stays.discharged_on as varchar), '今')"
            ~ " || '在' || coalesce(institutions.name, stays.fixmedins_code) || '因伤住院'",
            '；', 'stays.admitted_on, stays.mdtrt_id'
        ) }} as stays_zh,
        {{ evidence_agg(
            evidence_row(
                "'因伤住院'", "'medical_visit'", 'stays.row_id', 'stays.row_hash',
                "'就诊' || stays.mdtrt_id || '，' || stays.admitted_on || '入院，诊断' || stays.icd3"
            ),
            'stays.row_id'
        ) }} as evidence
    from stays
    inner join verdicts
        on stays.adcode = verdicts.adcode and stays.record_row_id = verdicts.row_id
    left join institutions on stays.fixmedins_code = institutions.fixmedins_code
    where verdicts.verdict = 'clue'
    group by stays.adcode, stays.record_row_id
),

paid as (
    select
        stays.adcode,
        stays.record_row_id,
        {{ evidence_agg(
            evidence_row(
                "'医保结算'", "'medical_settlement'", 'settlements.row_id',
                'settlements.row_hash', settlement_fact('settlements')
            ),
            'settlements.row_id'
        ) }} as evidence
    from stays
    inner join verdicts
        on stays.adcode = verdicts.adcode and stays.record_row_id = verdicts.row_id
    inner join settlements
        on stays.adcode = settlements.adcode and stays.mdtrt_id = settlements.mdtrt_id
    where verdicts.verdict = 'clue'
    group by stays.adcode, stays.record_row_id
),

described as (
    select
        verdicts.*,
        coalesce(institutions.institution_key, 'medical:' || verdicts.fixmedins_code)
            as institution_key,
        institutions.kind as institution_kind,
        institutions.township,
        {{ person_label('verdicts.name', 'verdicts.sex', 'verdicts.born_on') }} as label,
        verdicts.occurred_on_max || '发生' || verdicts.kind || '，医疗费赔偿'
        || coalesce({{ yuan('verdicts.compensation') }}, '金额未载明') || '，已退回基金'
        || {{ yuan('verdicts.refunded') }} as record_zh,
        stay_facts.stays_zh,
        stay_facts.evidence as stay_rows,
        paid.evidence as paid_rows
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join stay_facts
        on verdicts.adcode = stay_facts.adcode and verdicts.row_id = stay_facts.record_row_id
    left join paid
        on verdicts.adcode = paid.adcode and verdicts.row_id = paid.record_row_id
),

final as (
    select
        adcode,
        'person' as subject_type,
        person_key || '|' || record_no as subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        null as note_zh,
        person_key,
        institution_key,
        institution_kind as institution_category,
        township,
        'medicare' as supplier,
        conduct_from,
        conduct_to,
        case when is_surely_same then 'T1' else 'T2' end as match_tier,
        null as push,
        null as severity,
        stays as hit_count,
        case when verdict = 'clue' then amount end as amount_total,
        case when verdict = 'clue' then amount end as amount_pool,
        case when verdict = 'clue' then 0 end as amount_account,
        label as subject_label,
        label || '：' || record_zh || '（' || record_no || '）；' || stays_zh || '，统筹基金支付'
        || {{ yuan('pool') }} || '，其中' || {{ yuan('amount') }}
        || '应由第三方或者工伤保险负担而未退回。责任方存在，赔偿不为零，也没有主管部门处理的记录。'
            as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'no_third_party': "'未命中：有应当负担的第三方或者属于工伤'",
                'advance_payment': "'未命中：不是第三人无法确定的先行支付'",
                'no_compensation': "'未命中：赔偿不为零'",
                'refunded': "'未命中：没有全部退回基金'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdict = 'clue' then
            {{ evidence_concat(
                evidence_list([
                    evidence_row(
                        "'第三方责任'", "'injury_liability'", 'row_id', 'row_hash', 'record_zh'
                    )
                ]),
                evidence_concat('stay_rows', 'paid_rows')
            ) }}
        end as evidence
    from described
)

{{ rule_output('final') }}
