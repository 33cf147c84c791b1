-- MIN-04 教师资格应丧失未收缴: a judgment cost a teacher the certificate by law, and it still
-- stands as 有效 in the register.
-- Law: 教师法 14 (deprivation of political rights, or fixed-term imprisonment or worse for an
-- intentional crime, probation or not), 教师资格条例 18.
-- Grain: county and holder of a certificate.
with certificates as (
    select * from {{ ref('stg_teacher_qualification') }}
),

judgments as (
    select * from {{ ref('stg_criminal_judgment') }}
),

records as (
    select * from {{ ref('int_record') }}
    where kind = 'conviction'
),

matches as (
    select * from {{ ref('int_record_match') }}
),

namesakes as (
    select * from {{ ref('int_namesake') }}
),

holders as (
    select
        adcode,
        person_key,
        min(supplier) as supplier,
        min(name) as name,
        min(id_number_sex) as sex,
        min(id_number_born) as born_on,
        bool_or(id_number_key is not null) as id_usable,
        bool_or(status = '有效') as is_valid
    from certificates
    group by adcode, person_key
),

valid_certificates as (
    select
        adcode,
        person_key,
        {{ sorted_text(
            "coalesce(kind, '教师') || '资格' || coalesce('（' || issued_on_max || '认定）', '')"
        ) }} as certificates_zh,
        {{ evidence_agg(
            evidence_row(
                "'教师资格'", "'teacher_qualification'", 'row_id', 'row_hash',
                mask_name('name') ~ " || '的' || coalesce(kind, '教师') || '资格证书'
                || coalesce('，' || issued_on_max || '认定', '') || '，状态' || status"
            ),
            'row_key, row_id'
        ) }} as evidence
    from certificates
    where status = '有效'
    group by adcode, person_key
),

-- penalties heavy enough; whether the crime was intentional is asked below
heavy as (
    select
        records.*,
        coalesce(judgments.political_rights, false) as is_deprived,
        {{ record_fact('records', 'records.adcode') }} || '，判处' || judgments.principal_penalty
        || case when judgments.probation_months > 0 then '（缓刑）' else '' end
        || case when judgments.political_rights then '，剥夺政治权利' else '' end as sentence_zh
    from records
    inner join judgments on records.row_id = judgments.row_id
    where
        judgments.political_rights
        or judgments.principal_penalty in ('有期徒刑', '无期徒刑', '死刑')
),

-- as the certificates name the holder
matched as (
    select
        certificates.adcode,
        certificates.person_key,
        matches.record_id,
        min(matches.match_tier) as match_tier
    from certificates
    inner join matches
        on
            certificates.person_key = matches.person_key
            and certificates.name_key is not distinct from matches.name_key
    group by certificates.adcode, certificates.person_key, matches.record_id
),

candidates as (
    select
        *,
        {{ match_reason('match_tier') }} as match_reason,
        false as is_other_person
    from matched
    union all
    select
        holders.adcode,
        namesakes.person_key,
        namesakes.record_id,
        'T4' as match_tier,
        '仅姓名相同' as match_reason,
        namesakes.is_other_person
    from holders
    inner join namesakes on holders.person_key = namesakes.person_key
),

guarded as (
    select
        candidates.*,
        heavy.is_review
        or candidates.match_tier <> 'T1'
        or not coalesce(heavy.is_adult_at_offence, true)
        or (heavy.has_negligent and not heavy.is_deprived) as needs_review,
        case
            when candidates.is_other_person then 'same_name_other_person'
            when heavy.unusable_guard is not null then heavy.unusable_guard
            when not heavy.has_intentional and not heavy.is_deprived then 'negligent_crime'
            when not holders.is_valid then 'certificate_withdrawn'
        end as guard
    from candidates
    inner join holders
        on
            candidates.adcode = holders.adcode
            and candidates.person_key = holders.person_key
    inner join heavy on candidates.record_id = heavy.record_id
),

judged as (
    select
        *,
        case
            when guard is not null then 'excluded'
            when match_tier = 'T4' then 'inconclusive'
            else 'clue'
        end as verdict
    from guarded
),

decided as (
    {{ first_verdict(
        'judged', 'adcode, person_key',
        [
            'same_name_other_person', 'acquitted_or_revoked', 'not_yet_effective',
            'negligent_crime', 'certificate_withdrawn',
        ],
        'match_reason'
    ) }}
),

-- what the certificate hangs on, in words: only for the few that hit, never for every namesake
sentences as (
    select
        judged.adcode,
        judged.person_key,
        judged.record_id,
        judged.match_tier,
        judged.match_reason,
        judged.needs_review,
        heavy.row_id,
        heavy.row_hash,
        heavy.effective_on,
        case when heavy.adcode <> judged.adcode then '外县记录：' else '' end || heavy.sentence_zh
            as sentence_zh
    from judged
    inner join heavy on judged.record_id = heavy.record_id
    where judged.verdict = 'clue'
),

hits as (
    select
        adcode,
        person_key,
        count(*) as sentences,
        min(effective_on) as effective_on,
        min(match_tier) as match_tier,
        bool_and(needs_review) as needs_review,
        {{ sorted_text('sentence_zh', '；') }} as sentences_zh,
        {{ sorted_text('match_reason') }} as match_reason,
        {{ evidence_agg(
            evidence_row("'生效判决'", "'criminal_judgment'", 'row_id', 'row_hash', 'sentence_zh'),
            'record_id'
        ) }} as evidence
    from sentences
    group by adcode, person_key
),

verdicts as (
    select
        holders.*,
        coalesce(
            decided.verdict,
            case
                when not holders.is_valid then 'out_of_scope'
                when not holders.id_usable then 'inconclusive'
                else 'clear'
            end
        ) as verdict,
        decided.guard,
        decided.note as candidate_reason
    from holders
    left join decided
        on
            holders.adcode = decided.adcode
            and holders.person_key = decided.person_key
),

final as (
    select
        verdicts.adcode,
        'person' as subject_type,
        verdicts.person_key as subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard end as guard,
        case
            when verdicts.verdict = 'out_of_scope' then '没有状态为有效的证书'
            when verdicts.verdict = 'inconclusive'
                then coalesce(verdicts.candidate_reason || '，不作线索', '证件号码不可用，无法比对')
        end as note_zh,
        verdicts.person_key,
        null as institution_key,
        null as institution_category,
        null as township,
        verdicts.supplier,
        hits.effective_on as conduct_from,
        case when hits.sentences is not null then {{ as_of() }} end as conduct_to,
        hits.match_tier,
        case when hits.needs_review then 'review' end as push,
        null as severity,
        hits.sentences as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        {{ person_label('verdicts.name', 'verdicts.sex', 'verdicts.born_on') }} as subject_label,
        {{ person_label('verdicts.name', 'verdicts.sex', 'verdicts.born_on') }} || '持有'
        || valid_certificates.certificates_zh || '，状态为有效；' || hits.sentences_zh
        || '。身份比对：' || hits.match_reason || '（' || hits.match_tier
        || '）。属于教师法第十四条所称剥夺政治权利或者故意犯罪受到有期徒刑以上刑事处罚，未见改判或者撤销，'
        || '已丧失教师资格，疑似应当收缴证书而未收缴。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'same_name_other_person': "'未命中：' || hits.match_reason",
                'acquitted_or_revoked': "'未命中：没有无罪、撤销或者改判'",
                'not_yet_effective': "'未命中：' || hits.effective_on || '起已生效'",
                'negligent_crime': "'未命中：故意犯罪，或者剥夺政治权利'",
                'certificate_withdrawn': "'未命中：证书状态为有效'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat('valid_certificates.evidence', 'hits.evidence') }}
        end as evidence
    from verdicts
    left join hits
        on verdicts.adcode = hits.adcode and verdicts.person_key = hits.person_key
    left join valid_certificates
        on
            verdicts.adcode = valid_certificates.adcode
            and verdicts.person_key = valid_certificates.person_key
)

{{ rule_output('final') }}
