-- Designated institutions and the licensed shops tied to them that are not designated on the night:
-- never were, or their agreement is suspended, ended or ran out.
-- Grain: designated institution, licence of the other shop.
with links as (
    select * from {{ ref('int_shop_link') }}
    where other_kind = 'licence'
),

shops as (
    select * from {{ ref('int_retail_shop') }}
),

spans as (
    select * from {{ ref('int_designation_span') }}
    where state = '在用' and valid_from <= {{ as_of() }}
),

last_designated as (
    select
        fixmedins_code,
        max(valid_to) as designated_to
    from spans
    group by fixmedins_code
),

final as (
    select
        links.fixmedins_code,
        links.other_id as licence_no,
        max(shops.fixmedins_code) as other_code,
        max(shops.uscc) as other_uscc,
        -- conduct before the other shop lost its designation is none
        greatest(
            {{ window_from('MED-02') }},
            coalesce(max(last_designated.designated_to), {{ first_day() }}),
            max(shops.valid_from)
        ) as outside_from,
        {{ sorted_text(
            "case links.link when 'legrep' then '法定代表人相同' when 'phone' then '联系电话相同'"
            ~ " else '相距' || links.metres || '米' end"
        ) }} as links_zh
    from links
    inner join shops on links.other_id = shops.licence_no
    left join last_designated on shops.fixmedins_code = last_designated.fixmedins_code
    where
        shops.status = '有效'
        and shops.valid_from <= {{ as_of() }}
        and {{ as_of() }} < shops.valid_to
        and coalesce(last_designated.designated_to, {{ first_day() }}) <= {{ as_of() }}
    group by links.fixmedins_code, links.other_id
)

select * from final
