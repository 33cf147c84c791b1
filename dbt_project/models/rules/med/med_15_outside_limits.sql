-- MED-15 性别年龄不符: an institution bills an item that the catalogue limits to one sex or to an
-- age, again and again for persons whose identity number says otherwise. Left out: a newborn's
-- items on its mother's number, and bills paid from another's account (family pooling).
-- Law: 条例 15, 38.
-- Grain: county, institution, limited item that it billed in the window.
with fee_lines as (
    select * from {{ ref('int_fee_line') }}
    where counts and service_on between {{ window_from('MED-15') }} and {{ as_of() }}
),

items as (
    select * from {{ ref('int_item') }}
    where
        limit_sex is not null
        or limit_age_min is not null
        or limit_age_max is not null
),

-- sex and age are those of the identity number; one in doubt says neither
persons as (
    select * from {{ ref('int_medical_person') }}
    where tier = 'T1'
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

stays as (
    select * from {{ ref('int_stay') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

-- on a birthday the person may have either age
limited as (
    select
        fee_lines.*,
        items.name as item_name,
        persons.sex,
        persons.born_on,
        coalesce(
            items.limit_sex <> persons.sex
            or fee_lines.fee_on < {{ add_years('persons.born_on', 'items.limit_age_min') }}
            or fee_lines.fee_on > {{ add_years('persons.born_on', '(items.limit_age_max + 1)') }},
            false
        ) as is_against,
        coalesce(
            fee_lines.fee_on < {{ add_years('persons.born_on', 'items.limit_age_min') }}, false
        ) as is_too_young
    from fee_lines
    inner join items on fee_lines.hilist_code = items.hilist_code
    left join persons
        on fee_lines.adcode = persons.adcode and fee_lines.psn_no = persons.psn_no
),

against as (
    select
        limited.*,
        -- on the mother's number: a newborn's stay or a birth's, not an antenatal visit, nor for
        -- what its mother is too young for herself
        coalesce(limited.sex = '女', false)
        and not limited.is_too_young
        and (
            coalesce(stays.is_newborn, false)
            or coalesce(contains(';' || stays.stay_classes || ';', ';birth;'), false)
            or coalesce(settlements.med_class = 'MAT', false) and coalesce(stays.nights > 0, true)
        ) as is_newborn,
        coalesce(settlements.is_paid_by_other, false) as is_paid_by_other
    from limited
    left join settlements
        on limited.adcode = settlements.adcode and limited.setl_id = settlements.setl_id
    left join stays
        on
            limited.adcode = stays.adcode
            and coalesce(limited.mdtrt_id, settlements.mdtrt_id) = stays.mdtrt_id
    where limited.is_against
),

population as (
    select distinct
        adcode,
        fixmedins_code,
        hilist_code
    from limited
),

summed as (
    select
        adcode,
        fixmedins_code,
        hilist_code,
        count(*) as found,
        count(*) filter (where not is_newborn) as but_newborns,
        count(*) filter (where not is_newborn and not is_paid_by_other) as hits,
        sum(pool) filter (where not is_newborn and not is_paid_by_other) as pool,
        sum(account) filter (where not is_newborn and not is_paid_by_other) as account,
        min(service_on) filter (where not is_newborn and not is_paid_by_other) as conduct_from,
        max(service_on) filter (where not is_newborn and not is_paid_by_other) as conduct_to
    from against
    group by adcode, fixmedins_code, hilist_code
),

counted as (
    select
        population.*,
        coalesce(summed.found, 0) as found,
        coalesce(summed.but_newborns, 0) as but_newborns,
        coalesce(summed.hits, 0) as hits,
        summed.pool,
        summed.account,
        coalesce(summed.conduct_from, {{ as_of() }}) as conduct_from,
        coalesce(summed.conduct_to, {{ as_of() }}) as conduct_to
    from population
    left join summed
        on
            population.adcode = summed.adcode
            and population.fixmedins_code = summed.fixmedins_code
            and population.hilist_code = summed.hilist_code
),

acted as (
    {{ with_agency_action('counted', 'MED-15') }}
),

judged as (
    select
        *,
        case
            when but_newborns < {{ param('MED-15', 'lines_min') }} then 'newborn'
            when hits < {{ param('MED-15', 'lines_min') }} then 'family_account'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when found < {{ param('MED-15', 'lines_min') }} then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

line_rows as (
    select
        against.adcode,
        against.fixmedins_code,
        against.hilist_code,
        {{ evidence_agg(
            evidence_row(
                "'医保结算'", "'medical_fee_line'", 'against.row_id', 'against.row_hash',
                line_fact('against', 'against.item_name')
                ~ " || '，参保人' || against.sex || '，' || year(against.born_on) || '年出生'"
            ),
            'against.row_id'
        ) }} as evidence
    from against
    inner join verdicts
        on
            against.adcode = verdicts.adcode
            and against.fixmedins_code = verdicts.fixmedins_code
            and against.hilist_code = verdicts.hilist_code
    where
        verdicts.verdict = 'clue'
        and not against.is_newborn
        and not against.is_paid_by_other
    group by against.adcode, against.fixmedins_code, against.hilist_code
),

limits as (
    select
        *,
        name || '，目录限'
        || concat_ws(
            '、', limit_sex || '性', limit_age_min || '周岁以上', limit_age_max || '周岁以下'
        ) as limit_zh
    from items
),

final as (
    select
        verdicts.adcode,
        'product' as subject_type,
        verdicts.fixmedins_code || '|' || verdicts.hilist_code as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        null as note_zh,
        null as person_key,
        coalesce(institutions.institution_key, 'medical:' || verdicts.fixmedins_code)
            as institution_key,
        institutions.kind as institution_category,
        institutions.township,
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
        coalesce(institutions.name, verdicts.fixmedins_code) || '：' || limits.name
            as subject_label,
        coalesce(institutions.name, verdicts.fixmedins_code) || '在' || verdicts.conduct_from || '至'
        || verdicts.conduct_to || '期间有' || verdicts.hits || '行' || limits.limit_zh
        || '，而参保人的证件号码所示性别或者年龄不符，涉及医保支付'
        || {{ yuan('verdicts.pool + verdicts.account') }} || '（统筹基金'
        || {{ yuan('verdicts.pool') }} || '，个人账户' || {{ yuan('verdicts.account') }}
        || '）。新生儿记在母亲名下的和他人账户支付的均未计入。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'newborn': "'未命中：不是新生儿记在母亲名下'",
                'family_account': "'未命中：不是家庭共济账户支付'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat(
                evidence_list([
                    evidence_row(
                        "'目录限定'", "'medical_catalogue'", 'limits.row_id', 'limits.row_hash',
                        'limits.limit_zh'
                    )
                ]),
                'line_rows.evidence'
            ) }}
        end as evidence
    from verdicts
    inner join limits on verdicts.hilist_code = limits.hilist_code
    left join institutions on verdicts.fixmedins_code = institutions.fixmedins_code
    left join line_rows
        on
            verdicts.adcode = line_rows.adcode
            and verdicts.fixmedins_code = line_rows.fixmedins_code
            and verdicts.hilist_code = line_rows.hilist_code
)

{{ rule_output('final') }}
