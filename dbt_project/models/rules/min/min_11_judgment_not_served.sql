-- MIN-11 裁判未送达: a judgment that convicted somebody of a crime of tier A committed in a post
-- with minors took effect more than 30 days ago and was not served on the education authority.
-- Law: 法发〔2022〕32号 5, for judgments since 2022-11-15, whether or not a ban was ordered.
-- Grain: county and case; where it has several defendants, the gravest answer is the case's.
with convicted as (
    select * from {{ ref('int_convicted_in_post') }}
),

dated as (
    select
        *,
        {{ add_days('effective_on', param('MIN-11', 'service_days')) }} as serve_by
    from convicted
),

judged as (
    select
        *,
        case
            when standing = 'out_of_scope' then standing
            when is_served or {{ as_of() }} <= serve_by then 'clear'
            when standing <> 'convicted_in_post' then standing
            else 'clue'
        end as verdict
    from dated
),

ranked as (
    select
        *,
        row_number() over (
            partition by adcode, case_no
            order by
                {{ verdict_place() }} asc,
                {{ place_in('guard', [
                    'acquitted_or_revoked', 'not_yet_effective', 'juvenile', 'former_post'
                ]) }} asc nulls last,
                record_id asc
        ) as place
    from judged
),

gravest as (
    select * from ranked
    where place = 1
),

defendants as (
    select
        adcode,
        case_no,
        count(*) as people,
        min(effective_on) as effective_on,
        min(serve_by) as serve_by,
        min(match_tier) as match_tier,
        bool_and(needs_review) as needs_review,
        {{ sorted_text(person_label('name', 'sex', 'born_on')) }} as labels,
        {{ sorted_text('charges') }} as charges,
        {{ sorted_text('post_zh', '；') }} as posts_zh,
        {{ evidence_agg(
            evidence_row(
                "'未送达'", "'criminal_judgment'", 'row_id', 'row_hash',
                "case_no || '判决：' || " ~ mask_name('name') ~ " || '，' || charges || '，'
                || effective_on || '生效，' || post_zh || '，送达教育行政部门日期为空'"
            ),
            'record_id'
        ) }} as evidence
    from judged
    where verdict = 'clue'
    group by adcode, case_no
),

final as (
    select
        gravest.adcode,
        'case' as subject_type,
        gravest.case_no as subject_key,
        gravest.verdict,
        case when gravest.verdict = 'excluded' then gravest.guard end as guard,
        case when gravest.verdict in ('out_of_scope', 'inconclusive') then gravest.note_zh end
            as note_zh,
        null as person_key,
        null as institution_key,
        null as institution_category,
        null as township,
        'court' as supplier,
        defendants.serve_by as conduct_from,
        case when gravest.verdict = 'clue' then {{ as_of() }} end as conduct_to,
        defendants.match_tier,
        case when defendants.needs_review then 'review' end as push,
        null as severity,
        defendants.people as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        gravest.case_no as subject_label,
        gravest.case_no || '判决' || defendants.labels || '犯' || defendants.charges || '，'
        || defendants.effective_on || '生效；' || defendants.posts_zh
        || '，犯罪期间在岗且已成年，未见改判或者撤销。依照法发〔2022〕32号第五条应当自生效起'
        || {{ param('MIN-11', 'service_days') }} || '日内送达教育行政部门，至' || {{ as_of() }}
        || '没有送达日期，疑似未送达。以证明材料代替裁判文书送达的，属合法送达。'
            as narrative_zh,
        case when gravest.verdict = 'clue' then
            {{ json_object({
                'acquitted_or_revoked': "'未命中：没有无罪、撤销或者改判'",
                'not_yet_effective': "'未命中：' || defendants.effective_on || '起已生效'",
                'juvenile': "'未命中：犯罪时已成年'",
                'former_post': "'未命中：犯罪期间在岗'",
            }) }}
        end as guards_tested,
        defendants.evidence
    from gravest
    left join defendants
        on
            gravest.adcode = defendants.adcode
            and gravest.case_no = defendants.case_no
)

{{ rule_output('final') }}
