{#- Whether the second moment is no more than n minutes after the first. -#}
{% macro within_minutes(moment_from, moment_to, n) -%}
    {{ return(adapter.dispatch('within_minutes', 'xiansuo')(moment_from, moment_to, n)) }}
{%- endmacro %}
{% macro duckdb__within_minutes(moment_from, moment_to, n) -%}
    ({{ moment_to }} <= {{ moment_from }} + to_minutes(cast({{ n }} as integer)))
{%- endmacro %}
