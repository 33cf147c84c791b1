-- MED-16 药师资质: a shop's insured prescription drugs went out under a certificate that no register
-- covers there on the day, or that was at a far-off shop within the hour.
-- Law: 令3号 35; 处方管理办法; 医保支付资格管理 from 2025-01-01.
-- Amount: what the sales in question cost the fund.
-- Grain: county, shop, certificate.
with days as (
    select * from {{ ref('int_pharmacist_run') }}
),

leaps as (
    select * from {{ ref('int_pharmacist_leap') }}
),

sales as (
    select * from {{ ref('int_standing_sale') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

registrations as (
    select
        *,
        row_number() over (
            partition by certificate_no, registered_unit, valid_from_min, valid_to_max
            order by delivered_on asc, row_id asc
        ) = 1 as is_first
    from {{ ref('stg_pharmacist_registration_history') }}
),

by_register as (
    select
        adcode,
        fixmedins_code,
        certificate_no,
        max(uncovered_so_far) >= {{ param('MED-16', 'sales_min') }} as is_uncovered,
        max(uncovered_but_gap_so_far) >= {{ param('MED-16', 'sales_min') }} as is_uncovered_but_gap,
        max(uncovered_after_all_so_far) >= {{ param('MED-16', 'sales_min') }}
            as is_uncovered_after_all
    from days
    group by adcode, fixmedins_code, certificate_no
),

by_leap as (
    select
        adcode,
        fixmedins_code,
        certificate_no,
        count(*) >= {{ param('MED-16', 'times_min') }} as is_leaping,
        count(case when not is_same_owner then row_id end) >= {{ param('MED-16', 'times_min') }}
            as is_leaping_after_all
    from leaps
    group by adcode, fixmedins_code, certificate_no
),

arms as (
    select
        by_register.*,
        coalesce(by_leap.is_leaping, false) as is_leaping,
        coalesce(by_leap.is_leaping_after_all, false) as is_leaping_after_all
    from by_register
    left join by_leap
        on
            by_register.adcode = by_leap.adcode
            and by_register.fixmedins_code = by_leap.fixmedins_code
            and by_register.certificate_no = by_leap.certificate_no
),

hit_rows as (
    select sales.row_id
    from days
    inner join sales
        on
            days.adcode = sales.adcode
            and days.fixmedins_code = sales.fixmedins_code
            and days.certificate_no = sales.pharmacist_certificate
            and days.sold_on = sales.sold_on
    where days.is_hit and sales.is_prescription_drug
    union
    select leaps.row_id
    from leaps
    inner join arms
        on
            leaps.adcode = arms.adcode
            and leaps.fixmedins_code = arms.fixmedins_code
            and leaps.certificate_no = arms.certificate_no
    where arms.is_leaping_after_all and not leaps.is_same_owner
),

hits as (
    select
        sales.*,
        sales.pharmacist_certificate as certificate_no
    from hit_rows
    inner join sales on hit_rows.row_id = sales.row_id
),

paid_hits as (
    {{ with_sale_money('hits') }}
),

conducts as (
    select
        adcode,
        fixmedins_code,
        certificate_no,
        count(*) as hits,
        min(sold_on) as conduct_from,
        max(sold_on) as conduct_to,
        sum(pool) as pool,
        sum(account) as account,
        {{ evidence_agg(
            evidence_row(
                "'处方药销售'", "'drug_sale'", 'row_id', 'row_hash',
                "cast(sold_at as varchar) || '销售' || coalesce(goods_name, '处方药') || '，结算' || setl_id"
            ),
            'sold_at, row_id'
        ) }} as evidence
    from paid_hits
    group by adcode, fixmedins_code, certificate_no
),

acted as (
    {{ with_agency_action('conducts', 'MED-16') }}
),

judged as (
    select
        arms.*,
        institutions.fixmedins_code is null as is_unlisted,
        coalesce(institutions.name, arms.fixmedins_code) as name,
        coalesce(institutions.kind, '零售药店') as kind,
        coalesce(institutions.institution_key, 'medical:' || arms.fixmedins_code)
            as institution_key,
        institutions.township,
        acted.hits,
        acted.conduct_from,
        acted.conduct_to,
        acted.pool,
        acted.account,
        acted.evidence as sale_evidence,
        case
            when not (arms.is_uncovered_but_gap or arms.is_leaping) then 'registering_again'
            when not (arms.is_uncovered_after_all or arms.is_leaping_after_all) then 'same_owner'
            when acted.acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from arms
    left join institutions on arms.fixmedins_code = institutions.fixmedins_code
    left join acted
        on
            arms.adcode = acted.adcode
            and arms.fixmedins_code = acted.fixmedins_code
            and arms.certificate_no = acted.certificate_no
),

verdicts as (
    select
        *,
        case
            when not (is_uncovered or is_leaping) then 'clear'
            when is_unlisted then 'inconclusive'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

leap_facts as (
    select
        verdicts.adcode,
        verdicts.fixmedins_code,
        verdicts.certificate_no,
        count(*) as leaps,
        {{ evidence_agg(
            evidence_row(
                "'别处同时使用'", "'drug_sale'", 'sales.row_id', 'sales.row_hash',
                "cast(sales.sold_at as varchar) || '在' || coalesce(institutions.name, leaps.other_code)
                || '使用同一注册证，相距' || cast(leaps.metres as varchar) || '米'"
            ),
            'sales.sold_at, leaps.row_id'
        ) }} as evidence
    from leaps
    inner join verdicts
        on
            leaps.adcode = verdicts.adcode
            and leaps.fixmedins_code = verdicts.fixmedins_code
            and leaps.certificate_no = verdicts.certificate_no
    inner join sales on leaps.other_row_id = sales.row_id
    left join institutions on leaps.other_code = institutions.fixmedins_code
    where verdicts.verdict = 'clue' and verdicts.is_leaping_after_all and not leaps.is_same_owner
    group by verdicts.adcode, verdicts.fixmedins_code, verdicts.certificate_no
),

-- where the registers of all deliveries say that the certificate belongs
register_facts as (
    select
        certificate_no,
        {{ sorted_text('registered_unit') }} as units_zh,
        {{ evidence_agg(
            evidence_row(
                "'药师注册'", "'pharmacist_registration'", 'row_id', 'row_hash',
                "'注册于' || registered_unit || coalesce('，有效期至' || cast(valid_to_max as varchar), '')"
            ),
            'row_id'
        ) }} as evidence
    from registrations
    where is_first
    group by certificate_no
),

final as (
    select
        verdicts.adcode,
        'institution' as subject_type,
        verdicts.fixmedins_code || '|' || verdicts.certificate_no as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        case when verdicts.verdict = 'inconclusive' then '药店不在定点名册' end as note_zh,
        null as person_key,
        verdicts.institution_key,
        verdicts.kind as institution_category,
        verdicts.township,
        'medicare' as supplier,
        verdicts.conduct_from,
        verdicts.conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        verdicts.hits as hit_count,
        verdicts.pool + verdicts.account as amount_total,
        verdicts.pool as amount_pool,
        verdicts.account as amount_account,
        verdicts.name || '：药师注册证' || verdicts.certificate_no as subject_label,
        case when verdicts.verdict = 'clue' then
            verdicts.name || '在' || verdicts.conduct_from || '至' || verdicts.conduct_to
            || '期间以药师注册证' || verdicts.certificate_no || '医保销售处方药' || verdicts.hits || '笔：'
            || case
                when verdicts.is_uncovered_after_all
                    then
                        '销售当日该证没有在该店的有效注册（'
                        || coalesce('历次名册注册于' || register_facts.units_zh, '历次名册均无此证')
                        || '）；'
                else ''
            end
            || coalesce(
                '其中' || leap_facts.leaps || '次与相距' || {{ param('MED-16', 'metres') }} || '米以外的另一店在'
                || {{ param('MED-16', 'minutes') }} || '分钟内先后使用同一证；', ''
            )
            || '不在重新注册的换证间隔以内，也不是同一经营者的药店，疑似挂证或者冒用。涉及统筹基金'
            || {{ yuan('verdicts.pool') }} || '、个人账户' || {{ yuan('verdicts.account') }} || '。'
        end as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'registering_again': "'未命中：没有在换证间隔以内重新注册'",
                'same_owner': "'未命中：注册单位不属同一信用代码或者法定代表人'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat(
                evidence_concat('verdicts.sale_evidence', 'leap_facts.evidence'),
                'register_facts.evidence'
            ) }}
        end as evidence
    from verdicts
    left join leap_facts
        on
            verdicts.adcode = leap_facts.adcode
            and verdicts.fixmedins_code = leap_facts.fixmedins_code
            and verdicts.certificate_no = leap_facts.certificate_no
    left join register_facts on verdicts.certificate_no = register_facts.certificate_no
)

{{ rule_output('final') }}
