-- What the handlers had said of each clue by this night: the newest review, by its own date.
-- Grain: clue.
with feedback as (
    select * from {{ ref('stg_clue_feedback') }}
),

newest as (
    select
        *,
        row_number() over (
            partition by upper(clue_id)
            order by
                reviewed_on_max desc nulls last, delivered_on desc nulls last, row_id desc
        ) as place
    from feedback
),

final as (
    select
        {{ as_of() }} as as_of,
        upper(clue_id) as clue_id,
        reviewed_on_max as reviewed_on,
        -- closed without a result is not closed
        coalesce(verdict, case when status = '已核结' then '核查中' else status end) as review,
        reason
    from newest
    where place = 1
)

select * from final
