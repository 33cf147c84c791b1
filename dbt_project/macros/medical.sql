{#- The first day of a rule's window, which ends with the night: its parameter window_months. -#}
{% macro window_from(rule_id) -%}
    {{ add_days(add_months(as_of(), '-' ~ param(rule_id, 'window_months')), 1) }}
{%- endmacro %}

{#- 12.30元 -#}
{% macro yuan(amount) -%}
    cast(cast({{ amount }} as decimal(18, 2)) as varchar) || '元'
{%- endmacro %}

{#- A settlement in words: when, which, how much from which part of the fund. -#}
{% macro settlement_fact(settlement) -%}
    '结算' || {{ settlement }}.setl_id || '，' || cast({{ settlement }}.service_on as varchar)
    || '，统筹基金' || {{ yuan(settlement ~ '.pool') }}
    || '，个人账户' || {{ yuan(settlement ~ '.account') }}
{%- endmacro %}

{#- A stay in words: where, from when to when. -#}
{% macro stay_fact(stay, hospital) -%}
    '在' || {{ hospital }} || '住院，' || {{ stay }}.admitted_on || '入院，'
    || coalesce({{ stay }}.discharged_on || '出院', '尚未出院或者出院时间不详')
{%- endmacro %}

{#- A fee line in words, with its share of the settlement's payment. -#}
{% macro line_fact(line, name) -%}
    cast({{ line }}.service_on as varchar) || '，' || {{ name }} || '，金额' || {{ yuan(line ~ '.det') }}
    || '（统筹基金' || {{ yuan(line ~ '.pool') }} || '，个人账户' || {{ yuan(line ~ '.account') }} || '）'
{%- endmacro %}

{#-
    Which row each refund takes back: the row that it names, through refunds of refunds back to the
    first; without a name the nearest earlier row of the same group and the same amount, each row
    taken back once. A refund whose named row is not there waits, and is not in the result.
    `rows` has adcode, row_key, named_key, amount, happened_at and the columns of `same`; rows of void
    settlements left out. Gives adcode, row_key, original_key. CTEs: prefix_… .
-#}
{% macro refund_links(prefix, rows, same, max_days) -%}
{{ prefix }}_named as (
    select
        given.adcode,
        given.row_key,
        given.named_key
    from {{ rows }} as given
    inner join {{ rows }} as named
        on given.adcode = named.adcode and given.named_key = named.row_key
    where given.named_key <> given.row_key
),

-- union without all ends where rows name one another in a circle
{{ prefix }}_chain as (
    select
        adcode,
        row_key,
        named_key as original_key
    from {{ prefix }}_named
    union
    select
        chain.adcode,
        chain.row_key,
        named.named_key as original_key
    from {{ prefix }}_chain as chain
    inner join {{ prefix }}_named as named
        on chain.adcode = named.adcode and chain.original_key = named.row_key
),

{{ prefix }}_by_name as (
    select chain.*
    from {{ prefix }}_chain as chain
    left join {{ prefix }}_named as named
        on chain.adcode = named.adcode and chain.original_key = named.row_key
    where named.row_key is null
),

{{ prefix }}_nameless as (
    select * from {{ rows }}
    where amount < 0 and named_key is null
),

{{ prefix }}_taken as (
    select adcode, row_key from {{ prefix }}_by_name
    union
    select adcode, original_key as row_key from {{ prefix }}_by_name
),

{{ prefix }}_groups as (
    select distinct
        adcode,
        {{ same | join(',\n        ') }},
        abs(amount) as size
    from {{ prefix }}_nameless
),

-- the rows that a nameless refund may mean, and the refunds, in order of time
{{ prefix }}_events as (
    select
        given.adcode,
        given.row_key,
        given.happened_at,
        {%- for column in same %}
        given.{{ column }},
        {%- endfor %}
        groups.size,
        case when given.amount < 0 then -1 else 1 end as step
    from {{ rows }} as given
    inner join {{ prefix }}_groups as groups
        on
            given.adcode = groups.adcode
            and abs(given.amount) = groups.size
            {%- for column in same %}
            and given.{{ column }} = groups.{{ column }}
            {%- endfor %}
    left join {{ prefix }}_taken as taken
        on given.adcode = taken.adcode and given.row_key = taken.row_key
    where
        taken.row_key is null
        and (given.amount > 0 or given.named_key is null)
),

-- sales open a level and refunds close the topmost: the height of the stack after each event
{{ prefix }}_heights as (
    select
        *,
        sum(step) over stack as height
    from {{ prefix }}_events
    window stack as (
        partition by adcode, {{ same | join(', ') }}, size
        order by happened_at asc nulls last, step desc nulls last, row_key asc nulls last
        rows between unbounded preceding and current row
    )
),

-- a refund of nothing sinks the floor
{{ prefix }}_floors as (
    select
        *,
        least(0, min(height) over floor_stack) as floor
    from {{ prefix }}_heights
    window floor_stack as (
        partition by adcode, {{ same | join(', ') }}, size
        order by happened_at asc nulls last, step desc nulls last, row_key asc nulls last
        rows between unbounded preceding and current row
    )
),

{{ prefix }}_levels as (
    select
        *,
        case when step > 0 then height - floor else height - floor + 1 end as level
    from {{ prefix }}_floors
),

{{ prefix }}_pairs as (
    select
        *,
        lag(row_key) over level_before as original_key,
        lag(step) over level_before as step_before,
        lag(happened_at) over level_before as happened_before
    from {{ prefix }}_levels
    window level_before as (
        partition by adcode, {{ same | join(', ') }}, size, level
        order by happened_at asc nulls last, step desc nulls last, row_key asc nulls last
    )
),

{{ prefix }}_links as (
    select
        adcode,
        row_key,
        original_key
    from {{ prefix }}_by_name
    union all
    select
        adcode,
        row_key,
        original_key
    from {{ prefix }}_pairs
    where
        step < 0
        and step_before > 0
        and {{ days_between('cast(happened_before as date)', 'cast(happened_at as date)') }} <= {{ max_days }}
)
{%- endmacro %}

{#- 08:30 as minutes of the day, 510; null for anything else. -#}
{% macro minute_of_day(text) -%}
    case
        when {{ matches(text, "'^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$'") }}
            then
                60 * cast({{ part(text, ':', 1) }} as integer)
                + cast({{ part(text, ':', 2) }} as integer)
    end
{%- endmacro %}

{#- The minute of the day of a moment. -#}
{% macro minute_of(moment) -%}
    60 * hour({{ moment }}) + minute({{ moment }})
{%- endmacro %}

{#-
    Whether an institution is closed at that minute of the day, by the hours that it declares
    (opens_at, closes_at): after the minute of its closing, and where it opens later in the day than it closes
    it is open over midnight. Unknown hours, and ones that begin as they end, are never closed.
-#}
{% macro is_closed_at(minute, institution) -%}
    case
        when {{ institution }}.opens_at < {{ institution }}.closes_at
            then
                {{ minute }} < {{ institution }}.opens_at
                or {{ minute }} > {{ institution }}.closes_at
        when {{ institution }}.opens_at > {{ institution }}.closes_at
            then
                {{ minute }} < {{ institution }}.opens_at
                and {{ minute }} > {{ institution }}.closes_at
        else false
    end
{%- endmacro %}

{#- The ends of time where a register leaves them open. -#}
{% macro first_day() -%}
    cast('1900-01-01' as date)
{%- endmacro %}
{% macro last_day() -%}
    cast('9999-12-31' as date)
{%- endmacro %}

{#- A drug's specification in one writing: without spaces, ×, * and x alike, upper case. -#}
{% macro spec_norm(text) -%}
    upper({{ replace_all(replace_all(text, "'\\s+'", "''"), "'[×*✕]'", "'X'") }})
{%- endmacro %}

{#- A trace code as a scanner reads it: printed, GS1 has its identifiers in brackets. -#}
{% macro trace_code_norm(text) -%}
    upper(translate({{ text }}, '()（） ', ''))
{%- endmacro %}

{#-
    A pharmacist's certificate: a till's small letters are the register's capitals; what has no digit
    is a name, and what has the form of an identity number is one, and neither is a certificate.
-#}
{% macro certificate_norm(text) -%}
    case
        when
            {{ matches(text, "'[0-9]'") }}
            and not {{ matches(text, "'^[1-9][0-9]{5}(18|19|20)[0-9]{9}[0-9Xx]$'") }}
            then upper({{ text }})
    end
{%- endmacro %}

{#- A telephone number's digits; fewer than a local number has are none, nor is one digit again and
    again. -#}
{% macro phone_key(phone) -%}
    {%- set digits = replace_all(phone, "'[^0-9]'", "''") -%}
    case
        when
            length({{ digits }}) >= {{ param('ALL', 'phone_min_digits') }}
            and replace({{ digits }}, left({{ digits }}, 1), '') <> ''
            then {{ digits }}
    end
{%- endmacro %}

{#-
    The class of every medical type that occurs: the county's own entry of ref_med_type before the
    common one, a longer code before a shorter that it begins with. Gives adcode, med_type,
    med_class, is_day_case, is_emergency, is_transfer.
-#}
{% macro med_types(relation) -%}
    select
        adcode,
        med_type,
        med_class,
        is_day_case,
        is_emergency,
        is_transfer
    from (
        select
            occurring.adcode,
            occurring.med_type,
            listed.med_class,
            listed.is_day_case,
            listed.is_emergency,
            listed.is_transfer,
            row_number() over (
                partition by occurring.adcode, occurring.med_type
                order by listed.adcode is not null desc nulls last, length(listed.med_type) desc
            ) as place
        from (select distinct adcode, med_type from {{ relation }}) as occurring
        inner join {{ ref('ref_med_type') }} as listed
            on
                (listed.adcode is null or occurring.adcode = listed.adcode)
                and starts_with(occurring.med_type, listed.med_type)
    ) as ranked
    where place = 1
{%- endmacro %}

{#- The category of a diagnosis: the first three characters of its ICD-10 code. -#}
{% macro icd3(diagnosis) -%}
    case
        when {{ matches('upper(' ~ diagnosis ~ ')', "'^[A-Z][0-9]{2}'") }}
            then left(upper({{ diagnosis }}), 3)
    end
{%- endmacro %}

{#-
    Whether an agency has already acted on the conduct: the rows of `relation`, which has
    conduct_from, conduct_to and the party, with a decision against the same party, for a cause of
    the rule or a blank one, whose conduct overlaps theirs by a day (acted_decision_no). Blank ends
    of an action's conduct are open. Parties are institutions (party_code), or persons by
    action_party='party_key'; other_parties maps further columns, any of which may have been acted
    against, to either.
-#}
{% macro with_agency_action(
    relation, rule_id, party='fixmedins_code', action_party='party_code', other_parties={}
) -%}
    {%- set parties = [(party, action_party)] + other_parties.items() | list %}
    select
        given.*,
        coalesce(
            {%- for _ in parties %}
            acted_{{ loop.index }}.decision_no{{ ',' if not loop.last }}
            {%- endfor %}
        ) as acted_decision_no
    from {{ relation }} as given
    {%- for column, action_column in parties %}
    left join (
        select
            conducts.party,
            conducts.conduct_from,
            conducts.conduct_to,
            min(actions.decision_no) as decision_no
        from (
            select distinct
                {{ column }} as party,
                conduct_from,
                conduct_to
            from {{ relation }}
        ) as conducts
        inner join {{ ref('int_medical_action') }} as actions
            on
                conducts.party = actions.{{ action_column }}
                and conducts.conduct_to >= coalesce(actions.conduct_from, {{ first_day() }})
                and conducts.conduct_from <= coalesce(actions.conduct_to, {{ last_day() }})
        left join {{ ref('ref_rule_cause') }} as causes
            on
                causes.rule_id = '{{ rule_id }}'
                and contains(';' || actions.cause_groups || ';', ';' || causes.cause_group || ';')
        where
            actions.decided_on <= {{ as_of() }}
            and (actions.cause_groups is null or causes.rule_id is not null)
        group by conducts.party, conducts.conduct_from, conducts.conduct_to
    ) as acted_{{ loop.index }}
        on
            given.{{ column }} = acted_{{ loop.index }}.party
            and given.conduct_from = acted_{{ loop.index }}.conduct_from
            and given.conduct_to = acted_{{ loop.index }}.conduct_to
    {%- endfor %}
{%- endmacro %}
