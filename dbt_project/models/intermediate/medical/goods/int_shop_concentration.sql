-- How much of what a retail pharmacy settled its few best-selling codes make, and whether that is
-- further above the median of its peers than so many times their median deviation from it (MED-01:
-- it raises the score of the shop's clue and finds none).
-- Grain: county, retail pharmacy with settled lines in the window.
with lines as (
    select * from {{ ref('int_line_till') }}
),

activity as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy
),

items as (
    select
        adcode,
        fixmedins_code,
        sum(det) as amount,
        row_number() over (
            partition by adcode, fixmedins_code
            order by sum(det) desc nulls last, hilist_code asc
        ) as place
    from lines
    group by adcode, fixmedins_code, hilist_code
),

shares as (
    select
        activity.adcode,
        activity.fixmedins_code,
        activity.institution_key,
        activity.is_peer,
        activity.peers,
        {{ share_of(
            'sum(case when items.place <= ' ~ param('MED-01', 'top_items')
            ~ ' then items.amount end)',
            'sum(items.amount)'
        ) }} as share
    from activity
    inner join items
        on activity.adcode = items.adcode and activity.fixmedins_code = items.fixmedins_code
    group by
        activity.adcode,
        activity.fixmedins_code,
        activity.institution_key,
        activity.is_peer,
        activity.peers
),

medians as (
    select
        shares.adcode,
        shares.fixmedins_code,
        {{ median_of('others.share', 'decimal(18, 6)') }} as peer_median
    from shares
    inner join shares as others
        on shares.adcode = others.adcode and shares.fixmedins_code <> others.fixmedins_code
    where others.is_peer
    group by shares.adcode, shares.fixmedins_code
),

deviations as (
    select
        medians.adcode,
        medians.fixmedins_code,
        medians.peer_median,
        {{ median_of('abs(others.share - medians.peer_median)', 'decimal(18, 6)') }}
            as peer_deviation
    from medians
    inner join shares as others
        on medians.adcode = others.adcode and medians.fixmedins_code <> others.fixmedins_code
    where others.is_peer
    group by medians.adcode, medians.fixmedins_code, medians.peer_median
),

final as (
    select
        shares.adcode,
        shares.fixmedins_code,
        shares.institution_key,
        shares.share,
        deviations.peer_median,
        deviations.peer_deviation,
        coalesce(
            shares.peers >= {{ param('ALL', 'peer_min') }}
            and shares.share - deviations.peer_median
            > {{ param('MED-01', 'mad_factor') }} * deviations.peer_deviation,
            false
        ) as is_concentrated
    from shares
    left join deviations
        on
            shares.adcode = deviations.adcode
            and shares.fixmedins_code = deviations.fixmedins_code
)

select * from final
