-- MIN-14 底册外机构: a business that by its scope, or by the name under which it insures people,
-- serves minors, and stands in no authority's register, so that nobody holds it to its duties.
-- Law: 未成年人保护法 130 (who is in close contact with minors), 62.
-- Grain: business registration.
with registrations as (
    select * from {{ ref('int_business') }}
),

services as (
    select * from {{ ref('int_minor_service') }}
),

insured as (
    {{ with_registration(ref('stg_social_insurance'), norm='unit_name_norm') }}
),

institutions as (
    select * from {{ ref('int_institution') }}
),

actions as (
    {{ with_registration(ref('stg_enforcement_action'), norm='institution_norm') }}
),

-- a person who trades under no other name is shown as a person is
shown as (
    select
        *,
        case
            when legal_representative_key = name_norm or legal_representative = name
                then {{ mask_name('name') }}
            else name
        end as shown_name
    from registrations
),

-- scope first, then the unit's name if enough people are insured under it
ranked_services as (
    select
        *,
        row_number() over (
            partition by registration_key
            order by
                source = 'scope' desc,
                people desc nulls last,
                text asc
        ) as place
    from services
    where
        phrase is not null
        and (source = 'scope' or people >= {{ param('MIN-14', 'insured_min') }})
),

best_service as (
    select * from ranked_services
    where place = 1
),

mentioned as (
    select
        registration_key,
        bool_or(phrase is not null) as is_service
    from services
    group by registration_key
),

registered_codes as (
    select distinct uscc from institutions
    where uscc is not null
),

registered_names as (
    select
        adcode,
        name_norm,
        bool_or(uscc is null) as has_no_code
    from institutions
    group by adcode, name_norm
),

sanctioned as (
    select distinct registration_key
    from actions
    where
        finding_code = '无证办学'
        and (rectify_no is not null or filed_on_max is not null or decision_no is not null)
),

facts as (
    select
        shown.*,
        mentioned.registration_key is not null as is_mentioned,
        coalesce(mentioned.is_service, false) as is_service,
        best_service.source,
        best_service.text,
        best_service.people,
        best_service.phrase,
        best_service.category,
        registered_codes.uscc is not null
        or (
            registered_names.name_norm is not null
            and (shown.uscc is null or registered_names.has_no_code)
        ) as is_registered,
        sanctioned.registration_key is not null as is_sanctioned,
        {{ days_between('shown.opened_on_max', as_of()) }} as days_open
    from shown
    left join mentioned on shown.registration_key = mentioned.registration_key
    left join best_service on shown.registration_key = best_service.registration_key
    left join registered_codes on shown.uscc = registered_codes.uscc
    left join registered_names
        on
            shown.adcode = registered_names.adcode
            and shown.name_norm = registered_names.name_norm
    left join sanctioned on shown.registration_key = sanctioned.registration_key
),

guarded as (
    select
        *,
        case
            when not is_service then 'goods_or_left_out'
            when phrase is null then 'too_few_insured'
            when not is_in_business then 'not_in_business'
            when days_open <= {{ param('MIN-14', 'grace_days') }} then 'newly_opened'
            when is_sanctioned then 'already_sanctioned'
        end as guard_hit
    from facts
),

judged as (
    select
        *,
        case
            when not is_mentioned then 'out_of_scope'
            when is_registered then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from guarded
),

-- as many insured people as the rule asks for: the longest insured, so that the proof stays
ranked_insured as (
    select
        judged.adcode,
        judged.registration_key,
        insured.row_id,
        insured.row_hash,
        insured.name,
        insured.insured_from_min,
        row_number() over (
            partition by judged.adcode, judged.registration_key
            order by insured.insured_from_min asc, insured.row_key asc, insured.row_id asc
        ) as place
    from judged
    inner join insured
        on
            judged.registration_key = insured.registration_key
            and judged.text = insured.unit_name
    where
        judged.verdict = 'clue'
        and judged.source = 'insurance'
        and (insured.insured_to_min is null or insured.insured_to_min > {{ as_of() }})
),

insured_evidence as (
    select
        adcode,
        registration_key,
        {{ evidence_agg(
            evidence_row(
                "'参保'", "'social_insurance'", 'row_id', 'row_hash',
                mask_name('name') ~ " || '自' || insured_from_min || '起由该单位参保'"
            ),
            'place'
        ) }} as evidence
    from ranked_insured
    where place <= {{ param('MIN-14', 'insured_min') }}
    group by adcode, registration_key
),

final as (
    select
        judged.adcode,
        'institution' as subject_type,
        judged.first_key as subject_key,
        judged.verdict,
        case when judged.verdict = 'excluded' then judged.guard_hit end as guard,
        case when judged.verdict = 'out_of_scope' then '经营范围和参保单位名称没有服务未成年人的用语' end
            as note_zh,
        null as person_key,
        judged.first_key as institution_key,
        judged.category as institution_category,
        null as township,
        judged.supplier,
        {{ add_days('judged.opened_on_max', param('MIN-14', 'grace_days')) }} as conduct_from,
        {{ as_of() }} as conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        case when judged.verdict = 'clue' then coalesce(judged.people, 1) end as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        judged.shown_name as subject_label,
        case when judged.verdict = 'clue' then
            judged.shown_name || '于' || judged.opened_on_max || '登记，至' || {{ as_of() }} || '存续'
            || judged.days_open || '日；'
            || case judged.source
                when 'scope' then '其经营范围含“' || judged.phrase || '”'
                else '其以“' || judged.text || '”名义为' || judged.people || '人参保'
            end
            || '，疑似未成年人保护法第一百三十条所称' || judged.category || '，而教育、民政、卫健、文旅、体育、人社、市场监管各部门的单位名录中'
            || '均没有该单位，无人督促其履行入职查询义务。须实地核实是否实际接触未成年人。'
        end as narrative_zh,
        case when judged.verdict = 'clue' then
            {{ json_object({
                'goods_or_left_out': "'未命中：不是用品买卖，也不是排除性表述'",
                'too_few_insured': "'未命中'",
                'not_in_business': "'未命中：登记状态为存续'",
                'newly_opened': "'未命中：登记已' || judged.days_open || '日'",
                'already_sanctioned': "'未命中：没有对该单位无证办学的处理'",
            }) }}
        end as guards_tested,
        case when judged.verdict = 'clue' then
            {{ evidence_concat(
                evidence_list([
                    evidence_row(
                        "'登记'", "'business_registration'", 'judged.row_id', 'judged.row_hash',
                        "judged.shown_name || '，' || judged.opened_on_max || '成立，' || judged.status
                        || case
                            when judged.source = 'scope' then '，经营范围含“' || judged.phrase || '”'
                            else ''
                        end"
                    ),
                    evidence_row(
                        "'名录缺失'", "'institution_register'", 'null', 'null',
                        "'各主管部门的单位名录中没有该单位'"
                    ),
                ]),
                'insured_evidence.evidence'
            ) }}
        end as evidence
    from judged
    left join insured_evidence
        on
            judged.adcode = insured_evidence.adcode
            and judged.registration_key = insured_evidence.registration_key
)

{{ rule_output('final') }}
