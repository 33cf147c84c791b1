-- What the handlers had said of each clue by this night: the newest review, by its own date. Of one
-- day the last delivery counts, and in it a result before mere progress. Two results that
-- contradict each other in it are no result: somebody must look, and meanwhile the clue goes on.
-- A review dated after the night has not been made yet.
-- Grain: clue.
with feedback as (
    select
        *,
        upper(clue_id) as clue
    from {{ ref('stg_clue_feedback') }}
    where reviewed_on_min <= {{ as_of() }}
),

ranked as (
    select
        *,
        dense_rank() over (
            partition by clue
            order by reviewed_on_max desc nulls last, delivered_on desc nulls last
        ) as recency
    from feedback
),

last_said as (
    select
        *,
        row_number() over (
            partition by clue
            order by
                (verdict is null) asc nulls last,
                file_order desc nulls last,
                source_row desc nulls last,
                row_id desc nulls last
        ) as place
    from ranked
    where recency = 1
),

disputed as (
    select clue from last_said
    group by clue
    having count(distinct verdict) > 1
),

final as (
    select
        {{ as_of() }} as as_of,
        last_said.clue as clue_id,
        last_said.reviewed_on_max as reviewed_on,
        -- closed without a result is not closed
        case
            when disputed.clue is not null then '核查中'
            when last_said.verdict is not null then last_said.verdict
            when last_said.status = '已核结' then '核查中'
            else last_said.status
        end as review,
        case when disputed.clue is null then last_said.reason end as reason,
        disputed.clue is not null as is_disputed
    from last_said
    left join disputed on last_said.clue = disputed.clue
    where last_said.place = 1
)

select * from final
