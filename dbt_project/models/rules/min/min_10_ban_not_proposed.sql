-- MIN-10 本院未提从业禁止建议: this office charged somebody who was then convicted of a crime of
-- tier A committed in a post with minors, and its case card says that it proposed no ban.
-- Law: 法发〔2022〕32号 4, for charges since 2022-11-15, whether or not the court ordered a ban.
-- Grain: county, this office's case and person.
with cards as (
    select
        *,
        coalesce(
            id_number_born, case when born_on_min = born_on_max then born_on_min end
        ) as born_on,
        -- for want of the day of the charge, that of the decision to charge
        coalesce(charged_on_min, case when outcome = '起诉' then decided_on_min end)
            as charged_from,
        coalesce(charged_on_max, case when outcome = '起诉' then decided_on_max end)
            as charged_by
    from {{ ref('stg_prosecution_case') }}
),

charges as (
    select * from {{ ref('int_charge') }}
),

convicted as (
    select
        *,
        case
            when standing = 'convicted_in_post' and is_before_ban_law then 'before_ban_law'
            else guard
        end as guard_hit
    from {{ ref('int_convicted_in_post') }}
),

-- the judgment that the card names, of the same person
linked_by_case as (
    select
        cards.row_id,
        convicted.record_id,
        case
            when cards.id_number_key is null or not convicted.id_usable
                then case when cards.born_on = convicted.born_on then 'T3' else 'T4' end
            when
                {{ names_compatible(
                    'cards.name_key', 'cards.name_sep', 'convicted.name_key', 'convicted.name_sep'
                ) }}
                then 'T1'
            else 'T2'
        end as link_tier
    from cards
    inner join convicted on cards.court_case_no = convicted.case_no
    where
        cards.id_number_key = convicted.person_key
        or (
            (cards.id_number_key is null or not convicted.id_usable)
            and cards.name_key = convicted.name_key
            and coalesce(cards.born_on = convicted.born_on, true)
        )
),

-- a card that names none: the first judgment of the same person after the charge, for an act that
-- may lie before it; a card for quite another crime is none of its case
judgments_after_charge as (
    select
        cards.row_id,
        convicted.record_id,
        case
            when
                {{ names_compatible(
                    'cards.name_key', 'cards.name_sep', 'convicted.name_key', 'convicted.name_sep'
                ) }}
                then 'T1'
            else 'T2'
        end as link_tier,
        row_number() over (
            partition by cards.row_id order by convicted.decided_on asc, convicted.record_id asc
        ) as place
    from cards
    inner join convicted on cards.id_number_key = convicted.person_key
    left join charges on cards.charge = charges.charge_text
    where
        cards.court_case_no is null
        and convicted.decided_on >= cards.charged_from
        and coalesce(cards.charged_by >= convicted.offence_from, true)
        and (cards.charge is null or charges.offence_codes is not null)
),

links as (
    select
        row_id,
        record_id,
        link_tier
    from linked_by_case
    union all
    select
        row_id,
        record_id,
        link_tier
    from judgments_after_charge
    where place = 1
),

facts as (
    select
        cards.*,
        links.link_tier,
        convicted.record_id,
        convicted.standing,
        convicted.guard_hit as conviction_guard,
        convicted.note_zh as conviction_note_zh,
        convicted.match_tier as post_tier,
        convicted.needs_review as conviction_needs_review,
        convicted.case_no as judgment_no,
        convicted.charges as convicted_of,
        convicted.post_zh,
        convicted.post_evidence,
        convicted.row_id as judgment_row_id,
        convicted.row_hash as judgment_row_hash,
        -- the key of the side that has a number
        case
            when cards.id_number_key is null then coalesce(convicted.person_key, cards.person_key)
            else cards.person_key
        end as subject_person_key
    from cards
    left join links on cards.row_id = links.row_id
    left join convicted on links.record_id = convicted.record_id
),

judged as (
    select
        *,
        greatest(link_tier, post_tier) as match_tier,
        case
            when outcome <> '起诉' or (outcome is null and charged_from is null)
                then '本院没有起诉'
            when record_id is null then '尚无对应的生效判决'
            when standing = 'out_of_scope' then conviction_note_zh
        end as not_for_rule_zh,
        case
            when standing = 'inconclusive' then conviction_note_zh
            when link_tier = 'T4' then '仅姓名相同，不作线索'
            when charged_from is null then '起诉日期未填'
            when ban_proposed is null then '是否建议从业禁止未填'
        end as unsure_zh
    from facts
),

decided as (
    select
        *,
        case
            when not_for_rule_zh is not null then 'out_of_scope'
            when ban_proposed then 'clear'
            when conviction_guard is not null then 'excluded'
            when unsure_zh is not null then 'inconclusive'
            else 'clue'
        end as verdict
    from judged
),

ranked as (
    select
        *,
        row_number() over (
            partition by adcode, case_no, subject_person_key
            order by {{ verdict_place() }} asc, row_id asc, record_id asc
        ) as place
    from decided
),

final as (
    select
        adcode,
        'case' as subject_type,
        case_no || '|' || subject_person_key as subject_key,
        verdict,
        case when verdict = 'excluded' then conviction_guard end as guard,
        case verdict
            when 'out_of_scope' then not_for_rule_zh
            when 'inconclusive' then unsure_zh
        end as note_zh,
        subject_person_key as person_key,
        null as institution_key,
        null as institution_category,
        null as township,
        supplier,
        charged_from as conduct_from,
        charged_from as conduct_to,
        case when verdict = 'clue' then match_tier end as match_tier,
        case
            when verdict = 'clue' and (match_tier <> 'T1' or conviction_needs_review) then 'review'
        end as push,
        null as severity,
        case when verdict = 'clue' then 1 end as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        {{ person_label('name', 'id_number_sex', 'born_on') }} || ' ' || case_no as subject_label,
        case when verdict = 'clue' then
            {{ person_label('name', 'id_number_sex', 'born_on') }} || '由本院' || case_no || '于'
            || charged_by || '起诉，' || judgment_no || '判决犯' || convicted_of || '；' || post_zh
            || '，犯罪期间在岗且已成年，未见改判或者撤销。依照法发〔2022〕32号第四条应当提出从业禁止建议，'
            || '而案卡“是否建议从业禁止”为否，疑似未提出。须先排除案卡填录错误。'
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
                        "'未提从业禁止建议'", "'prosecution_case'", 'row_id', 'row_hash',
                        "case_no || '，' || charged_by || '起诉，是否建议从业禁止：否'"
                    ),
                    evidence_row(
                        "'生效判决'", "'criminal_judgment'", 'judgment_row_id', 'judgment_row_hash',
                        "judgment_no || '判决：' || convicted_of || '，' || post_zh"
                    ),
                ]),
                'post_evidence'
            ) }}
        end as evidence
    from ranked
    where place = 1
)

{{ rule_output('final') }}
