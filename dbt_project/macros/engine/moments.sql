{#- Moments and minutes. Different values among the rows of a partition whose moment lies in the
    minutes up to the row's own, or from it on, both ends counted: window expressions. -#}
{% macro distinct_within(value, partition_by, moment, minutes) -%}
    {{ return(adapter.dispatch('distinct_within', 'xiansuo')(value, partition_by, moment, minutes)) }}
{%- endmacro %}
{% macro duckdb__distinct_within(value, partition_by, moment, minutes) -%}
    count(distinct {{ value }}) over (
        partition by {{ partition_by | join(', ') }}
        order by {{ moment }} asc nulls last
        range between to_minutes({{ minutes }}) preceding and current row
    )
{%- endmacro %}

{% macro distinct_following(value, partition_by, moment, minutes) -%}
    {{ return(adapter.dispatch('distinct_following', 'xiansuo')(value, partition_by, moment, minutes)) }}
{%- endmacro %}
{% macro duckdb__distinct_following(value, partition_by, moment, minutes) -%}
    count(distinct {{ value }}) over (
        partition by {{ partition_by | join(', ') }}
        order by {{ moment }} asc nulls last
        range between current row and to_minutes({{ minutes }}) following
    )
{%- endmacro %}

{% macro minutes_before(moment, minutes) -%}
    {{ return(adapter.dispatch('minutes_before', 'xiansuo')(moment, minutes)) }}
{%- endmacro %}
{% macro duckdb__minutes_before(moment, minutes) -%}
    ({{ moment }} - to_minutes({{ minutes }}))
{%- endmacro %}

{% macro minutes_after(moment, minutes) -%}
    {{ return(adapter.dispatch('minutes_after', 'xiansuo')(moment, minutes)) }}
{%- endmacro %}
{% macro duckdb__minutes_after(moment, minutes) -%}
    ({{ moment }} + to_minutes({{ minutes }}))
{%- endmacro %}

{#- Seconds from the first moment to the second. -#}
{% macro seconds_between(moment_from, moment_to) -%}
    {{ return(adapter.dispatch('seconds_between', 'xiansuo')(moment_from, moment_to)) }}
{%- endmacro %}
{% macro duckdb__seconds_between(moment_from, moment_to) -%}
    date_diff('second', {{ moment_from }}, {{ moment_to }})
{%- endmacro %}
