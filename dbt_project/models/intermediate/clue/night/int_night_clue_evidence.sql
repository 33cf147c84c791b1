-- The source rows that prove this night's clues, numbered in a total order and traced to their
-- files. A group clue is proved by its members: one row for each, with the member's id for hash.
-- Grain: clue, evidence row.
with verdicts as (
    select * from {{ ref('int_verdict') }}
    where clue_id is not null
),

-- the file that holds the rows, or the one that repeats it where only that was delivered by now
files as (
    select
        delivery_id,
        supplier,
        adcode,
        source_file,
        coalesce(duplicate_of, delivery_id) as stored_in,
        row_number() over (
            partition by coalesce(duplicate_of, delivery_id)
            order by
                (duplicate_of is not null) asc, delivered_on asc nulls last, delivery_id asc
        ) as place
    from {{ source('lake', 'delivery') }}
),

-- the first file to bring each row, of those that count; a row is the same while its content is
first_files as (
    select
        deliveries.feed,
        deliveries.row_hash,
        files.delivery_id,
        files.delivered_on,
        row_number() over (
            partition by deliveries.feed, deliveries.row_hash
            order by files.delivered_on asc nulls last, files.delivery_id asc
        ) as place
    from {{ ref('int_evidence_delivery') }} as deliveries
    inner join {{ source('lake', 'delivery') }} as files
        on
            deliveries.set_id = files.set_id
            and deliveries.source_file = files.source_file
            and files.counted
),

own as (
    select
        verdicts.clue_id,
        verdicts.adcode,
        evidence_row.role,
        evidence_row.feed,
        evidence_row.row_id,
        evidence_row.row_hash,
        {{ mask_numbers('evidence_row.fact_zh') }} as fact_zh
    from {{ evidence_of('verdicts') }}
),

members as (
    select
        parent_clue_id as clue_id,
        adcode,
        '成员线索' as role,
        cast(null as varchar) as feed,
        cast(null as varchar) as row_id,
        clue_id as row_hash,
        clue_id || '：' || subject_label as fact_zh
    from verdicts
    where parent_clue_id is not null
),

evidence as (
    select * from own
    union
    select * from members
),

traced as (
    select
        evidence.*,
        files.supplier,
        files.source_file,
        files.delivery_id,
        {{ part('evidence.row_id', ':', 3) }} as source_sheet,
        cast({{ part('evidence.row_id', ':', 2) }} as integer) as source_row,
        files.adcode <> evidence.adcode as is_from_elsewhere,
        first_files.delivered_on as first_delivered_on,
        first_files.delivery_id as first_delivery_id
    from evidence
    left join files
        on {{ part('evidence.row_id', ':', 1) }} = files.stored_in and files.place = 1
    left join first_files
        on
            evidence.feed = first_files.feed
            and evidence.row_hash = first_files.row_hash
            and first_files.place = 1
),

final as (
    select
        {{ as_of() }} as as_of,
        clue_id,
        cast(row_number() over (
            partition by clue_id
            order by
                role asc nulls last, feed asc nulls last, row_hash asc nulls last,
                row_id asc nulls last, fact_zh asc nulls last
        ) as integer) as evidence_no,
        role,
        feed,
        supplier,
        delivery_id,
        source_file,
        nullif(source_sheet, '') as source_sheet,
        source_row,
        row_id,
        row_hash,
        -- a rule that tells the fact in its narrative has said so already
        case
            when is_from_elsewhere and not starts_with(fact_zh, '外县记录')
                then '外县记录：' || fact_zh
            else fact_zh
        end as fact_zh,
        first_delivered_on,
        first_delivery_id
    from traced
)

select * from final
