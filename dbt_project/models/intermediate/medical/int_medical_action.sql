-- What agencies decided against whom, for what and when: recoveries and penalties in the field of
-- the medical insurance. Without a code that is known the cause's words say what it is; without a
-- code and a known word it is blank and stands for all. The party is named by its code, by a credit
-- code or licence that is its alone, or by a name that nobody else in the county has.
-- Grain: source row.
with actions as (
    select * from {{ ref('stg_medical_enforcement') }}
),

causes as (
    select * from {{ ref('ref_medical_cause') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

shop_codes as (
    select * from {{ ref('int_shop_code') }}
),

known_codes as (
    select distinct cause_code from causes
),

matches as (
    select
        actions.row_id,
        causes.cause_group
    from actions
    left join known_codes on actions.cause_code = known_codes.cause_code
    inner join causes
        on
            actions.cause_code = causes.cause_code
            or (
                known_codes.cause_code is null
                and {{ matches('actions.cause', 'causes.pattern') }}
            )
),

groups as (
    select
        row_id,
        {{ sorted_text('cause_group', ';') }} as cause_groups
    from matches
    group by row_id
),

-- other numbers that parties are known by; one that several have names none of them
numbers as (
    select
        party_number,
        case when min(fixmedins_code) = max(fixmedins_code) then min(fixmedins_code) end
            as fixmedins_code
    from (
        select
            uscc as party_number,
            fixmedins_code
        from institutions
        where uscc is not null
        union all
        select
            upper(licence_no) as party_number,
            fixmedins_code
        from shop_codes
    ) as numbered
    group by party_number
),

names as (
    select
        adcode,
        name_norm,
        min(fixmedins_code) as fixmedins_code
    from institutions
    group by adcode, name_norm
    having count(*) = 1
),

final as (
    select
        actions.adcode,
        actions.supplier,
        actions.decision_no,
        actions.agency,
        coalesce(
            numbers.fixmedins_code,
            case when numbers.party_number is null then upper(actions.party_code) end,
            names.fixmedins_code
        ) as party_code,
        actions.party,
        actions.party_id_key as party_key,
        actions.cause,
        case
            when groups.cause_groups is not null then groups.cause_groups
            when actions.cause_code is not null then 'other'
        end as cause_groups,
        actions.conduct_from_min as conduct_from,
        coalesce(actions.conduct_to_max, actions.decided_on_max) as conduct_to,
        actions.accepted_on_min as accepted_on,
        actions.accepted_on_max,
        actions.decided_on_max as decided_on,
        cast(actions.recoup as decimal(18, 2)) as recoup,
        cast(actions.fine as decimal(18, 2)) as fine,
        actions.due_on_max as due_on,
        actions.paid_on_min as paid_on,
        actions.transferred_on_min as transferred_on,
        actions.delivered_on,
        actions.row_id,
        actions.row_hash
    from actions
    left join groups on actions.row_id = groups.row_id
    left join numbers on upper(actions.party_code) = numbers.party_number
    left join names on actions.adcode = names.adcode and actions.party_norm = names.name_norm
)

select * from final
