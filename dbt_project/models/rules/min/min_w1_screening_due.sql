-- MIN-W1 到期提醒: an early warning, never a clue: when each institution's next screening falls due.
-- The reminders are counted per authority in int_authority_watch.
-- Law: 未成年人保护法 62 ¶2.
-- Grain: registered institution.
with institutions as (
    select * from {{ ref('int_institution') }}
),

screenings_due as (
    select * from {{ ref('int_screening_due') }}
),

final as (
    select
        institutions.adcode,
        'institution' as subject_type,
        institutions.institution_key as subject_key,
        case when screenings_due.institution_key is null then 'out_of_scope' else 'clear' end
            as verdict,
        null as guard,
        case
            when not institutions.in_scope then '不属于密切接触未成年人行业'
            when not institutions.is_active then institutions.inactive_reason
            when screenings_due.institution_key is null then '没有能确定在岗的人员'
        end as note_zh,
        null as person_key,
        institutions.institution_key,
        institutions.category as institution_category,
        institutions.township,
        institutions.supplier,
        null as conduct_from,
        null as conduct_to,
        null as match_tier,
        null as push,
        null as severity,
        null as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        institutions.name as subject_label,
        null as narrative_zh,
        null as guards_tested,
        null as evidence
    from institutions
    left join screenings_due on institutions.institution_key = screenings_due.institution_key
)

{{ rule_output('final') }}
