-- What each text of charges or causes amounts to: the offences in it, their best tier, and whether
-- any of its crimes is intentional or negligent. Each text is read once, however often it occurs.
-- Law: 刑法 and the offences of 未成年人保护法 62; 学前教育法 44. Grain: charge text.
with judgments as (
    select charges as charge_text from {{ ref('stg_criminal_judgment') }}
),

cases as (
    select charge as charge_text from {{ ref('stg_prosecution_case') }}
),

penalties as (
    select cause as charge_text from {{ ref('stg_police_penalty') }}
),

-- behind a crime, what only qualifies it: 致人死亡, 未遂
tails as (
    select
        '(^|;)犯?(' as head,
        ')(罪|案|致[^;]*(死|亡|伤|残疾?)|未遂|中止|预备|既遂)*(;|$)' as tail
),

offences as (
    select
        offences.*,
        -- 、 in a charge's name is a separator like any other, by the time texts are compared
        tails.head || replace(offences.pattern, '、', ';') || tails.tail as whole_charge
    from {{ ref('ref_offence') }} as offences
    cross join tails
),

negligent_names as (
    select
        max(tails.head)
        || {{ sorted_text("replace(crimes.charge, '、', ';?')", '|') }}
        || max(tails.tail) as whole_charge
    from {{ ref('ref_negligent_crime') }} as crimes
    cross join tails
),

texts as (
    select charge_text from judgments
    union
    select charge_text from cases
    union
    select charge_text from penalties
),

-- where charges are counted (1.、（二）、③) or joined by 和, a separator stands
listed as (
    select
        charge_text,
        {{ replace_all(
            replace_all(
                'charge_text',
                "'[（(](\\d+|[一二三四五六七八九十]+)[）)]|(\\d+|[一二三四五六七八九十]+)[.．、,，:：]"
                ~ "|(^|[\\s;；])(\\d+|[一二三四五六七八九十]+)[）)]|[①-⑳]'",
                "';'"
            ),
            "'罪(\\s+|\\s*(和|及|与|以及)\\s*)'", "'罪;'"
        ) }} as listed_text
    from texts
    where charge_text is not null
),

-- brackets such as （未遂） and spaces say nothing of the crime; every separator becomes one
plain as (
    select
        charge_text,
        {{ replace_all(
            replace_all(
                replace_all('listed_text', "'[（(【\\[][^）)】\\]]*[）)】\\]]'", "''"),
                "'\\s'", "''"
            ),
            "'[、，,；;。/|\\\\]+'", "';'"
        ) }} as plain_text
    from listed
),

matched as (
    select
        plain.charge_text,
        {{ sorted_text('offences.offence_code', ';') }} as offence_codes,
        min(offences.tier) as tier_minor_victim,
        min(offences.tier_unless_minor_victim) as tier_other_victim,
        bool_or(offences.is_rape) as is_rape,
        bool_or(offences.is_molest) as is_molest,
        bool_or(offences.tier = 'D') as has_tier_d
    from plain
    inner join offences on {{ matches('plain.plain_text', 'offences.whole_charge') }}
    group by plain.charge_text
),

-- what remains of a text without its negligent crimes; twice, as neighbours share a separator
without_negligent as (
    select
        plain.charge_text,
        plain.plain_text,
        {{ replace_all(
            replace_all('plain.plain_text', 'negligent_names.whole_charge', "';'"),
            'negligent_names.whole_charge', "';'"
        ) }} as remaining_text
    from plain
    cross join negligent_names
),

final as (
    select
        without_negligent.charge_text,
        matched.offence_codes,
        matched.tier_minor_victim,
        matched.tier_other_victim,
        coalesce(matched.is_rape, false) as is_rape,
        coalesce(matched.is_molest, false) as is_molest,
        coalesce(matched.has_tier_d, false) as has_tier_d,
        without_negligent.remaining_text <> without_negligent.plain_text as has_negligent,
        replace(without_negligent.remaining_text, ';', '') <> '' as has_intentional
    from without_negligent
    left join matched on without_negligent.charge_text = matched.charge_text
)

select * from final
