-- MED-20 换壳再入: an institution was designated within two years after the agreement of another was
-- ended to which it is tied: by the legal representative's number, or by telephone and place both.
-- One of these two alone may be a landlord's, and ties nobody.
-- Law: 条例 43 (those responsible may not manage a designated institution for five years).
-- An institution may have several codes: each has its own beginning, the institution is judged as
-- one, by those of its codes that are tied. Grain: institution that was designated at some time in
-- the window.
with institutions as (
    select * from {{ ref('int_medical_institution') }}
),

listings as (
    select * from {{ ref('stg_medical_institution_history') }}
),

spans as (
    select * from {{ ref('int_designation_span') }}
),

links as (
    select * from {{ ref('int_shop_link') }}
    where other_kind = 'designated'
),

settlements as (
    select * from {{ ref('int_settlement') }}
    where counts and service_on <= {{ as_of() }}
),

-- the earliest beginning that any register states: a renewed agreement is no new one
beginnings as (
    select
        code as fixmedins_code,
        min(
            least(
                designated_from_min,
                case when agreement_status = '在用' then status_from_min end
            )
        ) as designated_from,
        min(
            least(
                designated_from_max,
                case when agreement_status = '在用' then status_from_max end
            )
        ) as designated_on
    from listings
    group by code
),

designated as (
    select
        spans.fixmedins_code,
        beginnings.designated_on,
        coalesce(beginnings.designated_from, beginnings.designated_on) as designated_from,
        least({{ as_of() }}, {{ add_days('max(spans.valid_to)', -1) }}) as designated_until
    from spans
    inner join beginnings on spans.fixmedins_code = beginnings.fixmedins_code
    where
        spans.state = '在用'
        and spans.valid_from <= {{ as_of() }}
        and spans.valid_to > {{ window_from('MED-20') }}
    group by spans.fixmedins_code, beginnings.designated_on, beginnings.designated_from
),

-- an end of which only the month or the year is known may lie at its beginning
endings as (
    select
        spans.*,
        coalesce(listings.status_from_min, spans.valid_from) as ended_from
    from spans
    left join listings on spans.row_id = listings.row_id
    where spans.state = '解除'
),

ties as (
    select
        fixmedins_code,
        other_id as former_code,
        bool_or(link = 'legrep') as is_same_legrep,
        bool_or(link = 'phone') as is_same_phone,
        bool_or(link = 'place') as is_same_place
    from links
    group by fixmedins_code, other_id
),

-- whose agreement surely stood ended, not for too long, on the day of the new designation
predecessors as (
    select
        ties.*,
        ties.is_same_legrep or (ties.is_same_phone and ties.is_same_place) as is_tied,
        ended.valid_from as ended_on,
        ended.row_id as ended_row_id,
        ended.row_hash as ended_row_hash,
        former.name as former_name,
        ties.is_same_legrep
        and not (ties.is_same_phone and ties.is_same_place)
        and coalesce(
            own.legrep_name_key is not null
            and former.legrep_name_key is not null
            and not {{ names_compatible(
                'own.legrep_name_key', 'own.legrep_name_sep',
                'former.legrep_name_key', 'former.legrep_name_sep'
            ) }},
            false
        ) as is_named_otherwise
    from ties
    inner join designated on ties.fixmedins_code = designated.fixmedins_code
    inner join endings as ended
        on
            ties.former_code = ended.fixmedins_code
            and designated.designated_from >= ended.valid_from
            and designated.designated_on < ended.valid_to
            and designated.designated_on
            <= {{ add_months('ended.ended_from', param('MED-20', 'reentry_months')) }}
    inner join institutions as own on ties.fixmedins_code = own.fixmedins_code
    inner join institutions as former on ties.former_code = former.fixmedins_code
),

-- Grain: code.
followed as (
    select
        designated.fixmedins_code,
        designated.designated_on,
        designated.designated_until,
        count(predecessors.former_code) as predecessors,
        count(case when predecessors.is_tied then predecessors.former_code end) > 0 as is_tied,
        bool_and(predecessors.is_named_otherwise) filter (where predecessors.is_tied)
            as is_named_otherwise
    from designated
    left join predecessors on designated.fixmedins_code = predecessors.fixmedins_code
    group by designated.fixmedins_code, designated.designated_on, designated.designated_until
),

described as (
    select
        followed.*,
        institutions.institution_key,
        institutions.adcode,
        institutions.supplier,
        institutions.name,
        institutions.kind,
        institutions.township,
        institutions.row_id,
        institutions.row_hash
    from followed
    inner join institutions on followed.fixmedins_code = institutions.fixmedins_code
),

united as (
    select
        institution_key,
        {{ first_row(
            {'adcode': 'adcode', 'supplier': 'supplier', 'name': 'name', 'kind': 'kind',
             'township': 'township'},
            ['not is_tied', 'fixmedins_code']
        ) }} as institution,
        bool_or(is_tied) as is_tied,
        sum(predecessors) as predecessors,
        bool_or(designated_on is null) as is_undated,
        bool_and(is_named_otherwise) as is_named_otherwise,
        coalesce(min(case when is_tied then designated_on end), min(designated_on))
            as designated_on,
        coalesce(max(case when is_tied then designated_until end), max(designated_until))
            as designated_until
    from described
    group by institution_key
),

-- an agency acts against the institution under any of its codes
parties as (
    select
        united.institution_key,
        coalesce(united.designated_on, united.designated_until) as conduct_from,
        united.designated_until as conduct_to,
        institutions.fixmedins_code
    from united
    inner join institutions on united.institution_key = institutions.institution_key
),

acted_parties as (
    {{ with_agency_action('parties', 'MED-20') }}
),

acted as (
    select distinct institution_key
    from acted_parties
    where acted_decision_no is not null
),

judged as (
    select
        united.*,
        case
            when united.predecessors > 0 and not united.is_tied then 'weak_link'
            when acted.institution_key is not null then 'agency_acted'
        end as guard_hit
    from united
    left join acted on united.institution_key = acted.institution_key
),

verdicts as (
    select
        *,
        case
            when is_undated and not is_tied then 'inconclusive'
            when predecessors = 0 then 'clear'
            when guard_hit is not null then 'excluded'
            else 'clue'
        end as verdict
    from judged
),

-- the codes that make the clue
newcomers as (
    select described.*
    from described
    inner join verdicts on described.institution_key = verdicts.institution_key
    where verdicts.verdict = 'clue' and described.is_tied
),

newcomer_rows as (
    select
        institution_key,
        {{ evidence_agg(
            evidence_row(
                "'新取得定点'", "'medical_institution'", 'row_id', 'row_hash',
                "name || '，' || fixmedins_code || '，' || designated_on || '取得定点'"
            ),
            'fixmedins_code'
        ) }} as evidence
    from newcomers
    group by institution_key
),

tied_to as (
    select
        newcomers.institution_key,
        count(distinct predecessors.former_code) as formers,
        {{ sorted_text(
            "predecessors.former_name || '（' || predecessors.ended_on || '被解除协议，'"
            ~ " || case when predecessors.is_same_legrep then '法定代表人证件号码相同'"
            ~ " else '联系电话和地址均相同' end || '）'"
        ) }} as predecessors_zh,
        {{ evidence_agg(
            evidence_row(
                "'解除协议'", "'medical_institution'", 'predecessors.ended_row_id',
                'predecessors.ended_row_hash',
                "predecessors.former_name || '，' || predecessors.former_code || '，自'"
                ~ " || predecessors.ended_on || '起解除协议'"
            ),
            'predecessors.former_code, predecessors.fixmedins_code'
        ) }} as evidence
    from newcomers
    inner join predecessors on newcomers.fixmedins_code = predecessors.fixmedins_code
    where predecessors.is_tied
    group by newcomers.institution_key
),

paid as (
    select
        newcomers.institution_key,
        sum(settlements.pool) as pool,
        sum(settlements.account) as account,
        {{ evidence_agg(
            evidence_row(
                "'医保结算'", "'medical_settlement'", 'settlements.row_id',
                'settlements.row_hash', settlement_fact('settlements')
            ),
            'settlements.row_id'
        ) }} as evidence
    from settlements
    inner join newcomers
        on
            settlements.fixmedins_code = newcomers.fixmedins_code
            and settlements.service_on >= newcomers.designated_on
    group by newcomers.institution_key
),

evidenced as (
    select
        verdicts.*,
        newcomer_rows.evidence as newcomer_rows,
        tied_to.formers,
        tied_to.predecessors_zh,
        tied_to.evidence as tie_rows,
        paid.evidence as paid_rows,
        case when verdicts.verdict = 'clue' then coalesce(paid.pool, 0) end as pool,
        case when verdicts.verdict = 'clue' then coalesce(paid.account, 0) end as account
    from verdicts
    left join newcomer_rows on verdicts.institution_key = newcomer_rows.institution_key
    left join tied_to on verdicts.institution_key = tied_to.institution_key
    left join paid on verdicts.institution_key = paid.institution_key
),

final as (
    select
        institution.adcode,
        'institution' as subject_type,
        institution_key as subject_key,
        verdict,
        case when verdict = 'excluded' then guard_hit end as guard,
        case when verdict = 'inconclusive' then '协议起始日期不详' end as note_zh,
        null as person_key,
        institution_key,
        institution.kind as institution_category,
        institution.township,
        institution.supplier,
        coalesce(designated_on, designated_until) as conduct_from,
        designated_until as conduct_to,
        case when verdict = 'clue' and is_named_otherwise then 'T2' end as match_tier,
        null as push,
        null as severity,
        formers as hit_count,
        pool + account as amount_total,
        pool as amount_pool,
        account as amount_account,
        institution.name as subject_label,
        institution.name || '于' || designated_on || '取得定点，此前'
        || {{ param('MED-20', 'reentry_months') }} || '个月内与其关联的' || predecessors_zh
        || '，疑似换壳重新取得定点。取得定点以来医保支付'
        || {{ yuan('pool + account') }} || '（统筹基金' || {{ yuan('pool') }} || '，个人账户'
        || {{ yuan('account') }} || '）。关联以证件号码或者电话与地址同时相同认定，不以姓名或者仅以地址认定。'
            as narrative_zh,
        case when verdict = 'clue' then
            {{ json_object({
                'weak_link': "'未命中：不是仅电话相同或者仅地址相同'",
                'agency_acted': "'未命中：没有同一行为的处理决定'",
            }) }}
        end as guards_tested,
        case when verdict = 'clue' then
            {{ evidence_concat(
                evidence_concat('newcomer_rows', 'tie_rows'), 'paid_rows'
            ) }}
        end as evidence
    from evidenced
)

{{ rule_output('final') }}
