-- MED-25 监管怠责: what an agency decided is unpaid long after its due date; a lead that it accepted
-- is undecided when its term has ended; a case as grave as a crime was not handed to the police.
-- Law: 条例 22, 38, 48; 行政诉讼法 25(4).
-- Grain: agency, decision or lead.
with actions as (
    select * from {{ ref('int_medical_action') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

days as (
    select
        date_day,
        is_workday,
        count(*) filter (where is_workday) over (order by date_day asc nulls last) as workdays
    from {{ ref('ref_workday') }}
),

-- the last day of each term
terms as (
    select
        actions.*,
        coalesce(actions.paid_on <= {{ as_of() }}, false) as is_paid,
        coalesce(actions.decided_on <= {{ as_of() }}, false) as is_decided,
        coalesce(actions.transferred_on <= {{ as_of() }}, false) as is_transferred,
        {{ add_days('actions.due_on', param('MED-25', 'overdue_days')) }} as pay_by,
        last_days.date_day as decide_by,
        -- on days off after it no further working day has passed
        tonight.workdays - accepted.workdays > {{ param('MED-25', 'decision_workdays') }}
            as is_decision_due,
        {{ add_days('actions.decided_on', param('MED-25', 'transfer_days')) }} as transfer_by
    from actions
    left join days as accepted on actions.accepted_on_max = accepted.date_day
    left join days as last_days
        on
            last_days.is_workday
            and accepted.workdays + {{ param('MED-25', 'decision_workdays') }} = last_days.workdays
    left join days as tonight on tonight.date_day = {{ as_of() }}
),

breaches as (
    select
        *,
        not is_paid and (coalesce(recoup, 0) > 0 or coalesce(fine, 0) > 0) as is_unpaid,
        not is_decided and coalesce(is_decision_due, false) as is_undecided,
        is_decided
        and not is_transferred
        and coalesce(
            transfer_by < {{ as_of() }}
            and recoup >= {{ param('ALL', 'crime_threshold_yuan', 'decimal(18, 2)') }},
            false
        ) as is_kept_back
    from terms
),

judged as (
    select
        *,
        is_unpaid and coalesce(pay_by < {{ as_of() }}, false) as is_overdue,
        is_undecided and not is_transferred as is_shelved
    from breaches
),

verdicts as (
    select
        *,
        case
            when is_overdue or is_shelved or is_kept_back then 'clue'
            when is_undecided then 'excluded'
            when is_decided and is_unpaid and pay_by is null then 'inconclusive'
            else 'clear'
        end as verdict,
        least(
            case when is_overdue then pay_by end,
            case when is_undecided then decide_by end,
            case when is_kept_back then transfer_by end
        ) as neglected_from
    from judged
),

described as (
    select
        verdicts.*,
        institutions.institution_key,
        institutions.kind,
        institutions.township,
        case
            when verdicts.party_code is null then {{ mask_name('verdicts.party') }}
            else verdicts.party
        end as party_zh,
        {{ mask_numbers('verdicts.cause') }} as cause_zh,
        case
            when verdicts.is_overdue
                then
                    '应于' || verdicts.due_on || '前缴清的追回金额'
                    || {{ yuan('coalesce(verdicts.recoup, 0)') }} || '、罚款'
                    || {{ yuan('coalesce(verdicts.fine, 0)') }} || '没有缴清记录'
        end as overdue_zh,
        case
            when verdicts.is_shelved
                then '线索于' || verdicts.accepted_on_max || '受理后没有作出决定的记录'
        end as shelved_zh,
        case
            when verdicts.is_kept_back
                then
                    '于' || verdicts.decided_on || '决定追回' || {{ yuan('verdicts.recoup') }}
                    || '，没有移送公安机关的记录'
        end as kept_back_zh
    from verdicts
    left join institutions on verdicts.party_code = institutions.fixmedins_code
),

final as (
    select
        adcode,
        'agency' as subject_type,
        supplier || '|' || decision_no as subject_key,
        verdict,
        case when verdict = 'excluded' then 'transferred' end as guard,
        case when verdict = 'inconclusive' then '缴款期限不详' end as note_zh,
        null as person_key,
        institution_key,
        kind as institution_category,
        township,
        supplier,
        coalesce(neglected_from, {{ as_of() }}) as conduct_from,
        {{ as_of() }} as conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        case when verdict = 'clue' then
            cast(is_overdue as integer)
            + cast(is_shelved as integer)
            + cast(is_kept_back as integer)
        end as hit_count,
        case when verdict = 'clue' then
            case when is_paid then 0 else recoup end
        end as amount_total,
        null as amount_pool,
        null as amount_account,
        agency || '：' || decision_no as subject_label,
        case when verdict = 'clue' then
            agency || '办理' || party_zh || '（' || cause_zh || '，' || decision_no || '）一案，至'
            || {{ as_of() }} || '：'
            || coalesce(overdue_zh || '；', '') || coalesce(shelved_zh || '；', '')
            || coalesce(kept_back_zh || '；', '') || '以上均已超过办理期限。'
        end as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({'transferred': "'未命中：未办结的线索没有移送公安机关的记录'"}) }}
        end as guards_tested,
        case when verdict = 'clue' then
            {{ evidence_concat(
                evidence_concat(
                    evidence_list([
                        evidence_row(
                            "'办理情况'", "'medical_enforcement'", 'row_id', 'row_hash',
                            "agency || '，' || decision_no || '，' || cause_zh"
                        )
                    ]),
                    'case when is_overdue then '
                    ~ evidence_list([
                        evidence_row("'追缴缺失'", "'medical_enforcement'", 'null', 'null', 'overdue_zh')
                    ]) ~ ' end'
                ),
                evidence_concat(
                    'case when is_shelved then '
                    ~ evidence_list([
                        evidence_row("'决定缺失'", "'medical_enforcement'", 'null', 'null', 'shelved_zh')
                    ]) ~ ' end',
                    'case when is_kept_back then '
                    ~ evidence_list([
                        evidence_row("'移送缺失'", "'medical_enforcement'", 'null', 'null', 'kept_back_zh')
                    ]) ~ ' end'
                )
            ) }}
        end as evidence
    from described
)

{{ rule_output('final') }}
