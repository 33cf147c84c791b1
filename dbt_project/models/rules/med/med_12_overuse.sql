-- MED-12 超量: within half a year a person is dispensed more days of a class of drugs than a long
-- prescription explains, at several institutions (int_overuse_day). What is dispensed on the days
-- on which the limit is passed makes the amount. Left out: classes that are lawfully kept in stock,
-- and one double fill before 春节.
-- Law: 条例 15, 19, 38, 41; 实施细则 (个人) from 2026-04-01; 法发〔2024〕6号; 长期处方管理规范.
-- Grain: county, person, class of drugs dispensed in the window.
with dispensing as (
    select * from {{ ref('int_dispensing') }}
    where filled_on <= {{ as_of() }}
),

overuse as (
    select * from {{ ref('int_overuse_day') }}
),

settlements as (
    select * from {{ ref('int_settlement') }}
),

persons as (
    select * from {{ ref('int_medical_person') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

population as (
    select
        adcode,
        person_key,
        drug_class,
        bool_or(is_exempt_class) as is_exempt_class
    from dispensing
    where filled_on >= {{ window_from('MED-12') }}
    group by adcode, person_key, drug_class
),

over as (
    select
        dispensing.*,
        overuse.trailing_from,
        overuse.days as days_trailing,
        overuse.institutions,
        overuse.is_over_but_festival
    from dispensing
    inner join overuse
        on
            dispensing.person_key = overuse.person_key
            and dispensing.drug_class = overuse.drug_class
            and dispensing.filled_on = overuse.filled_on
),

summed as (
    select
        over.adcode,
        over.person_key,
        over.drug_class,
        count(*) as lines,
        bool_or(over.is_over_but_festival) as is_over_but_festival,
        max(over.days_trailing) as days_trailing,
        max(over.institutions) as institutions,
        sum(over.pool) as pool,
        sum(over.account) as account,
        min(over.trailing_from) as trailing_from,
        min(over.filled_on) as over_from,
        max(over.filled_on) as over_to,
        max(settlements.tier) as match_tier
    from over
    left join settlements
        on over.adcode = settlements.adcode and over.setl_id = settlements.setl_id
    group by over.adcode, over.person_key, over.drug_class
),

conducts as (
    select
        population.*,
        summed.lines,
        summed.is_over_but_festival,
        summed.days_trailing,
        summed.institutions,
        summed.pool,
        summed.account,
        summed.trailing_from,
        summed.match_tier,
        coalesce(summed.over_from, {{ as_of() }}) as conduct_from,
        coalesce(summed.over_to, {{ as_of() }}) as conduct_to
    from population
    left join summed
        on
            population.adcode = summed.adcode
            and population.person_key = summed.person_key
            and population.drug_class = summed.drug_class
),

acted as (
    {{ with_agency_action('conducts', 'MED-12', party='person_key', action_party='party_key') }}
),

judged as (
    select
        *,
        case
            when is_exempt_class then 'exempt_class'
            when not is_over_but_festival then 'spring_festival'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

verdicts as (
    select
        *,
        case
            when lines is null then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

clues as (
    select * from verdicts
    where verdict = 'clue'
),

labels as (
    select
        clues.adcode,
        clues.person_key,
        {{ first_row(
            {
                'label': person_label('persons.name', 'persons.sex', 'persons.born_on'),
                'township': 'persons.township',
            },
            ['not persons.is_registered', 'persons.psn_no']
        ) }} as person
    from clues
    inner join persons
        on clues.adcode = persons.adcode and clues.person_key = persons.person_key
    group by clues.adcode, clues.person_key
),

-- everything that was dispensed in the time that is judged; the amount is that of the days over
dispensed as (
    select
        clues.adcode as clue_adcode,
        dispensing.*,
        clues.adcode = dispensing.adcode and overuse.filled_on is not null as is_over,
        coalesce(institutions.name, dispensing.fixmedins_code) as institution_name
    from clues
    inner join dispensing
        on
            clues.person_key = dispensing.person_key
            and clues.drug_class = dispensing.drug_class
            and dispensing.filled_on between clues.trailing_from and clues.conduct_to
    left join overuse
        on
            dispensing.person_key = overuse.person_key
            and dispensing.drug_class = overuse.drug_class
            and dispensing.filled_on = overuse.filled_on
    left join institutions on dispensing.fixmedins_code = institutions.fixmedins_code
),

line_rows as (
    select
        clue_adcode,
        person_key,
        drug_class,
        {{ evidence_agg(
            evidence_row(
                "case when is_over then '超量取药' else '同期取药' end",
                "'medical_fee_line'", 'row_id', 'row_hash',
                "filled_on || '，' || institution_name || '，' || name || '，可用'"
                ~ " || cast(days as decimal(18, 1)) || '日，统筹基金' || " ~ yuan('pool')
                ~ " || '，个人账户' || " ~ yuan('account')
                ~ " || case when adcode = clue_adcode then '' else '（外县记录）' end"
            ),
            'filled_on, row_id'
        ) }} as evidence
    from dispensed
    group by clue_adcode, person_key, drug_class
),

final as (
    select
        verdicts.adcode,
        'person' as subject_type,
        verdicts.person_key || '|' || verdicts.drug_class as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard_hit end as guard,
        null as note_zh,
        verdicts.person_key,
        null as institution_key,
        null as institution_category,
        labels.person.township,
        'medicare' as supplier,
        verdicts.conduct_from,
        verdicts.conduct_to,
        verdicts.match_tier,
        null as push,
        null as severity,
        verdicts.lines as hit_count,
        verdicts.pool + verdicts.account as amount_total,
        verdicts.pool as amount_pool,
        verdicts.account as amount_account,
        labels.person.label as subject_label,
        labels.person.label || '在' || verdicts.conduct_from || '至' || verdicts.conduct_to
        || '期间，“' || verdicts.drug_class || '”类药品在任一' || {{ param('MED-12', 'trailing_days') }}
        || '日内取药最多可用' || cast(verdicts.days_trailing as decimal(18, 1)) || '日，来自'
        || verdicts.institutions || '家机构；超量期间取药' || verdicts.lines || '行，涉及医保支付'
        || {{ yuan('verdicts.pool + verdicts.account') }} || '（统筹基金'
        || {{ yuan('verdicts.pool') }} || '，个人账户' || {{ yuan('verdicts.account') }}
        || '）。不是须备药的药品类别；不计春节前一次多取的药量，仍然超量。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'exempt_class': "'未命中：不是须备药的类别'",
                'spring_festival': "'未命中：不计春节前一次多取仍然超量'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then line_rows.evidence end as evidence
    from verdicts
    left join labels
        on verdicts.adcode = labels.adcode and verdicts.person_key = labels.person_key
    left join line_rows
        on
            verdicts.adcode = line_rows.clue_adcode
            and verdicts.person_key = line_rows.person_key
            and verdicts.drug_class = line_rows.drug_class
)

{{ rule_output('final') }}
