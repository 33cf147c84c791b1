-- MIN-08 举办者或负责人有记录: the sponsor, the principal or the legal representative of an active
-- institution has a record that counts for its category; for kindergartens also one of tier D.
-- Persons are known by number only; one clue however many roles.
-- Law: 未成年人保护法 62 with 法发〔2022〕32号; 学前教育法 44 for kindergartens since 2025-06-01.
-- Grain: person in charge and institution.
with institutions as (
    select * from {{ ref('int_institution') }}
),

roles as (
    select * from {{ ref('int_person_in_charge') }}
),

records as (
    select * from {{ ref('int_record') }}
),

matches as (
    select * from {{ ref('int_record_match') }}
),

scopes as (
    select * from {{ ref('int_record_scope') }}
    where tier in ('A', 'D')
),

-- a sponsor without a number may be an organisation; a named person without one cannot be compared
named as (
    select
        *,
        coalesce(id_key, '~' || role_zh) as person_key
    from roles
    where
        id_key is not null
        or (name is not null and not (role_zh = '举办者' and id_status = 'missing'))
),

people as (
    select
        institution_key,
        person_key,
        min(id_key) as id_key,
        min(name) as name,
        min(born_on) as born_on,
        min(sex) as sex,
        {{ sorted_text('role_zh') }} as roles_zh,
        {{ evidence_agg(
            evidence_row(
                "'任职'", 'feed', 'row_id', 'row_hash',
                mask_name('name') ~ " || '登记为' || role_zh"
            ),
            'role_zh, row_id'
        ) }} as evidence
    from named
    group by institution_key, person_key
),

-- under whichever of the names that the registers give the number in this institution
matched as (
    select
        roles.institution_key,
        matches.person_key,
        matches.record_id,
        min(matches.match_tier) as match_tier
    from roles
    inner join matches
        on
            roles.id_key = matches.person_key
            and roles.name_key is not distinct from matches.name_key
    group by roles.institution_key, matches.person_key, matches.record_id
),

in_charge as (
    select
        people.*,
        people.person_key || '@' || people.institution_key as subject_key,
        institutions.name as institution_name,
        institutions.category,
        institutions.in_scope,
        institutions.is_kindergarten,
        institutions.inactive_reason,
        institutions.adcode,
        institutions.township,
        institutions.supplier
    from people
    inner join institutions on people.institution_key = institutions.institution_key
),

guarded as (
    select
        in_charge.subject_key,
        records.record_id,
        records.feed,
        records.row_id,
        records.row_hash,
        records.effective_on,
        records.is_review,
        matched.match_tier,
        {{ match_reason('matched.match_tier') }} as match_reason,
        {{ record_fact('records', 'in_charge.adcode') }} as record_zh,
        case
            when records.unusable_guard is not null then records.unusable_guard
            when in_charge.inactive_reason is not null then 'institution_closed'
        end as guard
    from in_charge
    inner join matched
        on
            in_charge.institution_key = matched.institution_key
            and in_charge.id_key = matched.person_key
    inner join scopes
        on matched.record_id = scopes.record_id and in_charge.category = scopes.category
    inner join records on matched.record_id = records.record_id
),

judged as (
    select
        *,
        case
            when guard is not null then 'excluded'
            when match_tier = 'T3' then 'inconclusive'
            else 'clue'
        end as verdict
    from guarded
),

decided as (
    {{ first_verdict(
        'judged', 'subject_key',
        [
            'acquitted_or_revoked', 'non_prosecution_no_record', 'penalty_revoked',
            'not_yet_effective', 'no_access_basis', 'institution_closed',
        ],
        'null'
    ) }}
),

hits as (
    select
        subject_key,
        count(*) as records,
        min(effective_on) as effective_on,
        min(match_tier) as match_tier,
        bool_or(match_tier = 'T1' and not is_review) as is_sure,
        {{ sorted_text('record_zh', '；') }} as records_zh,
        {{ sorted_text('match_reason') }} as match_reason,
        {{ evidence_agg(
            evidence_row("'违法犯罪记录'", 'feed', 'row_id', 'row_hash', 'record_zh'), 'record_id'
        ) }} as evidence
    from judged
    where verdict = 'clue'
    group by subject_key
),

verdicts as (
    select
        in_charge.*,
        coalesce(
            decided.verdict,
            case
                when not in_charge.in_scope or in_charge.inactive_reason is not null
                    then 'out_of_scope'
                when in_charge.id_key is null then 'inconclusive'
                else 'clear'
            end
        ) as verdict,
        decided.guard
    from in_charge
    left join decided on in_charge.subject_key = decided.subject_key
),

final as (
    select
        verdicts.adcode,
        'person' as subject_type,
        verdicts.subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard end as guard,
        case
            when verdicts.verdict not in ('out_of_scope', 'inconclusive') then null
            when not verdicts.in_scope then '不属于密切接触未成年人行业'
            when verdicts.inactive_reason is not null then verdicts.inactive_reason
            when verdicts.id_key is null then '没有可用的证件号码，无法比对'
            else '记录没有可用的证件号码，不作线索'
        end as note_zh,
        verdicts.person_key,
        verdicts.institution_key,
        verdicts.category as institution_category,
        verdicts.township,
        verdicts.supplier,
        hits.effective_on as conduct_from,
        case when hits.records is not null then {{ as_of() }} end as conduct_to,
        hits.match_tier,
        case
            when hits.records is null then null
            when
                verdicts.is_kindergarten
                and hits.is_sure
                and {{ as_of() }} >= {{ param('MIN-08', 'kindergarten_push_from', 'date') }}
                then 'auto'
            else 'review'
        end as push,
        null as severity,
        hits.records as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        {{ person_label('verdicts.name', 'verdicts.sex', 'verdicts.born_on') }} as subject_label,
        {{ person_label('verdicts.name', 'verdicts.sex', 'verdicts.born_on') }} || '系'
        || verdicts.institution_name || '（' || verdicts.category || '）的' || verdicts.roles_zh
        || '；' || hits.records_zh || '。身份比对：' || hits.match_reason || '（' || hits.match_tier
        || '）。依照未成年人保护法第六十二条不得从事密切接触未成年人的工作；未见改判、撤销或者机构停办等排除情形，'
        || '疑似不得举办或者任职而仍在任。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'acquitted_or_revoked': "'未命中：没有无罪、撤销或者改判'",
                'non_prosecution_no_record': "'未命中：不是法定或者存疑不起诉'",
                'penalty_revoked': "'未命中：没有撤销'",
                'not_yet_effective': "'未命中：' || hits.effective_on || '起已生效'",
                'no_access_basis': "'未命中'",
                'institution_closed': "'未命中：机构状态正常'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat('verdicts.evidence', 'hits.evidence') }}
        end as evidence
    from verdicts
    left join hits on verdicts.subject_key = hits.subject_key
)

{{ rule_output('final') }}
