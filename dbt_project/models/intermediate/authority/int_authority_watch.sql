-- The early warning per authority (内部监督预警): how many of its institutions and their people
-- were screened this year, how many screenings fall due, which documents wait for its answer.
-- due_in_60_days counts those due in 30 and in 7 days too.
-- Grain: county and authority (the agency that registers).
with institutions as (
    select * from {{ ref('int_institution') }}
    where is_active and in_scope
),

screenings_due as (
    select * from {{ ref('int_screening_due') }}
),

documents as (
    select * from {{ ref('int_document') }}
    where authority is not null
),

clocks as (
    select * from {{ ref('int_document_clock') }}
),

registers as (
    select
        institutions.adcode,
        institutions.supplier as authority,
        count(*) as institutions,
        count(*) filter (where screenings_due.staff_screened_this_year > 0)
            as institutions_screened,
        coalesce(sum(screenings_due.staff), 0) as staff,
        coalesce(sum(screenings_due.staff_screened_this_year), 0) as staff_screened_this_year,
        count(*) filter (
            where screenings_due.days_left <= {{ param('MIN-W1', 'first_notice_days') }}
        ) as due_in_60_days,
        count(*) filter (
            where screenings_due.days_left <= {{ param('MIN-W1', 'second_notice_days') }}
        ) as due_in_30_days,
        count(*) filter (
            where screenings_due.days_left <= {{ param('MIN-W1', 'last_notice_days') }}
        ) as due_in_7_days
    from institutions
    left join screenings_due on institutions.institution_key = screenings_due.institution_key
    group by institutions.adcode, institutions.supplier
),

replies as (
    select
        documents.adcode,
        documents.authority,
        count(*) filter (where clocks.state <> '已回复') as awaiting,
        count(*) filter (where clocks.state = '逾期') as overdue
    from documents
    inner join clocks on documents.row_id = clocks.row_id
    where documents.served_on_max is not null
    group by documents.adcode, documents.authority
),

final as (
    select
        coalesce(registers.adcode, replies.adcode) as adcode,
        coalesce(registers.authority, replies.authority) as authority,
        cast(coalesce(registers.institutions, 0) as integer) as institutions,
        cast(coalesce(registers.institutions_screened, 0) as integer) as institutions_screened,
        cast(coalesce(registers.staff, 0) as integer) as staff,
        cast(coalesce(registers.staff_screened_this_year, 0) as integer)
            as staff_screened_this_year,
        cast(coalesce(registers.due_in_60_days, 0) as integer) as due_in_60_days,
        cast(coalesce(registers.due_in_30_days, 0) as integer) as due_in_30_days,
        cast(coalesce(registers.due_in_7_days, 0) as integer) as due_in_7_days,
        cast(coalesce(replies.awaiting, 0) as integer) as documents_awaiting_reply,
        cast(coalesce(replies.overdue, 0) as integer) as documents_overdue
    from registers
    full join replies
        on registers.adcode = replies.adcode and registers.authority = replies.authority
)

select * from final
