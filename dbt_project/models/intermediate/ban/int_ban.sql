-- Bans from work ordered in judgments, and when they run. A ban runs from release or parole as the
-- executing agency reports it, else from the end of the sentence as computed; with probation from
-- its end. Of uncertain dates the latest start and the earliest end are taken; a term that can be
-- none, as a date typed into its column, leaves them unknown.
-- Law: 刑法 37-1, for acts since 2015-11-01. Grain: judgment of a person (record_id).
with judgments as (
    select
        row_id,
        principal_penalty,
        ban_years,
        ban_scope,
        effective_on_min,
        coalesce(probation_months, 0) > 0 as is_probation,
        {{ plausible_span('term_months', 'month') }} as term_months,
        {{ plausible_span('probation_months', 'month') }} as probation_months,
        {{ plausible_span('ban_years', 'year') }} as counted_years
    from {{ ref('stg_criminal_judgment') }}
    where ban_years > 0
),

records as (
    select * from {{ ref('int_record') }}
    where kind = 'conviction'
),

executions as (
    select * from {{ ref('stg_sentence_execution') }}
),

scope_phrases as (
    select * from {{ ref('ref_ban_scope') }}
),

-- every kind that a phrase of the scope names
scope_kinds as (
    select
        judgments.row_id,
        {{ sorted_text('scope_phrases.scope_kind', ';') }} as scope_kinds
    from judgments
    inner join scope_phrases on contains(judgments.ban_scope, scope_phrases.phrase)
    group by judgments.row_id
),

executed as (
    select
        records.record_id,
        executions.*,
        row_number() over (
            partition by records.record_id
            order by
                coalesce(executions.parole_on_min, executions.released_on_min) asc nulls last,
                executions.row_id
        ) as place
    from records
    inner join executions
        on
            records.case_no = executions.judgment_case_no
            and (
                records.person_key = executions.person_key
                or (not records.id_usable and records.name_key = executions.name_key)
            )
),

timed as (
    select
        records.record_id,
        records.person_key,
        records.adcode,
        records.case_no,
        judgments.ban_years,
        judgments.counted_years,
        judgments.ban_scope,
        executed.row_id as execution_row_id,
        executed.row_hash as execution_row_hash,
        records.row_id,
        records.row_hash,
        records.is_usable,
        records.unusable_reason,
        records.is_review as record_is_review,
        records.review_reason as record_review_reason,
        records.offence_to_min,
        judgments.is_probation,
        case
            when judgments.ban_scope is null then 'minors'
            else coalesce(scope_kinds.scope_kinds, 'unknown')
        end as scope_kinds,
        case
            when judgments.is_probation then coalesce(
                executed.correction_to_max,
                {{ add_months('records.effective_on', 'judgments.probation_months') }}
            )
            else coalesce(
                executed.parole_on_max,
                executed.released_on_max,
                case
                    when judgments.principal_penalty = '单处附加刑' then records.effective_on
                    else {{ add_months('records.effective_on', 'judgments.term_months') }}
                end
            )
        end as ban_from,
        case
            when judgments.is_probation then coalesce(
                executed.correction_to_min,
                {{ add_months(
                    'coalesce(judgments.effective_on_min, records.effective_on)',
                    'judgments.probation_months'
                ) }}
            )
            else coalesce(
                executed.parole_on_min,
                executed.released_on_min,
                case
                    when judgments.principal_penalty = '单处附加刑'
                        then coalesce(judgments.effective_on_min, records.effective_on)
                    else {{ add_months(
                        'coalesce(judgments.effective_on_min, records.effective_on)',
                        'judgments.term_months'
                    ) }}
                end
            )
        end as earliest_from,
        case
            when judgments.is_probation then '缓刑考验期满'
            when executed.parole_on_min is not null then '假释'
            when executed.released_on_min is not null then '刑满释放'
            else '按生效日期和刑期推算'
        end as from_basis
    from judgments
    inner join records on judgments.row_id = records.row_id
    left join executed on records.record_id = executed.record_id and executed.place = 1
    left join scope_kinds on judgments.row_id = scope_kinds.row_id
),

final as (
    select
        record_id,
        person_key,
        adcode,
        case_no,
        ban_years,
        ban_from,
        {{ add_years('earliest_from', 'counted_years') }} as ban_to,
        from_basis,
        ban_scope,
        scope_kinds,
        coalesce(
            offence_to_min >= {{ param('MIN-06', 'ban_law_from', 'date') }}, true
        ) as is_law_in_force,
        is_usable,
        unusable_reason,
        is_probation or ban_scope is null or record_is_review as is_review,
        case
            when is_probation then '判处缓刑，禁业期限自考验期满起算'
            when ban_scope is null then '未写明禁业范围'
            else record_review_reason
        end as review_reason,
        row_id,
        row_hash,
        execution_row_id,
        execution_row_hash
    from timed
)

select * from final
