-- Criminal convictions, decisions not to prosecute and police penalties, each with whether it may
-- be held against the person on the night, and whether somebody has to look first.
-- Law: 未成年人保护法 62; 高检发〔2020〕14号; 治安管理处罚法 (2025) 136 for the access basis.
-- Grain: judgment of a person, prosecution case of a person, penalty decision of a person.
with judgments as (
    select * from {{ ref('stg_criminal_judgment') }}
),

cases as (
    select * from {{ ref('stg_prosecution_case') }}
    where outcome in ('法定不起诉', '相对不起诉', '存疑不起诉', '附条件不起诉')
),

penalties as (
    select * from {{ ref('stg_police_penalty') }}
),

charges as (
    select * from {{ ref('int_charge') }}
),

-- What is delivered as effective is so by its delivery at the latest: a blank date is for review.
convictions as (
    select
        'conviction' as kind,
        'criminal_judgment' as feed,
        adcode,
        row_key,
        row_id,
        row_hash,
        person_key,
        id_number_key is not null as id_usable,
        name,
        name_key,
        name_sep,
        coalesce(id_number_born, born_on_min) as born_min,
        coalesce(id_number_born, born_on_max) as born_max,
        coalesce(id_number_sex, sex) as sex,
        cast(null as bigint) as age_stated,
        case_no,
        charges as charge_text,
        coalesce(victim_minor, false) as victim_minor,
        coalesce(offence_from_min, offence_to_min) as offence_from,
        coalesce(offence_to_min, offence_from_min) as offence_to_min,
        coalesce(offence_to_max, offence_from_max) as offence_to,
        judged_on_min as decided_on,
        judged_on_max as decided_max,
        coalesce(effective_on_max, delivered_on) as effective_on,
        case
            when principal_penalty = '无罪' then '判决无罪'
            when retrial = '改判无罪' then '再审改判无罪'
            when retrial = '撤销' then '判决已撤销'
            when coalesce(effective_on_max, delivered_on) > {{ as_of() }} then '判决尚未生效'
        end as unusable_reason,
        case
            when retrial = '再审中' then '正在再审'
            when retrial = '改判有罪' then '再审改判'
            when principal_penalty = '免予刑事处罚' then '免予刑事处罚'
            when effective_on_max is null then '生效日期缺失'
        end as review_reason
    from judgments
),

non_prosecutions as (
    select
        'non_prosecution' as kind,
        'prosecution_case' as feed,
        adcode,
        row_key,
        row_id,
        row_hash,
        person_key,
        id_number_key is not null as id_usable,
        name,
        name_key,
        name_sep,
        coalesce(id_number_born, born_on_min) as born_min,
        coalesce(id_number_born, born_on_max) as born_max,
        id_number_sex as sex,
        age_at_conduct as age_stated,
        case_no,
        charge as charge_text,
        false as victim_minor,
        conduct_on_min as offence_from,
        conduct_on_min as offence_to_min,
        conduct_on_max as offence_to,
        decided_on_min as decided_on,
        decided_on_max as decided_max,
        coalesce(decided_on_max, delivered_on) as effective_on,
        case
            when outcome <> '相对不起诉' then outcome || '不属于违法犯罪记录'
            when coalesce(decided_on_max, delivered_on) > {{ as_of() }} then '决定尚未作出'
        end as unusable_reason,
        case when decided_on_max is null then '决定日期缺失' end as review_reason
    from cases
),

penalised as (
    select
        'penalty' as kind,
        'police_penalty' as feed,
        adcode,
        row_key,
        row_id,
        row_hash,
        person_key,
        id_number_key is not null as id_usable,
        name,
        name_key,
        name_sep,
        id_number_born as born_min,
        id_number_born as born_max,
        id_number_sex as sex,
        cast(null as bigint) as age_stated,
        decision_no as case_no,
        cause as charge_text,
        coalesce(victim_under_14, false) as victim_minor,
        conduct_on_min as offence_from,
        conduct_on_min as offence_to_min,
        conduct_on_max as offence_to,
        decided_on_min as decided_on,
        decided_on_max as decided_max,
        decided_on_max as effective_on,
        case
            when revoked = '撤销' then '处罚决定已撤销'
            when decided_on_max > {{ as_of() }} then '决定尚未作出'
            when
                access_basis is null
                and {{ as_of() }} >= {{ param('ALL', 'access_basis_from', 'date') }}
                then '治安记录缺少查询依据'
        end as unusable_reason,
        case when revoked = '变更' then '处罚决定已变更' end as review_reason
    from penalties
),

records as (
    select * from convictions
    union all
    select * from non_prosecutions
    union all
    select * from penalised
),

final as (
    select
        records.kind || ':' || records.adcode || ':' || records.row_key as record_id,
        records.kind,
        records.feed,
        records.adcode,
        records.row_id,
        records.row_hash,
        records.person_key,
        records.id_usable,
        records.name,
        records.name_key,
        records.name_sep,
        case when records.born_min = records.born_max then records.born_min end as born_on,
        records.sex,
        records.case_no,
        records.charge_text as charges,
        charges.offence_codes,
        case
            when records.victim_minor then charges.tier_minor_victim
            else charges.tier_other_victim
        end as offence_tier,
        charges.is_rape or charges.is_molest as is_rape_or_molest,
        charges.is_molest,
        charges.has_tier_d,
        charges.has_negligent,
        charges.has_intentional,
        records.offence_from,
        records.offence_to_min,
        records.offence_to,
        -- a person comes of age on the day after the birthday
        coalesce(
            records.age_stated >= {{ param('ALL', 'adult_age') }},
            {{ add_years('records.born_max', param('ALL', 'adult_age')) }} < records.offence_from
        ) as is_adult_at_offence,
        records.decided_on,
        records.decided_max,
        records.effective_on,
        records.unusable_reason is null as is_usable,
        records.unusable_reason,
        -- the code under which rules count what this takes away
        case
            when records.unusable_reason is null then null
            when records.unusable_reason in ('判决尚未生效', '决定尚未作出') then 'not_yet_effective'
            when records.unusable_reason = '治安记录缺少查询依据' then 'no_access_basis'
            when records.kind = 'conviction' then 'acquitted_or_revoked'
            when records.kind = 'non_prosecution' then 'non_prosecution_no_record'
            else 'penalty_revoked'
        end as unusable_guard,
        records.review_reason is not null as is_review,
        records.review_reason
    from records
    left join charges on records.charge_text = charges.charge_text
)

select * from final
