-- Minutes in which more persons settled at a pharmacy than it has on other days, all with one
-- operator, and either at even intervals or for the same basket (MED-09). Both the minutes that end
-- and those that begin with a settlement are looked at: another operator's settlement just before a
-- crowd, or just after it, lies in the one and not in the other. They overlap where a crowd lasted
-- longer.
-- Grain: county, pharmacy, end of the minutes.
with swipes as (
    select * from {{ ref('int_swipe') }}
),

baskets as (
    select * from {{ ref('int_basket') }}
),

days as (
    select
        adcode,
        fixmedins_code,
        service_on,
        max(persons_within) as most
    from swipes
    group by adcode, fixmedins_code, service_on
),

usual as (
    select
        adcode,
        fixmedins_code,
        greatest(
            {{ param('MED-09', 'persons_min') }},
            {{ param('MED-09', 'median_factor') }} * {{ median_of('most') }}
        ) as least
    from days
    group by adcode, fixmedins_code
),

-- minutes that begin with a settlement hold no more persons than those that end with their last one
crowded_days as (
    select
        days.adcode,
        days.fixmedins_code,
        days.service_on,
        usual.least
    from days
    inner join usual
        on
            days.adcode = usual.adcode
            and days.fixmedins_code = usual.fixmedins_code
    where days.most >= usual.least
),

crowded_swipes as (
    select
        swipes.*,
        crowded_days.least,
        {{ distinct_following(
            'swipes.person_key',
            ['swipes.adcode', 'swipes.fixmedins_code', 'swipes.service_on'],
            'swipes.service_at',
            param('MED-09', 'minutes')
        ) }} as persons_following
    from swipes
    inner join crowded_days
        on
            swipes.adcode = crowded_days.adcode
            and swipes.fixmedins_code = crowded_days.fixmedins_code
            and swipes.service_on = crowded_days.service_on
),

-- where one settlement begins them and another ends them they are the same minutes
dense as (
    select
        adcode,
        fixmedins_code,
        service_on,
        {{ minutes_before('service_at', param('MED-09', 'minutes')) }} as began_at,
        service_at as ended_at,
        persons_within as persons
    from crowded_swipes
    where persons_within >= least
    union
    select
        adcode,
        fixmedins_code,
        service_on,
        service_at as began_at,
        {{ minutes_after('service_at', param('MED-09', 'minutes')) }} as ended_at,
        persons_following as persons
    from crowded_swipes
    where persons_following >= least
),

members as (
    select
        dense.*,
        swipes.setl_id,
        swipes.service_at,
        swipes.opter_id,
        swipes.med_class,
        baskets.basket,
        {{ seconds_between(
            'lag(swipes.service_at) over in_order', 'swipes.service_at'
        ) }} as gap,
        count(*) over same_basket as alike
    from dense
    inner join crowded_swipes as swipes
        on
            dense.adcode = swipes.adcode
            and dense.fixmedins_code = swipes.fixmedins_code
            and dense.service_on = swipes.service_on
            and swipes.service_at between dense.began_at and dense.ended_at
    left join baskets on swipes.adcode = baskets.adcode and swipes.setl_id = baskets.setl_id
    window
        in_order as (
            partition by dense.adcode, dense.fixmedins_code, dense.ended_at
            order by swipes.service_at asc nulls last, swipes.setl_id asc nulls last
        ),
        same_basket as (
            partition by dense.adcode, dense.fixmedins_code, dense.ended_at, baskets.basket
        )
),

measured as (
    select
        adcode,
        fixmedins_code,
        service_on,
        began_at,
        ended_at,
        persons,
        count(*) as settlements,
        count(distinct opter_id) as operators,
        count(opter_id) as with_operator,
        count(*) filter (where med_class = 'CHR') as chronic,
        max(case when basket is not null then alike end) as alike,
        stddev_samp(gap) / nullif(avg(gap), 0) as gap_variation
    from members
    group by adcode, fixmedins_code, service_on, began_at, ended_at, persons
),

final as (
    select
        adcode,
        fixmedins_code,
        service_on,
        began_at,
        ended_at,
        persons,
        chronic >= {{ param('MED-09', 'chronic_share', 'decimal(9, 2)') }} * settlements
            as is_chronic,
        coalesce(gap_variation < {{ param('MED-09', 'gap_variation', 'decimal(9, 2)') }}, false)
            as is_even,
        coalesce(
            alike >= {{ param('MED-09', 'basket_share', 'decimal(9, 2)') }} * settlements, false
        ) as is_alike
    from measured
    where
        operators = 1
        and with_operator = settlements
        and (
            gap_variation < {{ param('MED-09', 'gap_variation', 'decimal(9, 2)') }}
            or alike >= {{ param('MED-09', 'basket_share', 'decimal(9, 2)') }} * settlements
        )
)

select * from final
