-- MED-18 停协后结算: an institution settled while its agreement was suspended, ended or run out, or
-- after its registration was cancelled (int_lapse). Stays that began before, refunds and manual
-- reimbursement of earlier services are lawful; so is emergency care (实施细则).
-- Law: 条例 13, 36(2), 38; 令2号 43(4), 令3号 31; 实施细则 from 2026-04-01.
-- Grain: county, institution that was ever designated.
with institutions as (
    select * from {{ ref('int_medical_institution') }}
),

lapses as (
    select * from {{ ref('int_lapse') }}
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
        fixmedins_code
    from institutions
    union
    select
        candidates.adcode,
        candidates.fixmedins_code
    from candidates
    inner join institutions on candidates.fixmedins_code = institutions.fixmedins_code
),

counted as (
    select
        population.adcode,
        population.fixmedins_code,
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
            and population.fixmedins_code = candidates.fixmedins_code
    group by population.adcode, population.fixmedins_code
),

summed as (
    select
        adcode,
        fixmedins_code,
        count(*) as settlements,
        sum(pool) as pool,
        sum(account) as account,
        min(service_on) as conduct_from,
        max(service_on) as conduct_to
    from hits
    group by adcode, fixmedins_code
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
        on counted.adcode = summed.adcode and counted.fixmedins_code = summed.fixmedins_code
),

acted as (
    {{ with_agency_action('conducts', 'MED-18') }}
),

judged as (
    select
        *,
        case
            when but_stays = 0 then 'stay_before'
            when but_refunds = 0 then 'refund'
            when but_manual = 0 then 'manual_before'
            when settlements is null then 'emergency'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
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
        hits.fixmedins_code,
        {{ evidence_agg(
            evidence_row(
                "'医保结算'", "'medical_settlement'", 'hits.row_id', 'hits.row_hash',
                settlement_fact('hits')
            ),
            'hits.row_id'
        ) }} as evidence
    from hits
    inner join verdicts
        on hits.adcode = verdicts.adcode and hits.fixmedins_code = verdicts.fixmedins_code
    where verdicts.verdict = 'clue'
    group by hits.adcode, hits.fixmedins_code
),

-- the periods in which there was a hit
hit_lapses as (
    select distinct
        adcode,
        fixmedins_code,
        lapsed_from
    from hits
),

lapse_rows as (
    select
        hit_lapses.adcode,
        hit_lapses.fixmedins_code,
        {{ ordered_text('lapses.causes_zh', '，', 'lapses.lapsed_from') }} as causes_zh,
        {{ evidence_flatten('lapses.evidence', 'lapses.lapsed_from') }} as evidence
    from hit_lapses
    inner join lapses
        on
            hit_lapses.fixmedins_code = lapses.fixmedins_code
            and hit_lapses.lapsed_from = lapses.lapsed_from
    group by hit_lapses.adcode, hit_lapses.fixmedins_code
),

final as (
    select
        verdicts.adcode,
        'institution' as subject_type,
        verdicts.fixmedins_code as subject_key,
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
        verdicts.settlements as hit_count,
        verdicts.pool + verdicts.account as amount_total,
        verdicts.pool as amount_pool,
        verdicts.account as amount_account,
        institutions.name as subject_label,
        institutions.name || lapse_rows.causes_zh || '，此后在' || verdicts.conduct_from || '至'
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
    inner join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join settlement_rows
        on
            verdicts.adcode = settlement_rows.adcode
            and verdicts.fixmedins_code = settlement_rows.fixmedins_code
    left join lapse_rows
        on
            verdicts.adcode = lapse_rows.adcode
            and verdicts.fixmedins_code = lapse_rows.fixmedins_code
)

{{ rule_output('final') }}
