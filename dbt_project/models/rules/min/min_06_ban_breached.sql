-- MIN-06 违反从业禁止: somebody whom a judgment barred from such work is in an active post on D,
-- while the ban runs and within its scope.
-- Law: 刑法 37-1, for acts since 2015-11-01; 313 where the breach is grave.
-- Grain: post (person and institution) on the rosters in force.
with posts as (
    select
        *,
        {{ post_guard('roster_posts') }} as post_guard
    from {{ ref('int_post') }} as roster_posts
),

bans as (
    select * from {{ ref('int_ban') }}
),

ban_categories as (
    select * from {{ ref('int_ban_category') }}
),

-- what somebody does there; of several rows one that is not over is enough
posts_of_a_kind as (
    select
        post_rows.subject_key,
        ban_posts.scope_kind,
        bool_or(ban_posts.is_certain) as is_certain
    from {{ ref('int_post_row') }} as post_rows
    inner join {{ ref('ref_ban_post') }} as ban_posts on post_rows.post = ban_posts.post
    where
        post_rows.post_status <> '离职'
        and (post_rows.left_min is null or post_rows.left_min > {{ as_of() }})
    group by post_rows.subject_key, ban_posts.scope_kind
),

records as (
    select * from {{ ref('int_record') }}
),

matches as (
    select * from {{ ref('int_record_match') }}
),

namesakes as (
    select * from {{ ref('int_namesake') }}
),

matched as (
    select
        posts.subject_key,
        matches.record_id,
        matches.match_tier,
        matches.match_reason,
        false as is_other_person
    from posts
    inner join matches
        on
            posts.person_key = matches.person_key
            and posts.name_key is not distinct from matches.name_key
),

same_name as (
    select
        posts.subject_key,
        namesakes.record_id,
        'T4' as match_tier,
        '仅姓名相同' as match_reason,
        namesakes.is_other_person
    from posts
    inner join namesakes on posts.person_key = namesakes.person_key
),

candidates as (
    select * from matched
    union all
    select * from same_name
),

guarded as (
    select
        candidates.*,
        bans.is_review or candidates.match_tier <> 'T1'
        or not coalesce(posts_of_a_kind.is_certain, true) as needs_review,
        bans.row_id,
        bans.row_hash,
        bans.execution_row_id,
        bans.execution_row_hash,
        bans.ban_from,
        case when records.adcode <> posts.adcode then '外县记录：' else '' end
        || bans.case_no || '判决宣告从业禁止' || bans.ban_years || '年，范围'
        || coalesce('为“' || bans.ban_scope || '”', '未写明') || '，' || bans.ban_from || '起算（'
        || bans.from_basis || '），' || bans.ban_to || '届满'
        || coalesce('（' || bans.review_reason || '）', '')
        || case
            when not posts_of_a_kind.is_certain then '（岗位是否属于该范围须核实）' else ''
        end as ban_zh,
        case
            when candidates.match_tier = 'T4' then '仅姓名相同，不作线索'
            when bans.scope_kinds = 'unknown' then '从业禁止的范围无法判明'
            when bans.ban_from is null or bans.ban_to is null
                then '从业禁止的起止日无法确定'
            when not posts.is_active then posts.inactive_reason
        end as unsure_zh,
        case
            when candidates.is_other_person then 'same_name_other_person'
            when records.unusable_guard is not null then records.unusable_guard
            when not bans.is_law_in_force then 'before_ban_law'
            when ban_categories.record_id is null and bans.scope_kinds <> 'unknown'
                then 'outside_ban_scope'
            when
                ban_categories.only_post_kind is not null
                and posts_of_a_kind.subject_key is null
                then 'outside_ban_scope'
            when bans.ban_from > {{ as_of() }} or bans.ban_to <= {{ as_of() }}
                then 'ban_not_running'
            else posts.post_guard
        end as guard
    from candidates
    inner join posts on candidates.subject_key = posts.subject_key
    inner join bans on candidates.record_id = bans.record_id
    inner join records on candidates.record_id = records.record_id
    left join ban_categories
        on
            candidates.record_id = ban_categories.record_id
            and posts.category = ban_categories.category
    left join posts_of_a_kind
        on
            posts.subject_key = posts_of_a_kind.subject_key
            and ban_categories.only_post_kind = posts_of_a_kind.scope_kind
    where posts.in_scope
),

judged as (
    select
        *,
        case
            when guard is not null then 'excluded'
            when unsure_zh is not null then 'inconclusive'
            else 'clue'
        end as verdict
    from guarded
),

decided as (
    {{ first_verdict(
        'judged', 'subject_key',
        [
            'same_name_other_person', 'acquitted_or_revoked', 'not_yet_effective',
            'before_ban_law', 'outside_ban_scope', 'ban_not_running', 'volunteer', 'left',
            'on_leave', 'institution_closed',
        ],
        'unsure_zh'
    ) }}
),

hits as (
    select
        subject_key,
        count(*) as bans,
        min(ban_from) as ban_from,
        min(match_tier) as match_tier,
        bool_and(needs_review) as needs_review,
        {{ sorted_text('ban_zh', '；') }} as bans_zh,
        {{ sorted_text('match_reason') }} as match_reason,
        {{ evidence_agg(
            evidence_row("'从业禁止'", "'criminal_judgment'", 'row_id', 'row_hash', 'ban_zh'),
            'record_id'
        ) }} as evidence
    from judged
    where verdict = 'clue'
    group by subject_key
),

executions as (
    select
        subject_key,
        {{ evidence_agg(
            evidence_row(
                "'刑罚执行'", "'sentence_execution'", 'execution_row_id', 'execution_row_hash',
                "'从业禁止期限自' || ban_from || '起算'"
            ),
            'record_id'
        ) }} as evidence
    from judged
    where verdict = 'clue' and execution_row_id is not null
    group by subject_key
),

verdicts as (
    select
        posts.*,
        coalesce(
            decided.verdict,
            case
                when posts.category is null then 'inconclusive'
                when not posts.in_scope or posts.post_guard is not null then 'out_of_scope'
                when not posts.is_active or not posts.id_usable then 'inconclusive'
                else 'clear'
            end
        ) as verdict,
        decided.guard,
        decided.note as unsure_zh
    from posts
    left join decided on posts.subject_key = decided.subject_key
),

final as (
    select
        verdicts.adcode,
        'post' as subject_type,
        verdicts.subject_key,
        verdicts.verdict,
        case when verdicts.verdict = 'excluded' then verdicts.guard end as guard,
        case
            when verdicts.verdict not in ('out_of_scope', 'inconclusive') then null
            when verdicts.category is null then '所在机构不在名录'
            when not verdicts.in_scope then '不属于密切接触未成年人行业'
            else coalesce(
                verdicts.unsure_zh, verdicts.inactive_reason, verdicts.institution_inactive_reason,
                '证件号码不可用，无法比对'
            )
        end as note_zh,
        verdicts.person_key,
        verdicts.institution_key,
        verdicts.category as institution_category,
        verdicts.township,
        verdicts.supplier,
        case when hits.bans is not null then greatest(verdicts.hired_max, hits.ban_from) end
            as conduct_from,
        case when hits.bans is not null then {{ as_of() }} end as conduct_to,
        hits.match_tier,
        case when hits.needs_review then 'review' end as push,
        null as severity,
        hits.bans as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        {{ person_label('verdicts.name', 'verdicts.sex', 'verdicts.born_on') }} as subject_label,
        {{ person_label('verdicts.name', 'verdicts.sex', 'verdicts.born_on') }}
        || {{ post_fact('verdicts') }} || '；' || hits.bans_zh || '。身份比对：' || hits.match_reason
        || '（' || hits.match_tier || '）。岗位属于禁止范围，' || {{ as_of() }}
        || '仍在禁止期限内；未见改判、离职、病假借调或者机构停办等排除情形，'
        || '疑似违反依照刑法第三十七条之一宣告的从业禁止。' as narrative_zh,
        case when verdicts.verdict = 'clue' then
            {{ json_object({
                'same_name_other_person': "'未命中：' || hits.match_reason",
                'acquitted_or_revoked': "'未命中：没有无罪、撤销或者改判'",
                'not_yet_effective': "'未命中：判决已生效'",
                'before_ban_law': "'未命中：犯罪行为在刑法第三十七条之一施行后'",
                'outside_ban_scope': "'未命中：' || verdicts.category || '的' || verdicts.post || '属于禁止范围'",
                'ban_not_running': "'未命中：尚在禁止期限内'",
                'volunteer': "'未命中：岗位为' || verdicts.post",
                'left': "'未命中：没有离职'",
                'on_leave': "'未命中：状态为' || verdicts.post_status",
                'institution_closed': "'未命中：机构状态正常'",
            }) }}
        end as guards_tested,
        case when verdicts.verdict = 'clue' then
            {{ evidence_concat(
                evidence_concat(
                    evidence_list([
                        evidence_row(
                            "'在岗'", "'staff_roster'", 'verdicts.row_id', 'verdicts.row_hash',
                            mask_name('verdicts.name') ~ ' || ' ~ post_fact('verdicts')
                        )
                    ]),
                    'hits.evidence'
                ),
                'executions.evidence'
            ) }}
        end as evidence
    from verdicts
    left join hits on verdicts.subject_key = hits.subject_key
    left join executions on verdicts.subject_key = executions.subject_key
)

{{ rule_output('final') }}
