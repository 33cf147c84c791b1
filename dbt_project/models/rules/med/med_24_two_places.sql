-- MED-24 凭证不可能同现: a person's credential was used at two institutions so far apart, and so soon
-- one after the other, that nobody travels as fast. Others may lawfully buy for a person, which no
-- feed says: the rule makes no clue, it raises the score of other clues on the person.
-- Law: 条例 17, 41.
-- Grain: county of the later settlement, person, two settlements in a row on one day.
with settlements as (
    select * from {{ ref('int_settlement') }}
    where
        counts
        and not is_manual
        and med_class in ('OTP', 'RX', 'CHR')
        and service_on between {{ window_from('MED-24') }} and {{ as_of() }}
        -- midnight is a day without its time
        and service_at > cast(service_on as timestamp)
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
    where longitude is not null and latitude is not null
),

days_at_two as (
    select
        person_key,
        service_on
    from settlements
    group by person_key, service_on
    having min(fixmedins_code) < max(fixmedins_code)
),

preceded as (
    select
        settlements.adcode,
        settlements.setl_id,
        settlements.person_key,
        settlements.tier,
        settlements.fixmedins_code,
        settlements.service_at,
        settlements.service_on,
        settlements.is_paid_by_other,
        lag(settlements.setl_id) over by_time as setl_id_before,
        lag(settlements.fixmedins_code) over by_time as fixmedins_code_before,
        lag(settlements.service_at) over by_time as service_at_before,
        lag(settlements.is_paid_by_other) over by_time as is_paid_by_other_before
    from settlements
    inner join days_at_two
        on
            settlements.person_key = days_at_two.person_key
            and settlements.service_on = days_at_two.service_on
    window by_time as (
        partition by settlements.person_key, settlements.service_on
        order by settlements.service_at asc, settlements.adcode asc, settlements.setl_id asc
    )
),

pairs as (
    select
        preceded.*,
        here.institution_key,
        here.kind,
        here.township,
        preceded.service_on as conduct_from,
        preceded.service_on as conduct_to,
        preceded.is_paid_by_other or preceded.is_paid_by_other_before as is_family_account,
        {{ minutes_between('preceded.service_at_before', 'preceded.service_at') }} as minutes,
        {{ metres_between(
            'here.longitude', 'here.latitude', 'there.longitude', 'there.latitude'
        ) }} as metres
    from preceded
    inner join institutions as here on preceded.fixmedins_code = here.fixmedins_code
    inner join institutions as there on preceded.fixmedins_code_before = there.fixmedins_code
    where preceded.fixmedins_code <> preceded.fixmedins_code_before
),

timed as (
    select
        *,
        metres > minutes * {{ param('MED-24', 'metres_per_minute') }} as is_too_fast,
        metres
        > (minutes + {{ param('MED-24', 'skew_minutes') }})
        * {{ param('MED-24', 'metres_per_minute') }} as is_too_fast_by_any_clock
    from pairs
    where minutes <= {{ param('MED-24', 'within_minutes') }}
),

acted as (
    {{ with_agency_action('timed', 'MED-24', party='person_key', action_party='party_key') }}
),

judged as (
    select
        *,
        case
            when is_family_account then 'family_account'
            when not is_too_fast_by_any_clock then 'clock_skew'
            when acted_decision_no is not null then 'agency_acted'
        end as guard_hit
    from acted
),

final as (
    select
        adcode,
        'person' as subject_type,
        person_key || '|' || least(setl_id, setl_id_before) || '|'
        || greatest(setl_id, setl_id_before) as subject_key,
        case
            when not is_too_fast then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict,
        case when is_too_fast then guard_hit end as guard,
        null as note_zh,
        person_key,
        institution_key,
        kind as institution_category,
        township,
        'medicare' as supplier,
        conduct_from,
        conduct_to,
        tier as match_tier,
        null as push,
        null as severity,
        null as hit_count,
        null as amount_total,
        null as amount_pool,
        null as amount_account,
        -- a booster makes no clue that somebody reads
        null as subject_label,
        null as narrative_zh,
        null as guards_tested,
        null as evidence
    from judged
)

{{ rule_output('final') }}
