-- MED-06 重叠住院: one person was in hospital twice in the same night. A stay lasts from the day of
-- admission to the day before discharge, so that a transfer on the same day shares none.
-- Law: 医疗保障基金使用监督管理条例 15, 20, 38, 40(1).
-- Grain: county of the later admission, two visits of one person that touch.
with visits as (
    select
        *,
        row_number() over (
            partition by person_key, mdtrt_id
            order by is_void asc, settlements desc nulls last, adcode asc
        ) as delivery_place
    from {{ ref('int_stay') }}
    where coalesce(discharged_on, {{ as_of() }}) > {{ window_from('MED-06') }}
),

-- one visit that two counties delivered is one
stays as (
    select
        *,
        pool + account as fund
    from visits
    where delivery_place = 1
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where counts
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

-- a stay whose end is not known may have ended on any day
pairs as (
    select
        later.adcode,
        least(earlier.mdtrt_id, later.mdtrt_id) || '|' || greatest(earlier.mdtrt_id, later.mdtrt_id)
            as subject_key,
        later.person_key,
        later.psn_no,
        greatest(earlier.tier, later.tier) as tier,
        earlier.adcode as earlier_adcode,
        earlier.mdtrt_id as earlier_id,
        earlier.fixmedins_code as earlier_code,
        later.mdtrt_id as later_id,
        later.fixmedins_code as later_code,
        later.is_transfer,
        earlier.is_newborn or later.is_newborn as has_newborn,
        earlier.is_void or later.is_void as has_void,
        later.admitted_on as conduct_from,
        {{ add_days('least(earlier.discharged_on, later.discharged_on)', '-1') }} as conduct_to,
        case
            when earlier.discharged_on is not null and later.discharged_on is not null
                then {{ days_between(
                    'later.admitted_on', 'least(earlier.discharged_on, later.discharged_on)'
                ) }}
        end as nights,
        case
            when earlier.fund is null or later.fund is null then null
            when earlier.fund < later.fund then earlier.pool
            else later.pool
        end as pool,
        case
            when earlier.fund is null or later.fund is null then null
            when earlier.fund < later.fund then earlier.account
            else later.account
        end as account
    from stays as earlier
    inner join stays as later
        on
            earlier.person_key = later.person_key
            and coalesce(earlier.discharged_on, {{ as_of() }}) >= later.admitted_on
            and earlier.mdtrt_id <> later.mdtrt_id
    where
        earlier.admitted_at < later.admitted_at
        or (earlier.admitted_at = later.admitted_at and earlier.mdtrt_id < later.mdtrt_id)
),

acted as (
    {{ with_agency_action('pairs', 'MED-06', party='earlier_code', other_parties={
        'later_code': 'party_code', 'person_key': 'party_key'
    }) }}
),

judged as (
    select
        *,
        case
            when is_transfer and nights <= {{ param('MED-06', 'transfer_nights') }} then 'transfer'
            when has_newborn then 'newborn'
            when has_void then 'void_visit'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when nights is null then 'inconclusive'
            when nights < {{ param('MED-06', 'nights_min') }} then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

sides as (
    select
        adcode as clue_adcode,
        subject_key,
        earlier_adcode as adcode,
        earlier_id as mdtrt_id
    from verdicts
    where verdict = 'clue'
    union all
    select
        adcode as clue_adcode,
        subject_key,
        adcode,
        later_id as mdtrt_id
    from verdicts
    where verdict = 'clue'
),

clue_stays as (
    select
        sides.clue_adcode,
        sides.subject_key,
        {{ ordered_text(
            "coalesce(institutions.name, stays.fixmedins_code) || '（' || stays.admitted_on || '入院，'
            || stays.discharged_on || '出院）'",
            '、', 'stays.admitted_at, stays.mdtrt_id'
        ) }} as stays_zh,
        {{ evidence_agg(
            evidence_row(
                "'住院'", "'medical_visit'", 'stays.row_id', 'stays.row_hash',
                stay_fact('stays', 'coalesce(institutions.name, stays.fixmedins_code)')
            ),
            'stays.admitted_at, stays.mdtrt_id'
        ) }} as evidence
    from sides
    inner join stays on sides.adcode = stays.adcode and sides.mdtrt_id = stays.mdtrt_id
    left join institutions on stays.fixmedins_code = institutions.fixmedins_code
    group by sides.clue_adcode, sides.subject_key
),

clue_bills as (
    select
        sides.clue_adcode,
        sides.subject_key,
        {{ evidence_agg(
            evidence_row(
                "'住院结算'", "'medical_settlement'", 'settlements.row_id', 'settlements.row_hash',
                settlement_fact('settlements')
            ),
            'settlements.service_on, settlements.setl_id'
        ) }} as evidence
    from sides
    inner join settlements
        on sides.adcode = settlements.adcode and sides.mdtrt_id = settlements.mdtrt_id
    group by sides.clue_adcode, sides.subject_key
),

final as (
    select
        verdicts.adcode,
        'settlement_group' as subject_type,
        verdicts.subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        case when verdicts.verdict = 'inconclusive' then '尚未出院或者出院时间不详' end as note_zh,
        verdicts.person_key,
        coalesce(institutions.institution_key, 'medical:' || verdicts.later_code)
            as institution_key,
        institutions.kind as institution_category,
        institutions.township,
        'medicare' as supplier,
        case when verdicts.verdict = 'clue' then verdicts.conduct_from end as conduct_from,
        case when verdicts.verdict = 'clue' then verdicts.conduct_to end as conduct_to,
        case when verdicts.verdict = 'clue' then verdicts.tier end as match_tier,
        null as push,
        null as severity,
        case when verdicts.verdict = 'clue' then verdicts.nights end as hit_count,
        case when verdicts.verdict = 'clue' then verdicts.pool + verdicts.account end
            as amount_total,
        case when verdicts.verdict = 'clue' then verdicts.pool end as amount_pool,
        case when verdicts.verdict = 'clue' then verdicts.account end as amount_account,
        {{ person_label('persons.name', 'persons.sex', 'persons.born_on') }} as subject_label,
        {{ person_label('persons.name', 'persons.sex', 'persons.born_on') }} || '同时有两次住院：'
        || clue_stays.stays_zh || '，重叠' || verdicts.nights || '夜。'
        || coalesce(
            '其中费用较少的一次医保支付' || {{ yuan('verdicts.pool + verdicts.account') }}
            || '（统筹基金' || {{ yuan('verdicts.pool') }} || '，个人账户'
            || {{ yuan('verdicts.account') }} || '）。',
            '其中一次尚无结算，涉及金额待核。'
        )
        || '不是转院、记在母亲名下的新生儿或者已作废的就诊，疑似虚假住院、挂床或者冒用凭证。'
            as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'transfer': "'未命中：不是转院当日'",
                'newborn': "'未命中：不是新生儿'",
                'void_visit': "'未命中：两次就诊均有效'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat('clue_stays.evidence', 'clue_bills.evidence') }}
        end as evidence
    from verdicts
    left join institutions on verdicts.later_code = institutions.fixmedins_code
    left join persons on verdicts.adcode = persons.adcode and verdicts.psn_no = persons.psn_no
    left join clue_stays
        on
            verdicts.adcode = clue_stays.clue_adcode
            and verdicts.subject_key = clue_stays.subject_key
    left join clue_bills
        on
            verdicts.adcode = clue_bills.clue_adcode
            and verdicts.subject_key = clue_bills.subject_key
)

{{ rule_output('final') }}
