-- MED-22 退费套现: a pharmacy takes back sales days after it settled them (int_late_refund), often
-- and more often than its peers, or again and again for one person: money of the insurance that may
-- have been paid out in cash. Several refunds of one sale count once. Left out: what the system
-- charged twice and gave back at once.
-- Law: 条例 15, 19, 38, 40(1), 41; 法发〔2024〕6号.
-- Amount: what the refunds gave back, by fund.
-- Grain: county, retail pharmacy with settlements in the window.
with activity as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy
),

refunds as (
    select * from {{ ref('int_late_refund') }}
),

-- as they were settled, with those that were taken back
settlements as (
    select * from {{ ref('int_settlement') }}
    where
        net_status in ('KEPT', 'PARTIAL', 'FULLY_REFUNDED')
        and not is_manual
        and coalesce(setl_type <> '3', true)
        and service_on between {{ window_from('MED-22') }} and {{ as_of() }}
),

sold as (
    select
        adcode,
        fixmedins_code,
        count(*) as sales
    from settlements
    group by adcode, fixmedins_code
),

persons as (
    select
        adcode,
        fixmedins_code,
        person_key,
        count(distinct sale_id) as refunds,
        count(distinct case when not is_double_charge then sale_id end) as refunds_left
    from refunds
    group by adcode, fixmedins_code, person_key
),

counted as (
    select
        adcode,
        fixmedins_code,
        sum(refunds) as refunds,
        sum(refunds_left) as refunds_left,
        max(refunds) as most,
        max(refunds_left) as most_left,
        count(*) filter (where refunds_left >= {{ param('MED-22', 'person_refunds_min') }})
            as repeaters
    from persons
    group by adcode, fixmedins_code
),

shops as (
    select
        activity.adcode,
        activity.fixmedins_code,
        activity.name,
        activity.kind,
        activity.institution_key,
        activity.township,
        activity.is_peer,
        coalesce(sold.sales, 0) as sales,
        coalesce(counted.refunds, 0) as refunds,
        coalesce(counted.refunds_left, 0) as refunds_left,
        coalesce(counted.most, 0) as most,
        coalesce(counted.most_left, 0) as most_left,
        coalesce(counted.repeaters, 0) as repeaters,
        {{ share_of('coalesce(counted.refunds_left, 0)', 'sold.sales') }} as share
    from activity
    left join sold
        on activity.adcode = sold.adcode and activity.fixmedins_code = sold.fixmedins_code
    left join counted
        on activity.adcode = counted.adcode and activity.fixmedins_code = counted.fixmedins_code
),

compared as (
    {{ with_peer_percentile(
        'shops', ['adcode'], 'share', param('MED-22', 'peer_percentile', 'decimal(18, 6)')
    ) }}
),

-- without enough peers nobody can say that a share is high
arms as (
    select
        *,
        {%- for left in ['', '_left'] %}
        refunds{{ left }} >= {{ param('MED-22', 'refunds_min') }}
        and (
            peers < {{ param('ALL', 'peer_min') }}
            or coalesce({{ share_of('refunds' ~ left, 'sales') }} > peer_value, false)
        ) as is_many{{ left }},
        most{{ left }} >= {{ param('MED-22', 'person_refunds_min') }} as is_again{{ left }},
        {%- endfor %}
        peers >= {{ param('ALL', 'peer_min') }} as has_peers
    from compared
),

-- all of them where they are many, else those to persons who came again and again
cited as (
    select refunds.*
    from refunds
    inner join arms
        on refunds.adcode = arms.adcode and refunds.fixmedins_code = arms.fixmedins_code
    inner join persons
        on
            refunds.adcode = persons.adcode
            and refunds.fixmedins_code = persons.fixmedins_code
            and refunds.person_key = persons.person_key
    where
        not refunds.is_double_charge
        and (
            arms.is_many_left and arms.has_peers
            or persons.refunds_left >= {{ param('MED-22', 'person_refunds_min') }}
        )
),

summed as (
    select
        adcode,
        fixmedins_code,
        count(distinct sale_id) as sales_back,
        sum(pool) as pool,
        sum(account) as account,
        min(refunded_on) as conduct_from,
        max(refunded_on) as conduct_to
    from cited
    group by adcode, fixmedins_code
),

conducts as (
    select
        arms.*,
        summed.sales_back,
        summed.pool,
        summed.account,
        coalesce(summed.conduct_from, {{ as_of() }}) as conduct_from,
        coalesce(summed.conduct_to, {{ as_of() }}) as conduct_to
    from arms
    left join summed
        on arms.adcode = summed.adcode and arms.fixmedins_code = summed.fixmedins_code
),

acted as (
    {{ with_agency_action('conducts', 'MED-22') }}
),

judged as (
    select
        *,
        case
            when not is_many_left and not is_again_left then 'double_charge'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when not is_many and not is_again then 'clear'
            when guard_hit is not null then 'excluded'
            when not is_again_left and not has_peers then 'inconclusive'
            else 'clue'
        end as verdict
    from judged
),

-- the sale before what took it back
evidence_rows as (
    select distinct
        adcode,
        fixmedins_code,
        sold_on,
        sale_id,
        sold_on as happened_on,
        '被退结算' as role_zh,
        sale_row_id as row_id,
        sale_row_hash as row_hash,
        '结算' || sale_id || '，' || sold_on || '售出' as fact_zh
    from cited
    union all
    select
        adcode,
        fixmedins_code,
        sold_on,
        sale_id,
        refunded_on as happened_on,
        case when medfee > 0 then '退费' else '撤销退费' end as role_zh,
        row_id,
        row_hash,
        '结算' || setl_id || '，' || refunded_on || '退回结算' || sale_id
        || '，统筹基金' || {{ yuan('pool') }} || '，个人账户' || {{ yuan('account') }} as fact_zh
    from cited
),

evidence as (
    select
        evidence_rows.adcode,
        evidence_rows.fixmedins_code,
        {{ evidence_agg(
            evidence_row('role_zh', "'medical_settlement'", 'row_id', 'row_hash', 'fact_zh'),
            'sold_on, sale_id, happened_on, row_id'
        ) }} as evidence
    from evidence_rows
    inner join verdicts
        on
            evidence_rows.adcode = verdicts.adcode
            and evidence_rows.fixmedins_code = verdicts.fixmedins_code
    where verdicts.verdict = 'clue'
    group by evidence_rows.adcode, evidence_rows.fixmedins_code
),

final as (
    select
        verdicts.adcode,
        'institution' as subject_type,
        verdicts.fixmedins_code as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        case
            when verdicts.verdict = 'inconclusive' then '可比的同类定点药店不足，退费比例无从比较'
        end as note_zh,
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
        verdicts.sales_back as hit_count,
        verdicts.pool + verdicts.account as amount_total,
        verdicts.pool as amount_pool,
        verdicts.account as amount_account,
        verdicts.name as subject_label,
        verdicts.name || '在' || verdicts.conduct_from || '至' || verdicts.conduct_to || '期间，'
        || concat_ws(
            '；',
            case
                when verdicts.is_many_left and verdicts.has_peers
                    then
                        verdicts.refunds_left || '笔医保结算在售出一日以后退费，占同期结算'
                        || verdicts.sales || '笔的' || {{ percent('verdicts.share') }}
                        || '，高于同类定点药店的高位（' || {{ percent('verdicts.peer_value') }} || '）'
            end,
            case
                when verdicts.is_again_left
                    then
                        verdicts.repeaters || '名参保人各有'
                        || {{ param('MED-22', 'person_refunds_min') }}
                        || '笔以上结算在售出一日以后退费，最多的一人' || verdicts.most_left || '笔'
            end
        )
        || '。上述退费共退回统筹基金' || {{ yuan('verdicts.pool') }}
        || '、个人账户' || {{ yuan('verdicts.account') }}
        || '，款项是否以现金退给个人须核实；系统重复扣费后当即退回的已不计入。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'double_charge': "'未命中：不计系统重复扣费仍达到'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        evidence.evidence
    from verdicts
    left join evidence
        on
            verdicts.adcode = evidence.adcode
            and verdicts.fixmedins_code = evidence.fixmedins_code
)

{{ rule_output('final') }}
