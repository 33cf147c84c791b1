-- Why a clue is new, back, or not what it was, in a word and in a sentence. Masked, as facts are.
--   首次评估      its rule had never been evaluated in the county
--   期限届满      the term ended in which what is missing could still be done
--   新到记录      an event arrived: a judgment, a penalty, a screening …
--   名册变动      a row of a snapshot arrived: of a roster, a register …
--   日期届至      what its rows tell of began only since: a judgment took effect, a ban set in
--   规则修订      the rule, its parameters or its law are others
--   其他数据变化   its own rows were known, something else in the data decided
--   证据变化      it goes on, on other evidence
--   成员变化      a group clue has other members
--   抑制解除      a handler had refuted it, and the result has been changed since
-- Of several causes the first in this order is the word; the sentence has them all.
-- Grain: clue.
with turns as (
    select * from {{ ref('int_clue_turn') }}
),

arrivals as (
    select
        *,
        row_number() over (
            partition by clue_id
            order by is_event desc, first_delivered_on desc, feed asc, supplier asc
        ) as place
    from {{ ref('int_clue_arrival') }}
),

arrived as (
    select
        clue_id,
        bool_or(is_event) as has_event,
        max(case when place = 1 then feed end) as feed,
        max(case when place = 1 then first_delivered_on end) as delivered_on,
        '新到' || {{ sorted_text('arrival_zh') }} as arrivals_zh
    from arrivals
    group by clue_id
),

differences as (
    select * from {{ ref('int_clue_difference') }}
),

terms as (
    select
        terms.rule_id,
        terms.counted_from,
        coalesce(cast(parameters.value as integer), 0) as term_days
    from {{ ref('ref_rule_term') }} as terms
    left join {{ ref('rule_parameter') }} as parameters
        on
            terms.rule_id = parameters.rule_id
            and terms.parameter = parameters.parameter
            and parameters.valid_from <= {{ as_of() }}
            and (parameters.valid_to is null or {{ as_of() }} < parameters.valid_to)
),

term_ends as (
    select
        turns.clue_id,
        turns.as_of,
        turns.run_before_on,
        {{ add_days(
            "case terms.counted_from when 'conduct_to' then turns.conduct_to "
            ~ 'else turns.conduct_from end',
            'terms.term_days'
        ) }} as ended_on
    from turns
    inner join terms on turns.rule_id = terms.rule_id
    where turns.has_come
),

-- those that were still running when the rule was last evaluated
ended_terms as (
    select
        clue_id,
        '期限于' || cast(max(ended_on) as varchar) || '届满' as term_zh
    from term_ends
    where ended_on >= run_before_on and ended_on < as_of
    group by clue_id
),

joined as (
    select
        turns.*,
        arrived.has_event,
        arrived.feed,
        arrived.delivered_on,
        arrived.arrivals_zh,
        ended_terms.term_zh,
        differences.evidence_before,
        differences.evidence_now,
        differences.gained_zh,
        differences.lost_zh,
        case
            when turns.has_come and turns.run_before_on is null then '首次评估'
            when turns.is_parent and turns.is_on_other_evidence then '成员变化'
            when turns.has_come and ended_terms.clue_id is not null then '期限届满'
            when turns.has_come and arrived.has_event then '新到记录'
            when turns.has_come and arrived.clue_id is not null then '名册变动'
            when turns.has_come and turns.conduct_from > turns.run_before_on then '日期届至'
            when turns.has_come and turns.is_rule_revised then '规则修订'
            when turns.has_come then '其他数据变化'
            when turns.is_on_other_evidence then '证据变化'
            else '抑制解除'
        end as change_kind
    from turns
    left join arrived on turns.clue_id = arrived.clue_id
    left join ended_terms on turns.clue_id = ended_terms.clue_id
    left join differences on turns.clue_id = differences.clue_id
),

final as (
    select
        clue_id,
        change_kind,
        feed as change_feed,
        delivered_on as change_delivered_on,
        case change_kind
            when '首次评估' then '本规则在本县首次评估'
            when '成员变化'
                then
                    '成员由' || coalesce(evidence_before, 0) || '条变为'
                    || coalesce(evidence_now, 0) || '条'
            when '其他数据变化' then '所依据的行此前均已报送，其间其他数据的变化改变了判断'
            when '证据变化'
                then
                    case
                        when lost_zh is null then '新增“' || gained_zh || '”'
                        when gained_zh is null then '不再有“' || lost_zh || '”'
                        -- what has changed is not among what the words tell
                        when gained_zh = lost_zh then '“' || gained_zh || '”所据的行内容有变更'
                        else '由“' || lost_zh || '”变为“' || gained_zh || '”'
                    end
                    || coalesce('；' || arrivals_zh, '')
            when '日期届至'
                then '所涉情形自' || cast(conduct_from as varchar) || '起，上一次评估时尚未发生'
            when '规则修订' then '规则、参数或者法律依据有修订'
            when '期限届满' then term_zh || coalesce('；' || arrivals_zh, '')
            else arrivals_zh
        end as change_zh
    from joined
)

select * from final
