-- When each institution's next screening falls due, and whether it was never screened: the rows
-- behind the counts of fct_authority_watch, as of the newest night.
-- Law: 未成年人保护法 62. Never screened is what MIN-01 says and no handler has refuted; where it
-- could not be evaluated nobody knows.
-- Grain: active institution in scope with people in post.
with runs as (
    select * from {{ ref('fct_rule_run') }}
    where rule_id = 'MIN-01'
),

never_screened as (
    select distinct institution_key from {{ ref('int_clue') }}
    where rule_id = 'MIN-01' and not is_parent and state in ('new', 'open', 'reopened')
),

nights as (
    select max(as_of) as as_of from runs
),

due as (
    select * from {{ all_nights('screening_due') }}
    where as_of = (select as_of from nights)
),

final as (
    select
        due.as_of,
        due.adcode,
        due.authority,
        due.institution_key,
        due.staff,
        due.staff_screened_this_year,
        case
            when runs.outcome = 'EVALUATED' then never_screened.institution_key is not null
        end as is_never_screened,
        due.due_on,
        due.days_left
    from due
    left join runs on due.as_of = runs.as_of and due.adcode = runs.adcode
    left join never_screened on due.institution_key = never_screened.institution_key
)

select * from final
