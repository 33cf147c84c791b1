-- Designated institutions and the licensed shops tied to them, and when in the window these were
-- outside: never designated, or their agreement suspended, ended or run out. Conduct of other days
-- is none.
-- Grain: designated institution, licence of the other shop, first day.
with links as (
    select * from {{ ref('int_shop_link') }}
    where other_kind = 'licence'
),

shops as (
    select * from {{ ref('int_retail_shop') }}
),

spans as (
    select * from {{ ref('int_outside_span') }}
    where valid_from <= {{ as_of() }} and {{ window_from('MED-02') }} < valid_to
),

tied as (
    select
        fixmedins_code,
        other_id as licence_no,
        {{ sorted_text(
            "case link when 'legrep' then '法定代表人相同' when 'phone' then '联系电话相同'"
            ~ " else '相距' || metres || '米' end"
        ) }} as links_zh
    from links
    group by fixmedins_code, other_id
),

final as (
    select
        tied.fixmedins_code,
        tied.licence_no,
        shops.uscc as other_uscc,
        greatest({{ window_from('MED-02') }}, spans.valid_from) as outside_from,
        spans.valid_to as outside_to,
        tied.links_zh
    from tied
    inner join shops on tied.licence_no = shops.licence_no
    inner join spans on tied.licence_no = spans.licence_no
)

select * from final
