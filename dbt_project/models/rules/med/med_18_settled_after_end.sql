-- MED-18 停协后结算: an institution settled while its agreement was suspended, ended or run out, or
-- after its registration was cancelled (int_lapse). Stays that began before, refunds and manual
-- reimbursement of earlier services are lawful; so is emergency care (实施细则).
-- Law: 条例 13, 36(2), 38; 令2号 43(4), 令3号 31; 实施细则 from 2026-04-01.
-- An institution may have several codes, each with an agreement of its own; it is judged as one.
-- Grain: county, institution that was ever designated.
with institutions as (
    select * from {{ ref('int_medical_institution') }}
),

lapses as (
    select
        lapses.*,
        institutions.institution_key
    from {{ ref('int_lapse') }} as lapses
    inner join institutions on lapses.fixmedins_code = institutions.fixmedins_code
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where
        net_status <> 'VOID'
        and coalesce(setl_type <> '3', true)
        and service_on between {{ param('MED-18', 'conduct_from', 'date') }} and {{ as_of() }}
),

stays as (
    select * from {{ ref('int_stay') }}
),

candidates as (
    select
        settlements.*,
        lapses.institution_key,
        lapses.lapsed_from,
        coalesce(
            coalesce(
                stays.admitted_on,
                case when settlements.med_class in ('IPT', 'MAT') then settlements.begndate end
            ) < lapses.lapsed_from,
            false
        ) as is_stay_before,
        settlements.is_manual
        and coalesce(settlements.begndate, settlements.service_on) < lapses.lapsed_from
            as is_manual_before
    from lapses
    inner join settlements
        on
            lapses.fixmedins_code = settlements.fixmedins_code
            and lapses.lapsed_from <= settlements.service_on
            and settlements.service_on < lapses.lapsed_until
    left join stays
        on settlements.adcode = stays.adcode and settlements.mdtrt_id = stays.mdtrt_id
),

hits as (
    select * from candidates
    where counts and not (is_stay_before or is_manual_before or is_emergency)
),

-- an institution of one county may settle in another's feed
population as (
    select
        adcode,
        institution_key
    from institutions
    union
    select
        adcode,
        institution_key
    from candidates
),

counted as (
    select
        population.adcode,
        population.institution_key,
        count(candidates.setl_id) as found,
        count(case when not is_stay_before then candidates.setl_id end) as but_stays,
        count(case when not is_stay_before and counts then candidates.setl_id end) as but_refunds,
        count(
            case
                when not is_stay_before and counts and not is_manual_before
                    then candidates.setl_id
            end
        ) as but_manual
    from population
    left join candidates
        on
            population.adcode = candidates.adcode
            and population.institution_key = candidates.institution_key
    group by population.adcode, population.institution_key
),

summed as (
    select
        adcode,
        institution_key,
        count(*) as settlements,
        sum(pool) as pool,
        sum(account) as account,
        min(service_on) as conduct_from,
        max(service_on) as conduct_to
    from hits
    group by adcode, institution_key
),

conducts as (
    select
        counted.*,
        summed.settlements,
        summed.pool,
        summed.account,
        coalesce(summed.conduct_from, {{ as_of() }}) as conduct_from,
        coalesce(summed.conduct_to, {{ as_of() }}) as conduct_to
    from counted
    left join summed
        on counted.adcode = summed.adcode and counted.institution_key = summed.institution_key
),

-- an agency acts against the institution under any of its codes
parties as (
    select
        conducts.adcode,
        conducts.institution_key,
        conducts.conduct_from,
        conducts.conduct_to,
        institutions.fixmedins_code
    from conducts
    inner join institutions on conducts.institution_key = institutions.institution_key
),

acted_parties as (
    {{ with_agency_action('parties', 'MED-18') }}
),

acted as (
    select distinct
        adcode,
        institution_key
    from acted_parties
    where acted_decision_no is not null
),

judged as (
    select
        conducts.*,
        case
            when but_stays = 0 then 'stay_before'
            when but_refunds = 0 then 'refund'
            when but_manual = 0 then 'manual_before'
            when settlements is null then 'emergency'
            when acted.institution_key is not null then 'agency_acted'
        end as guard_hit
    from conducts
    left join acted
        on
            conducts.adcode = acted.adcode
            and conducts.institution_key = acted.institution_key
),

verdicts as (
    select
        *,
        case
            when found = 0 then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

settlement_rows as (
    select
        hits.adcode,
        hits.institution_key,
        {{ evidence_agg(
            evidence_row(
                "'医保结算'", "'medical_settlement'", 'hits.row_id', 'hits.row_hash',
                settlement_fact('hits')
            ),
            'hits.row_id'
        ) }} as evidence
    from hits
    inner join verdicts
        on hits.adcode = verdicts.adcode and hits.institution_key = verdicts.institution_key
    where verdicts.verdict = 'clue'
    group by hits.adcode, hits.institution_key
),

-- the periods in which there was a hit
hit_lapses as (
    select distinct
        adcode,
        institution_key,
        fixmedins_code,
        lapsed_from
    from hits
),

-- a cause that several codes share is told once
told as (
    select
        hit_lapses.adcode,
        hit_lapses.institution_key,
        lapses.causes_zh,
        min(lapses.lapsed_from) as lapsed_from,
        {{ evidence_flatten('lapses.evidence', 'lapses.lapsed_from, lapses.fixmedins_code') }}
            as evidence
    from hit_lapses
    inner join lapses
        on
            hit_lapses.fixmedins_code = lapses.fixmedins_code
            and hit_lapses.lapsed_from = lapses.lapsed_from
    group by hit_lapses.adcode, hit_lapses.institution_key, lapses.causes_zh
),

lapse_rows as (
    select
        adcode,
        institution_key,
        {{ ordered_text('causes_zh', '，', 'lapsed_from, causes_zh') }} as causes_zh,
        {{ evidence_flatten('evidence', 'lapsed_from, causes_zh') }} as evidence
    from told
    group by adcode, institution_key
),

-- the first code stands for the institution, as in dim_institution
named as (
    select
        institution_key,
        {{ first_row(
            {'name': 'name', 'kind': 'kind', 'township': 'township'}, ['fixmedins_code']
        ) }} as institution
    from institutions
    group by institution_key
),

final as (
    select
        verdicts.adcode,
        'institution' as subject_type,
        verdicts.institution_key as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        null as note_zh,
        null as person_key,
        verdicts.institution_key,
        named.institution.kind as institution_category,
        named.institution.township,
        'medicare' as supplier,
        verdicts.conduct_from,
        verdicts.conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        verdicts.settlements as hit_count,
        verdicts.pool + verdicts.account as amount_total,
        verdicts.pool as amount_pool,
        verdicts.account as amount_account,
        named.institution.name as subject_label,
        named.institution.name || lapse_rows.causes_zh || '，此后在' || verdicts.conduct_from || '至'
        || verdicts.conduct_to || '仍有' || verdicts.settlements || '笔医保结算，涉及医保支付'
        || {{ yuan('verdicts.pool + verdicts.account') }} || '（统筹基金'
        || {{ yuan('verdicts.pool') }} || '，个人账户' || {{ yuan('verdicts.account') }}
        || '）。此前入院的住院、退费、此前服务的中心报销和急诊抢救均未计入。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'stay_before': "'未命中：不是此前入院的住院'",
                'refund': "'未命中：不是退费，也未全部退费'",
                'manual_before': "'未命中：不是此前服务的中心报销'",
                'emergency': "'未命中：不是急诊抢救'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat('lapse_rows.evidence', 'settlement_rows.evidence') }}
        end as evidence
    from verdicts
    inner join named on verdicts.institution_key = named.institution_key
    left join settlement_rows
        on
            verdicts.adcode = settlement_rows.adcode
            and verdicts.institution_key = settlement_rows.institution_key
    left join lapse_rows
        on
            verdicts.adcode = lapse_rows.adcode
            and verdicts.institution_key = lapse_rows.institution_key
)

{{ rule_output('final') }}
