-- How many drug sales of a pharmacy's month went without a code: all of them, and those that are
-- left when each reason for not scanning is taken out after the other. And the peers' share of what
-- is left.
-- Grain: county, shop, month.
with sales as (
    select
        *,
        coalesce(exempt_place > 1, true) as is_required,
        coalesce(exempt_place > 2, true) as is_listed,
        exempt_place is null as is_left
    from {{ ref('int_scan_sale') }}
),

activity as (
    select * from {{ ref('int_shop_activity') }}
),

months as (
    select
        sales.adcode,
        sales.fixmedins_code,
        sales.month_from,
        coalesce(activity.is_peer, false) as is_peer,
        count(*) as sales,
        count(*) filter (where is_uncoded) as uncoded,
        count(case when is_required then row_id end) as sales_required,
        count(case when is_required and is_uncoded then row_id end) as uncoded_required,
        count(case when is_listed then row_id end) as sales_listed,
        count(case when is_listed and is_uncoded then row_id end) as uncoded_listed,
        count(case when is_left then row_id end) as sales_left,
        count(case when is_left and is_uncoded then row_id end) as uncoded_left,
        min(case when is_left and is_uncoded then sold_on end) as conduct_from,
        max(case when is_left and is_uncoded then sold_on end) as conduct_to
    from sales
    left join activity
        on sales.adcode = activity.adcode and sales.fixmedins_code = activity.fixmedins_code
    group by sales.adcode, sales.fixmedins_code, sales.month_from, activity.is_peer
),

shares as (
    select
        *,
        {{ share_of('uncoded_left', 'sales_left') }} as share
    from months
    where sales_left > 0
),

compared as (
    {{ with_peer_percentile(
        'shares', ['adcode', 'month_from'], 'share',
        param('MED-14', 'peer_percentile', 'decimal(18, 6)')
    ) }}
),

final as (
    select
        months.*,
        coalesce(compared.peers, 0) as peers,
        compared.peer_value as peer_share
    from months
    left join compared
        on
            months.adcode = compared.adcode
            and months.fixmedins_code = compared.fixmedins_code
            and months.month_from = compared.month_from
)

select * from final
