{#-
    A night table over all nights: what this night observed, and what the others did. The one is a
    model of this run, the others are mounted from observations/ (orchestration/observations.py).
-#}
{% macro all_nights(table) -%}
(
    select * from {{ ref('int_night_' ~ table) }}
    union all
    select * from {{ source('observed', table) }}
)
{%- endmacro %}

{#- A shared parameter whose name ends in a value: points of a severity, term of a severity. -#}
{% macro shared_parameters(prefix) -%}
(
    select
        replace(parameter, '{{ prefix }}', '') as name,
        cast(value as integer) as value
    from {{ ref('rule_parameter') }}
    where
        rule_id = 'ALL'
        and starts_with(parameter, '{{ prefix }}')
        and valid_from <= {{ as_of() }}
        and (valid_to is null or {{ as_of() }} < valid_to)
)
{%- endmacro %}

{#- 2021-09-01, or 2021-09-01~2021-09-30 where only the month is known. -#}
{% macro interval_text(day_from, day_to) -%}
    case
        when {{ day_from }} = {{ day_to }} then cast({{ day_from }} as varchar)
        else cast({{ day_from }} as varchar) || '~' || cast({{ day_to }} as varchar)
    end
{%- endmacro %}
