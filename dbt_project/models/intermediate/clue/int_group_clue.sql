-- Group clues (类案): the clues of a rule under one authority and category as one matter, which is
-- supervised by one document. Its law is that of its latest conduct; it is pushed if a member is.
-- Grain: rule, county, authority, category.
with members as (
    select
        *,
        row_number() over (
            partition by parent_clue_id
            order by conduct_to desc nulls last, clue_id asc
        ) as place
    from {{ ref('int_verdict') }}
    where parent_clue_id is not null
),

cards as (
    select * from {{ ref('rule_card') }}
),

regions as (
    select * from {{ ref('ref_region') }}
),

agencies as (
    select * from {{ ref('ref_agency') }}
),

latest as (
    select * from members
    where place = 1
),

sums as (
    select
        parent_clue_id,
        min(conduct_from) as conduct_from,
        max(conduct_to) as conduct_to,
        min(push) as push, -- auto before review
        cast(count(*) as integer) as hit_count,
        sum(amount_total) as amount_total,
        sum(amount_pool) as amount_pool,
        sum(amount_account) as amount_account
    from members
    group by parent_clue_id
),

labelled as (
    select
        latest.parent_clue_id as clue_id,
        latest.rule_id,
        latest.adcode,
        latest.supplier,
        latest.institution_category,
        latest.legal_basis_ids,
        cards.title_zh,
        cards.severity,
        coalesce(regions.name_zh, latest.adcode)
        || coalesce(agencies.name_zh, '') || '主管的'
        || coalesce(latest.institution_category, '未登记机构') as group_label
    from latest
    inner join cards on latest.rule_id = cards.rule_id
    left join regions on latest.adcode = regions.adcode
    left join agencies on latest.supplier = agencies.agency
),

final as (
    select
        labelled.clue_id,
        labelled.rule_id,
        labelled.adcode,
        'region_group' as subject_type,
        {{ group_subject() }} as subject_key,
        labelled.institution_category,
        labelled.supplier,
        sums.conduct_from,
        sums.conduct_to,
        sums.push,
        labelled.severity,
        sums.hit_count,
        cast(sums.amount_total as decimal(18, 2)) as amount_total,
        cast(sums.amount_pool as decimal(18, 2)) as amount_pool,
        cast(sums.amount_account as decimal(18, 2)) as amount_account,
        labelled.legal_basis_ids,
        labelled.group_label as subject_label,
        labelled.group_label || '中有 ' || cast(sums.hit_count as varchar) || ' 条“'
        || labelled.title_zh || '”线索，宜作为类案一并监督；各条线索的事实与证据见成员线索。'
            as narrative_zh
    from labelled
    inner join sums on labelled.clue_id = sums.parent_clue_id
)

select * from final
