-- MED-05 住院期间购药: while a person was surely in hospital, between the day after admission and
-- the day before discharge, drugs or outpatient care were settled on the same card elsewhere: three
-- times in one stay, or at one pharmacy for five in-patients. A relative may buy for a patient, so
-- one purchase says nothing.
-- Law: 医疗保障基金使用监督管理条例 15, 17, 41.
-- Grain: county and subject, which is a person's stay or a pharmacy.
with settled_in_stays as (
    select * from {{ ref('int_settled_in_stay') }}
),

stays as (
    select * from {{ ref('int_stay') }}
    where not is_void and not is_newborn
),

pharmacies as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy and settlements > 0
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

-- each settlement counts for the stay in which it lies and, where it is sure whose it is, for the
-- pharmacy that made it
counted_for as (
    select
        *,
        stay_adcode as subject_adcode,
        person_key || '|' || mdtrt_id as subject_key,
        setl_id as counted
    from settled_in_stays
    union all
    select
        settled_in_stays.*,
        settled_in_stays.adcode as subject_adcode,
        settled_in_stays.fixmedins_code as subject_key,
        settled_in_stays.person_key as counted
    from settled_in_stays
    inner join pharmacies
        on
            settled_in_stays.adcode = pharmacies.adcode
            and settled_in_stays.fixmedins_code = pharmacies.fixmedins_code
    where coalesce(settled_in_stays.tier, 'T1') = 'T1'
),

unguarded as (
    select
        *,
        min(service_on) over (partition by subject_adcode, subject_key) as conduct_from,
        max(service_on) over (partition by subject_adcode, subject_key) as conduct_to
    from counted_for
    where guard is null
),

acted as (
    {{ with_agency_action('unguarded', 'MED-05', other_parties={
        'hospital_code': 'party_code', 'person_key': 'party_key'
    }) }}
),

candidates as (
    select
        subject_adcode,
        subject_key,
        counted,
        guard
    from counted_for
    where guard is not null
    union all
    select
        subject_adcode,
        subject_key,
        counted,
        case when acted_decision_no is not null then 'agency_acted' end as guard
    from acted
),

counts as (
    select
        subject_adcode,
        subject_key,
        count(distinct case when guard is null then counted end) as hits,
        count(distinct counted) as candidates,
        {{ first_row({'guard': 'guard'}, [
            place_in('guard', [
                'paid_by_other', 'outside_prescription', 'central_reimbursement', 'day_case',
                'agency_acted'
            ])
        ]) }} filter (where guard is not null) as first_row
    from candidates
    group by subject_adcode, subject_key
),

subjects as (
    select
        adcode,
        'person' as subject_type,
        person_key || '|' || mdtrt_id as subject_key,
        person_key,
        psn_no,
        fixmedins_code,
        discharged_on is null as is_open,
        {{ param('MED-05', 'settlements_min') }} as needed
    from stays
    where coalesce(discharged_on, {{ as_of() }}) >= {{ window_from('MED-05') }}
    union all
    select
        adcode,
        'institution' as subject_type,
        fixmedins_code as subject_key,
        null as person_key,
        null as psn_no,
        fixmedins_code,
        false as is_open,
        {{ param('MED-05', 'inpatients_min') }} as needed
    from pharmacies
),

verdicts as (
    select
        subjects.*,
        counts.hits,
        case
            when counts.hits >= subjects.needed then 'clue'
            when subjects.is_open then 'inconclusive'
            when counts.candidates >= subjects.needed then 'excluded'
            else 'clear'
        end as verdict,
        counts.first_row.guard as first_guard
    from subjects
    left join counts
        on
            subjects.adcode = counts.subject_adcode
            and subjects.subject_key = counts.subject_key
),

clue_rows as (
    select acted.*
    from acted
    inner join verdicts
        on
            acted.subject_adcode = verdicts.adcode
            and acted.subject_key = verdicts.subject_key
            and verdicts.verdict = 'clue'
    where acted.acted_decision_no is null
),

-- a settlement may lie in two stays that overlap
bought as (
    select distinct
        subject_adcode,
        subject_key,
        setl_id,
        fixmedins_code,
        service_on,
        pool,
        account,
        tier,
        row_id,
        row_hash
    from clue_rows
),

purchases as (
    select
        bought.subject_adcode,
        bought.subject_key,
        count(*) as settlements,
        min(bought.service_on) as conduct_from,
        max(bought.service_on) as conduct_to,
        max(bought.tier) as match_tier,
        sum(bought.pool) as pool,
        sum(bought.account) as account,
        {{ evidence_agg(
            evidence_row(
                "'住院期间结算'", "'medical_settlement'", 'bought.row_id', 'bought.row_hash',
                "coalesce(institutions.name, bought.fixmedins_code) || '，' || "
                ~ settlement_fact('bought')
            ),
            'bought.service_on, bought.setl_id'
        ) }} as evidence
    from bought
    left join institutions on bought.fixmedins_code = institutions.fixmedins_code
    group by bought.subject_adcode, bought.subject_key
),

clue_stays as (
    select distinct
        subject_adcode,
        subject_key,
        hospital_code,
        admitted_on,
        discharged_on,
        stay_row_id,
        stay_row_hash
    from clue_rows
),

hospital_stays as (
    select
        clue_stays.subject_adcode,
        clue_stays.subject_key,
        {{ sorted_text('coalesce(institutions.name, clue_stays.hospital_code)') }} as hospitals_zh,
        min(clue_stays.admitted_on) as admitted_on,
        max(clue_stays.discharged_on) as discharged_on,
        {{ evidence_agg(
            evidence_row(
                "'住院'", "'medical_visit'", 'clue_stays.stay_row_id', 'clue_stays.stay_row_hash',
                stay_fact('clue_stays', 'coalesce(institutions.name, clue_stays.hospital_code)')
            ),
            'clue_stays.admitted_on, clue_stays.stay_row_id'
        ) }} as evidence
    from clue_stays
    left join institutions on clue_stays.hospital_code = institutions.fixmedins_code
    group by clue_stays.subject_adcode, clue_stays.subject_key
),

final as (
    select
        verdicts.adcode,
        verdicts.subject_type,
        verdicts.subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.first_guard end as guard,
        case when verdicts.verdict = 'inconclusive' then '尚未出院或者出院时间不详' end as note_zh,
        verdicts.person_key,
        coalesce(institutions.institution_key, 'medical:' || verdicts.fixmedins_code)
            as institution_key,
        institutions.kind as institution_category,
        institutions.township,
        'medicare' as supplier,
        purchases.conduct_from,
        purchases.conduct_to,
        case when verdicts.subject_type = 'person' then purchases.match_tier end as match_tier,
        null as push,
        null as severity,
        case when verdicts.verdict = 'clue' then verdicts.hits end as hit_count,
        purchases.pool + purchases.account as amount_total,
        purchases.pool as amount_pool,
        purchases.account as amount_account,
        case verdicts.subject_type
            when 'person' then {{ person_label('persons.name', 'persons.sex', 'persons.born_on') }}
            else coalesce(institutions.name, verdicts.fixmedins_code)
        end as subject_label,
        case verdicts.subject_type
            when 'person'
                then
                    {{ person_label('persons.name', 'persons.sex', 'persons.born_on') }}
                    || hospital_stays.admitted_on || '至' || hospital_stays.discharged_on || '在'
                    || hospital_stays.hospitals_zh || '住院，其间在其他机构有' || purchases.settlements
                    || '笔门诊、慢特病或者药店结算'
            else
                coalesce(institutions.name, verdicts.fixmedins_code) || '近'
                || {{ param('MED-05', 'window_months') }} || '个月为' || verdicts.hits
                || '名住院患者结算' || purchases.settlements || '笔，患者当时在'
                || hospital_stays.hospitals_zh || '住院'
        end
        || '（' || purchases.conduct_from || '至' || purchases.conduct_to || '），统筹基金'
        || {{ yuan('purchases.pool') }} || '、个人账户' || {{ yuan('purchases.account') }}
        || '。入院和出院当日、共济代付、外购处方、中心报销、日间病例均不计入；亲属持双方证件代购合法，须核实。'
        || '疑似挂床住院或者冒用、出借凭证。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'paid_by_other': "'未命中：由本人账户支付'",
                'outside_prescription': "'未命中：没有外购处方标志'",
                'central_reimbursement': "'未命中：联网结算'",
                'day_case': "'未命中：不是日间病例'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat('hospital_stays.evidence', 'purchases.evidence') }}
        end as evidence
    from verdicts
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join persons on verdicts.adcode = persons.adcode and verdicts.psn_no = persons.psn_no
    left join purchases
        on
            verdicts.adcode = purchases.subject_adcode
            and verdicts.subject_key = purchases.subject_key
    left join hospital_stays
        on
            verdicts.adcode = hospital_stays.subject_adcode
            and verdicts.subject_key = hospital_stays.subject_key
)

{{ rule_output('final') }}
