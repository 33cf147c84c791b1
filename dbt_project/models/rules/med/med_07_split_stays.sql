-- MED-07 分解住院: a hospital discharges a patient and takes them in again for the same kind of
-- illness within days, so that one stay is billed as two. Only stays that follow one another are
-- compared. Left out: treatment that comes in cycles or stages, day cases, bills in between of one
-- long stay (床日, and at the turn of the year), and where all bills of one were taken back.
-- Law: 医疗保障基金使用监督管理条例 15, 38.
-- Amount: the second stay's, an upper bound; null without a settlement.
-- Grain: county of the later stay, two stays of one person in a row at one institution.
with settlements as (
    select * from {{ ref('int_settlement') }}
    where mdtrt_id is not null
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

treatments as (
    select * from {{ ref('int_cyclic_treatment') }}
),

-- a newborn's stay on the mother's number is not hers; antenatal visits are none
visits as (
    select
        *,
        row_number() over (
            partition by person_key, mdtrt_id order by settlements desc nulls last, adcode asc
        ) as delivery_place
    from {{ ref('int_stay') }}
    where
        not is_void
        and not is_newborn
        and (med_class = 'IPT' or nights > 0)
        and admitted_on <= {{ as_of() }}
),

taken_back as (
    select distinct
        adcode,
        mdtrt_id
    from settlements
    where net_status = 'FULLY_REFUNDED'
),

-- one visit that two counties delivered is one
stays as (
    select
        visits.*,
        ';' || coalesce(visits.stay_classes, '') || ';' || coalesce(treatments.stay_classes, '')
        || ';' as classes,
        visits.settlements = 0 and taken_back.mdtrt_id is not null as is_taken_back,
        row_number() over (
            partition by visits.person_key
            order by visits.admitted_at asc nulls last, visits.mdtrt_id asc
        ) as number
    from visits
    left join treatments
        on visits.adcode = treatments.adcode and visits.mdtrt_id = treatments.mdtrt_id
    left join taken_back
        on visits.adcode = taken_back.adcode and visits.mdtrt_id = taken_back.mdtrt_id
    where visits.delivery_place = 1
),

pairs as (
    select
        later.*,
        earlier.admitted_on as earlier_admitted_on,
        earlier.discharged_on as earlier_discharged_on,
        earlier.diag_code as earlier_diag_code,
        earlier.row_id as earlier_row_id,
        earlier.row_hash as earlier_row_hash,
        least(earlier.mdtrt_id, later.mdtrt_id) || '|' || greatest(earlier.mdtrt_id, later.mdtrt_id)
            as subject_key,
        greatest(earlier.tier, later.tier) as pair_tier,
        earlier.icd3 = later.icd3 as is_same_illness,
        {{ days_between('earlier.discharged_on', 'later.admitted_on') }} as days_apart,
        earlier.classes || later.classes as pair_classes,
        earlier.is_day_case or later.is_day_case as has_day_case,
        year(earlier.discharged_on) < year(later.admitted_on) as is_over_new_year,
        earlier.is_taken_back or later.is_taken_back as has_one_taken_back,
        later.admitted_on as conduct_from,
        -- while the second stay lasts, or has no end, coming back is what is known of it
        least(coalesce(later.discharged_on, later.admitted_on), {{ as_of() }}) as conduct_to
    from stays as later
    inner join stays as earlier
        on
            later.person_key = earlier.person_key
            and later.number = earlier.number + 1
            and later.fixmedins_code = earlier.fixmedins_code
    where coalesce(later.discharged_on, later.admitted_on) >= {{ window_from('MED-07') }}
),

acted as (
    {{ with_agency_action('pairs', 'MED-07', other_parties={'person_key': 'party_key'}) }}
),

judged as (
    select
        *,
        case
            when contains(pair_classes, ';chemotherapy;') then 'chemotherapy'
            when contains(pair_classes, ';radiotherapy;') then 'radiotherapy'
            when contains(pair_classes, ';dialysis;') then 'dialysis'
            when contains(pair_classes, ';rehabilitation;') then 'rehabilitation'
            when contains(pair_classes, ';staged_surgery;') then 'staged_surgery'
            when contains(pair_classes, ';planned_care;') then 'planned_care'
            when has_day_case then 'day_case'
            when
                contains(pair_classes, ';per_diem;')
                or (is_over_new_year and days_apart = 1)
                then 'interim_bill'
            when has_one_taken_back then 'refund'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when not is_same_illness then 'clear'
            when
                days_apart < {{ param('MED-07', 'gap_days_min') }}
                or days_apart > {{ param('MED-07', 'gap_days_max') }}
                then 'clear'
            when days_apart is null or is_same_illness is null then 'inconclusive'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

clue_bills as (
    select
        verdicts.adcode,
        verdicts.subject_key,
        {{ evidence_agg(
            evidence_row(
                "'再次住院结算'", "'medical_settlement'", 'settlements.row_id',
                'settlements.row_hash', settlement_fact('settlements')
            ),
            'settlements.service_on, settlements.setl_id'
        ) }} as evidence
    from verdicts
    inner join settlements
        on verdicts.adcode = settlements.adcode and verdicts.mdtrt_id = settlements.mdtrt_id
    where verdicts.verdict = 'clue' and settlements.counts
    group by verdicts.adcode, verdicts.subject_key
),

described as (
    select
        verdicts.*,
        institutions.kind as institution_kind,
        institutions.township,
        coalesce(institutions.institution_key, 'medical:' || verdicts.fixmedins_code)
            as institution_key,
        coalesce(institutions.name, verdicts.fixmedins_code) as hospital,
        {{ person_label('persons.name', 'persons.sex', 'persons.born_on') }} as label,
        clue_bills.evidence as bill_rows,
        {{ evidence_list([
            evidence_row(
                "'前次住院'", "'medical_visit'", 'verdicts.earlier_row_id',
                'verdicts.earlier_row_hash',
                "verdicts.earlier_admitted_on || '入院，' || verdicts.earlier_discharged_on"
                ~ " || '出院，主诊断' || verdicts.earlier_diag_code"
            ),
            evidence_row(
                "'再次住院'", "'medical_visit'", 'verdicts.row_id', 'verdicts.row_hash',
                "verdicts.admitted_on || '入院，'"
                ~ " || coalesce(verdicts.discharged_on || '出院', '尚未出院或者出院时间不详')"
                ~ " || '，主诊断' || verdicts.diag_code"
            ),
        ]) }} as stay_rows
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join persons on verdicts.adcode = persons.adcode and verdicts.psn_no = persons.psn_no
    left join clue_bills
        on
            verdicts.adcode = clue_bills.adcode
            and verdicts.subject_key = clue_bills.subject_key
),

final as (
    select
        adcode,
        'settlement_group' as subject_type,
        subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        case
            when verdict = 'inconclusive' and days_apart is null then '前次住院的出院时间不详'
            when verdict = 'inconclusive' then '主诊断不详'
        end as note_zh,
        person_key,
        institution_key,
        institution_kind as institution_category,
        township,
        'medicare' as supplier,
        case when verdict = 'clue' then conduct_from end as conduct_from,
        case when verdict = 'clue' then conduct_to end as conduct_to,
        case when verdict = 'clue' then pair_tier end as match_tier,
        null as push,
        null as severity,
        case when verdict = 'clue' then 1 end as hit_count,
        case when verdict = 'clue' then pool + account end as amount_total,
        case when verdict = 'clue' then pool end as amount_pool,
        case when verdict = 'clue' then account end as amount_account,
        label as subject_label,
        label || '因同类疾病（' || icd3 || '）在' || hospital || '连续住院两次：'
        || earlier_admitted_on || '至' || earlier_discharged_on || '住院，出院后' || days_apart
        || '日（' || admitted_on || '）再次入院，'
        || coalesce(discharged_on || '出院', '尚未出院或者出院时间不详') || '。再次住院'
        || coalesce(
            '的医保支付' || {{ yuan('pool + account') }} || '（统筹基金' || {{ yuan('pool') }}
            || '，个人账户' || {{ yuan('account') }} || '）为可能损失的上限。',
            '尚无结算，涉及金额待核。'
        )
        || '不是放化疗、透析、康复、分期手术等须分次住院的治疗，疑似将一次住院分解结算；'
        || '是否因病情需要再次住院，须由医学专业人员认定。' as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'chemotherapy': "'未命中：不是化疗'",
                'radiotherapy': "'未命中：不是放疗'",
                'dialysis': "'未命中：不是透析'",
                'rehabilitation': "'未命中：不是康复治疗'",
                'staged_surgery': "'未命中：不是分期手术'",
                'planned_care': "'未命中：主诊断不是Z51'",
                'day_case': "'未命中：不是日间病例'",
                'interim_bill': "'未命中：不是床日或者跨年的中途结算'",
                'refund': "'未命中：两次住院的费用都没有全部退回'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdict = 'clue' then
            {{ evidence_concat('stay_rows', 'bill_rows') }}
        end as evidence
    from described
)

{{ rule_output('final') }}
