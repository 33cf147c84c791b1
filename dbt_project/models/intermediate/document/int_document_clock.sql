-- The clock of every procuratorial document: by when the addressee must answer, and how it stands.
-- A date written in the document overrides the law's. The law's clock starts with service and
-- depends on the kind of document, its day of issue, its urgency, and on whether it goes to an
-- institution that works with minors (未成年人保护法 114: one month).
-- Grain: document.
with documents as (
    select
        *,
        -- an open end is no day of service
        nullif(served_on_max, {{ last_day() }}) as served_on
    from {{ ref('stg_procuratorial_document') }}
),

deadlines as (
    select * from {{ ref('ref_deadline') }}
),

aliases as (
    select * from {{ ref('int_institution_alias') }}
),

institutions as (
    select * from {{ ref('int_institution') }}
    where in_scope
),

to_institutions as (
    select distinct documents.row_id
    from documents
    inner join aliases
        on
            (aliases.alias_kind = 'uscc' and aliases.alias_value = documents.addressee_uscc)
            or (
                documents.addressee_uscc is null
                and aliases.alias_kind = 'name'
                and aliases.adcode = documents.adcode
                and aliases.alias_value = documents.addressee_norm
            )
    inner join institutions on aliases.institution_key = institutions.institution_key
),

clocks as (
    select
        documents.row_id,
        deadlines.basis_id,
        case when documents.urgent then deadlines.urgent_value end as urgent_value,
        deadlines.urgent_unit,
        deadlines.limit_value,
        deadlines.limit_unit,
        row_number() over (
            partition by documents.row_id
            order by {{ place_in('deadlines.addressee_kind', ['minors', 'any']) }} asc
        ) as place
    from documents
    left join to_institutions on documents.row_id = to_institutions.row_id
    inner join deadlines
        on
            documents.document_type = deadlines.document_type
            and documents.issued_on_max >= deadlines.valid_from
            and (deadlines.valid_to is null or documents.issued_on_max < deadlines.valid_to)
    where deadlines.addressee_kind = 'any' or to_institutions.row_id is not null
),

clock as (
    select
        row_id,
        basis_id,
        coalesce(urgent_value, limit_value) as limit_value,
        case when urgent_value is not null then urgent_unit else limit_unit end as limit_unit
    from clocks
    where place = 1
),

dated as (
    select
        documents.*,
        clock.basis_id,
        documents.replied_on_max <= {{ as_of() }}
        or documents.reply_result is not null as is_replied,
        coalesce(
            documents.reply_due_on_max,
            case clock.limit_unit
                when '月' then {{ add_months('documents.served_on', 'clock.limit_value') }}
                when '日' then {{ add_days('documents.served_on', 'clock.limit_value') }}
            end
        ) as due_on
    from documents
    left join clock on documents.row_id = clock.row_id
),

final as (
    select
        document_no,
        adcode,
        document_type,
        addressee,
        served_on,
        due_on,
        replied_on_max as replied_on,
        case when reply_due_on_max is null then basis_id end as clock_basis_id,
        case
            when coalesce(is_replied, false) then null
            else {{ days_between(as_of(), 'due_on') }}
        end as days_left,
        case
            when is_replied then '已回复'
            when due_on < {{ as_of() }} then '逾期'
            when
                {{ days_between(as_of(), 'due_on') }} <= {{ param('MIN-W1', 'last_notice_days') }}
                then '即将到期'
            else '未到期'
        end as state,
        row_id,
        row_hash
    from dated
)

select * from final
