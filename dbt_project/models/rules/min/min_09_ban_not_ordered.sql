-- MIN-09 判决漏判从业禁止: a court convicted somebody of a crime of tier A committed in a post with
-- minors, and ordered no ban from such work.
-- Law: 法发〔2022〕32号 3, for judgments since 2022-11-15; 刑法 37-1.
-- Grain: county, case and convicted person.
with convicted as (
    select * from {{ ref('int_convicted_in_post') }}
),

judged as (
    select
        *,
        case
            when standing = 'out_of_scope' then standing
            when ban_years > 0 then 'clear'
            when standing <> 'convicted_in_post' then standing
            when is_before_ban_law then 'excluded'
            else 'clue'
        end as verdict,
        coalesce(guard, 'before_ban_law') as guard_hit
    from convicted
),

final as (
    select
        adcode,
        'case' as subject_type,
        case_no || '|' || person_key as subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        case when verdict in ('out_of_scope', 'inconclusive') then note_zh end as note_zh,
        person_key,
        null as institution_key,
        null as institution_category,
        null as township,
        'court' as supplier,
        decided_on as conduct_from,
        decided_on as conduct_to,
        case when verdict = 'clue' then match_tier end as match_tier,
        case when verdict = 'clue' and needs_review then 'review' end as push,
        null as severity,
        case when verdict = 'clue' then 1 end as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        {{ person_label('name', 'sex', 'born_on') }} || ' ' || case_no as subject_label,
        case when verdict = 'clue' then
            {{ person_label('name', 'sex', 'born_on') }} || '被' || case_no || '判决犯' || charges
            || '（' || decided_max || '判决）；' || post_zh
            || '，犯罪期间在岗且已成年，未见改判或者撤销。依照法发〔2022〕32号第三条应当宣告从业禁止而判决未宣告，疑似漏判。'
        end as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'acquitted_or_revoked': "'未命中：没有无罪、撤销或者改判'",
                'not_yet_effective': "'未命中：判决已生效'",
                'juvenile': "'未命中：犯罪时已成年'",
                'former_post': "'未命中：犯罪期间在岗'",
                'before_ban_law': "'未命中：犯罪行为在刑法第三十七条之一施行后'",
            }) }}
        end as guards_tested,
        case when verdict = 'clue' then
            {{ evidence_concat(
                evidence_list([
                    evidence_row(
                        "'漏判从业禁止'", "'criminal_judgment'", 'row_id', 'row_hash',
                        "case_no || '判决：' || charges || '，' || post_zh || '，从业禁止年限为空'"
                    )
                ]),
                'post_evidence'
            ) }}
        end as evidence
    from judged
)

{{ rule_output('final') }}
