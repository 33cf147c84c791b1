-- Whether what a rule concludes from absence is proven: whether the deliveries' periods cover all
-- the windows for it without a gap, and if not, what is missing.
-- Grain: rule, county, source row where each is proven for itself.
with windows as (
    select * from {{ ref('int_proof_window') }}
),

islands as (
    select * from {{ ref('int_coverage_island') }}
),

feeds as (
    select * from {{ ref('ref_feed') }}
),

agencies as (
    select * from {{ ref('ref_agency') }}
),

covered as (
    select
        windows.rule_id,
        windows.adcode,
        windows.row_id,
        windows.feed,
        windows.supplier,
        windows.channel,
        windows.needed_from,
        windows.needed_to,
        coalesce(
            bool_or(
                islands.covered_from <= windows.needed_from
                and windows.needed_to <= islands.covered_to
            ),
            false
        ) as is_met,
        {{ sorted_text("islands.covered_from || '至' || islands.covered_to") }} as covered_zh
    from windows
    left join islands
        on
            windows.feed = islands.feed
            and windows.adcode = islands.adcode
            and (windows.channel = islands.channel or windows.supplier = islands.supplier)
    group by
        windows.rule_id,
        windows.adcode,
        windows.row_id,
        windows.feed,
        windows.supplier,
        windows.channel,
        windows.needed_from,
        windows.needed_to
),

final as (
    select
        covered.rule_id,
        covered.adcode,
        covered.row_id,
        min(covered.needed_from) as needed_from,
        bool_and(covered.is_met) as is_proven,
        {{ sorted_text(
            "case when not covered.is_met then feeds.title_zh || '（'
            || coalesce(covered.channel, agencies.name_zh) || '）须连续覆盖' || covered.needed_from
            || '至' || covered.needed_to || '，'
            || coalesce('仅覆盖' || covered.covered_zh, '没有带期间的报送') end",
            '；'
        ) }} as shortfall_zh
    from covered
    inner join feeds on covered.feed = feeds.feed
    left join agencies on covered.supplier = agencies.agency
    group by covered.rule_id, covered.adcode, covered.row_id
)

select * from final
