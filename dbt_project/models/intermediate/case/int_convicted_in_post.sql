-- Who was convicted, and whether of a crime of tier A, by a judgment since 2022-11-15, as an adult
-- in a post with minors on the whole of the offence: whom courts must bar from such work, for whom
-- this office must propose it, and whose judgments must be served on the education authority.
-- The post is what a roster last said of person and institution, or what the judgment says of the
-- defendant's occupation; a former post in the judgment is none.
-- Law: 法发〔2022〕32号 3, 4, 5. Grain: county, case and convicted person.
with records as (
    select * from {{ ref('int_record') }}
    where kind = 'conviction'
),

judgments as (
    select * from {{ ref('stg_criminal_judgment') }}
),

matches as (
    select * from {{ ref('int_record_match') }}
),

posts as (
    select * from {{ ref('int_post_history') }}
    where is_post and coalesce(category, '') <> '其他'
),

role_phrases as (
    select * from {{ ref('ref_role_phrase') }}
),

grave as (
    select
        records.*,
        judgments.defendant_role,
        judgments.ban_years,
        judgments.served_education_on_min is not null as is_served
    from records
    inner join judgments on records.row_id = judgments.row_id
    where
        records.offence_tier = 'A'
        and records.decided_on >= {{ param('ALL', 'ban_opinion_from', 'date') }}
),

roles as (
    select
        grave.record_id,
        bool_or(role_phrases.kind = 'employed') as is_employed,
        bool_or(role_phrases.kind = 'excluded') as is_former
    from grave
    inner join role_phrases on {{ matches('grave.defendant_role', 'role_phrases.pattern') }}
    group by grave.record_id
),

-- surely: hired at the latest before the offence began, not gone at the earliest when it ended
rostered as (
    select
        grave.record_id,
        matches.match_tier,
        posts.person_key,
        posts.row_id,
        posts.row_hash,
        {{ mask_name('posts.name') }} || '在' || posts.institution_name || '任' || posts.post || '，'
        || posts.hired_max || '入职' || coalesce('，' || posts.left_min || '离职', '') as post_zh,
        coalesce(
            posts.hired_max <= grave.offence_from
            and case
                when posts.left_min is null then posts.post_status <> '离职'
                else posts.left_min > grave.offence_to
            end,
            false
        ) as is_sure,
        coalesce(
            posts.hired_min <= grave.offence_from
            and (posts.left_max is null or posts.left_max > grave.offence_to),
            true
        ) as is_possible
    from grave
    inner join matches on grave.record_id = matches.record_id
    inner join posts
        on
            matches.person_key = posts.person_key
            and matches.name_key is not distinct from posts.name_key
),

roster_posts as (
    select
        record_id,
        bool_or(is_sure) as is_sure,
        bool_or(is_possible) as is_possible,
        min(case when is_sure then match_tier end) as match_tier,
        -- who a judgment without a number means, by a roster that has one
        min(case when is_possible and match_tier = 'T3' then person_key end) as numbered_person_key,
        {{ sorted_text('case when is_sure then post_zh end', '；') }} as posts_zh,
        {{ evidence_agg(
            evidence_row("'在职'", "'staff_roster'", 'row_id', 'row_hash', 'post_zh'),
            'row_id'
        ) }} filter (where is_sure) as evidence
    from rostered
    group by record_id
),

facts as (
    select
        records.*,
        grave.record_id is not null as is_grave,
        grave.defendant_role,
        grave.ban_years,
        grave.is_served,
        coalesce(roster_posts.is_sure, false) as is_on_roster,
        coalesce(roster_posts.is_possible, false) as is_perhaps_on_roster,
        coalesce(roles.is_employed and not roles.is_former, false) as is_in_role,
        coalesce(roles.is_employed and roles.is_former, false) as is_former,
        roster_posts.match_tier as roster_tier,
        roster_posts.numbered_person_key,
        roster_posts.posts_zh,
        roster_posts.evidence as post_evidence
    from records
    left join grave on records.record_id = grave.record_id
    left join roles on records.record_id = roles.record_id
    left join roster_posts on records.record_id = roster_posts.record_id
),

guarded as (
    select
        *,
        case
            -- whoever has no number is known by name, birth date and sex, whatever a roster says
            when not id_usable then 'T3'
            when is_in_role or not is_on_roster then 'T1'
            else roster_tier
        end as match_tier,
        case
            when unusable_guard is not null then unusable_guard
            when not is_adult_at_offence then 'juvenile'
            when is_former and not is_on_roster and not is_perhaps_on_roster then 'former_post'
        end as guard_hit,
        case
            when not is_grave then '罪名不在范围内，或者判决在2022年意见施行前'
            when not (is_on_roster or is_perhaps_on_roster or is_in_role or is_former)
                then '犯罪时不在密切接触未成年人的岗位'
        end as not_for_rule_zh,
        case
            when not (is_on_roster or is_in_role) then '犯罪期间是否在岗无法确定'
            when is_adult_at_offence is null then '犯罪时是否成年无法确定'
        end as unsure_zh
    from facts
),

judged as (
    select
        *,
        case
            when not_for_rule_zh is not null then 'out_of_scope'
            when guard_hit is not null then 'excluded'
            when unsure_zh is not null then 'inconclusive'
            else 'convicted_in_post'
        end as standing,
        -- where only the roster has a number, the person is who the roster says
        coalesce(numbered_person_key, person_key) as subject_person_key
    from guarded
),

ranked as (
    select
        *,
        row_number() over (
            partition by adcode, case_no, subject_person_key
            order by
                {{ place_in('standing', [
                    'convicted_in_post', 'inconclusive', 'excluded', 'out_of_scope'
                ]) }} asc,
                record_id asc
        ) as place
    from judged
),

final as (
    select
        record_id,
        adcode,
        case_no,
        subject_person_key as person_key,
        id_usable,
        name,
        name_key,
        name_sep,
        born_on,
        sex,
        charges,
        offence_from,
        -- an act that may have ended before there was a ban by law cannot be answered with one
        not coalesce(offence_to_min >= {{ param('MIN-06', 'ban_law_from', 'date') }}, true)
            as is_before_ban_law,
        decided_on,
        decided_max,
        effective_on,
        ban_years,
        is_served,
        standing,
        case when standing = 'excluded' then guard_hit end as guard,
        case standing
            when 'out_of_scope' then not_for_rule_zh
            when 'inconclusive' then unsure_zh
        end as note_zh,
        match_tier,
        is_review or match_tier <> 'T1' as needs_review,
        case
            when is_on_roster then '花名册载明' || posts_zh
            else '判决书载明职业为“' || defendant_role || '”'
        end as post_zh,
        case when is_on_roster then post_evidence else {{ evidence_list([]) }} end as post_evidence,
        row_id,
        row_hash
    from ranked
    where place = 1
)

select * from final
