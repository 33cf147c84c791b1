-- MED-04 死亡后结算: care or drugs were settled on a person's card more than three days after the
-- day by which the person had died. The best date counts: a certificate, else a cremation, else a
-- cancelled registration; without a certificate two agencies must report the death.
-- Law: 医疗保障基金使用监督管理条例 15, 38, 41; 法发〔2024〕6号.
-- Grain: county of the settlements and person.
with vital as (
    select * from {{ ref('int_vital') }}
),

reports as (
    select * from {{ ref('int_death_report') }}
    where is_trusted
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where counts and service_on >= {{ param('MED-04', 'conduct_from', 'date') }}
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

stays as (
    select * from {{ ref('int_stay') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

dead as (
    select
        persons.adcode,
        persons.psn_no,
        persons.person_key,
        persons.sex,
        persons.born_on,
        persons.tier = 'T1'
        -- bills need not bear a name, and a name that nobody knows does not contradict
        and (
            persons.name_key is null
            or {{ names_compatible(
                'persons.name_key', 'persons.name_sep', 'vital.name_key', 'vital.name_sep'
            ) }}
        ) as is_sure,
        vital.died_by,
        {{ add_days('vital.died_by', param('MED-04', 'grace_days')) }} as let_pass_to,
        {{ add_days('vital.died_by', param('MED-04', 'stay_close_days')) }} as stay_closed_by
    from persons
    inner join vital on persons.person_key = vital.person_key
),

-- patients, and those from whose account others were paid for
bearers as (
    select
        *,
        psn_no as bearer_no,
        false as is_payer
    from settlements
    union all
    select
        *,
        payer_psn_no as bearer_no,
        true as is_payer
    from settlements
    where is_paid_by_other
),

served as (
    select
        bearers.*,
        dead.person_key as dead_key,
        dead.sex,
        dead.born_on,
        dead.is_sure,
        dead.let_pass_to,
        dead.died_by,
        dead.stay_closed_by
    from bearers
    inner join dead on bearers.adcode = dead.adcode and bearers.bearer_no = dead.psn_no
),

population as (
    select distinct
        adcode,
        dead_key as person_key
    from served
),

-- a bill of a stay during which the person died is closed, and its last fees entered, later
after_death as (
    select
        served.adcode,
        served.dead_key as person_key,
        served.setl_id,
        served.fixmedins_code,
        coalesce(institutions.name, served.fixmedins_code) as institution_name,
        coalesce(institutions.institution_key, 'medical:' || served.fixmedins_code)
            as institution_key,
        institutions.kind,
        institutions.township,
        served.sex,
        served.born_on,
        served.service_on,
        served.pool,
        served.account,
        served.row_id,
        served.row_hash,
        case when served.is_sure then 'T1' else 'T2' end as match_tier,
        case
            when served.is_manual then 'central_reimbursement'
            when
                coalesce(
                    stays.admitted_on,
                    case when served.med_class in ('IPT', 'MAT') then served.begndate end
                ) <= served.died_by
                and coalesce(stays.discharged_on, served.enddate, served.died_by)
                <= served.stay_closed_by
                then 'bill_of_last_stay'
            when served.is_payer then 'paid_for_another'
        end as guard
    from served
    left join stays on served.adcode = stays.adcode and served.mdtrt_id = stays.mdtrt_id
    left join institutions on served.fixmedins_code = institutions.fixmedins_code
    where served.service_on > served.let_pass_to
),

-- what one institution settled is what its agency may have acted on
unguarded as (
    select
        *,
        min(service_on) over (partition by adcode, person_key, fixmedins_code) as conduct_from,
        max(service_on) over (partition by adcode, person_key, fixmedins_code) as conduct_to
    from after_death
    where guard is null
),

acted as (
    {{ with_agency_action('unguarded', 'MED-04', other_parties={'person_key': 'party_key'}) }}
),

guarded as (
    select
        adcode,
        person_key,
        guard
    from after_death
    where guard is not null
    union all
    select
        adcode,
        person_key,
        'agency_acted' as guard
    from acted
    where acted_decision_no is not null
),

first_guards as (
    select
        adcode,
        person_key,
        {{ first_row({'guard': 'guard'}, [
            place_in('guard', [
                'central_reimbursement', 'bill_of_last_stay', 'paid_for_another', 'agency_acted'
            ])
        ]) }} as first_row
    from guarded
    group by adcode, person_key
),

hits as (
    select
        adcode,
        person_key,
        count(*) as settlements,
        min(service_on) as conduct_from,
        max(service_on) as conduct_to,
        max(match_tier) as match_tier,
        max(sex) as sex,
        max(born_on) as born_on,
        sum(pool) as pool,
        sum(account) as account,
        -- where they were, if all in one place
        case when min(institution_key) = max(institution_key) then min(institution_key) end
            as institution_key,
        case when min(institution_key) = max(institution_key) then min(kind) end as kind,
        case when min(institution_key) = max(institution_key) then min(township) end as township,
        {{ sorted_text('institution_name') }} as institutions_zh,
        {{ evidence_agg(
            evidence_row(
                "'死亡后结算'", "'medical_settlement'", 'row_id', 'row_hash',
                "institution_name || '，' || " ~ settlement_fact('acted')
            ),
            'service_on, setl_id'
        ) }} as evidence
    from acted
    where acted_decision_no is null
    group by adcode, person_key
),

deaths as (
    select
        reports.person_key,
        {{ ordered_text(
            "reports.date_kind || reports.died_by", '、', 'reports.died_by, reports.row_id'
        ) }} as deaths_zh,
        {{ evidence_agg(
            evidence_row(
                "'死亡信息'", "'death_record'", 'reports.row_id', 'reports.row_hash',
                mask_name('reports.name') ~ " || '，' || reports.date_kind || reports.died_by"
            ),
            'reports.died_by, reports.row_id'
        ) }} as evidence
    from reports
    inner join (select distinct person_key from hits) as wanted
        on reports.person_key = wanted.person_key
    group by reports.person_key
),

verdicts as (
    select
        population.adcode,
        population.person_key,
        vital.name,
        vital.died_by,
        first_guards.first_row.guard,
        case
            when hits.settlements is not null and vital.is_certain then 'clue'
            when hits.settlements is not null then 'inconclusive'
            when first_guards.first_row is not null then 'excluded'
            else 'clear'
        end as verdict
    from population
    inner join vital on population.person_key = vital.person_key
    left join hits
        on population.adcode = hits.adcode and population.person_key = hits.person_key
    left join first_guards
        on
            population.adcode = first_guards.adcode
            and population.person_key = first_guards.person_key
),

final as (
    select
        verdicts.adcode,
        'person' as subject_type,
        verdicts.person_key as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard end as guard,
        case when verdicts.verdict = 'inconclusive' then '死亡信息只有一个来源且不是死亡医学证明' end
            as note_zh,
        verdicts.person_key,
        hits.institution_key,
        hits.kind as institution_category,
        hits.township,
        'medicare' as supplier,
        hits.conduct_from,
        hits.conduct_to,
        hits.match_tier,
        null as push,
        null as severity,
        hits.settlements as hit_count,
        hits.pool + hits.account as amount_total,
        hits.pool as amount_pool,
        hits.account as amount_account,
        {{ person_label('verdicts.name', 'hits.sex', 'hits.born_on') }} as subject_label,
        {{ person_label('verdicts.name', 'hits.sex', 'hits.born_on') }} || '已死亡（'
        || deaths.deaths_zh || '），至迟在' || verdicts.died_by || '；此后超过'
        || {{ param('MED-04', 'grace_days') }} || '日，在' || hits.institutions_zh || '仍有'
        || hits.settlements || '笔医保结算（' || hits.conduct_from || '至' || hits.conduct_to
        || '），统筹基金' || {{ yuan('hits.pool') }} || '、个人账户' || {{ yuan('hits.account') }}
        || case
            when hits.match_tier = 'T2' then '。证件号码相同而姓名或者证件有不符，须先核对身份'
            else ''
        end
        || '。不是中心报销、死亡前入院的住院账单或者共济代付，疑似冒用死者凭证结算。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'central_reimbursement': "'未命中：联网结算'",
                'bill_of_last_stay': "'未命中：不是死亡前入院的住院账单'",
                'paid_for_another': "'未命中：就医购药人是死者本人'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat('deaths.evidence', 'hits.evidence') }}
        end as evidence
    from verdicts
    left join hits
        on
            verdicts.adcode = hits.adcode
            and verdicts.person_key = hits.person_key
            and verdicts.verdict = 'clue'
    left join deaths on hits.person_key = deaths.person_key
)

{{ rule_output('final') }}
