{#- Dates, by days and by calendar months. A month after 31 January is the last of February. -#}
{% macro add_days(day, n) -%}
    {{ return(adapter.dispatch('add_days', 'xiansuo')(day, n)) }}
{%- endmacro %}
{% macro duckdb__add_days(day, n) -%}
    ({{ day }} + cast({{ n }} as integer))
{%- endmacro %}

{% macro add_months(day, n) -%}
    {{ return(adapter.dispatch('add_months', 'xiansuo')(day, n)) }}
{%- endmacro %}
{% macro duckdb__add_months(day, n) -%}
    cast({{ day }} + to_months(cast({{ n }} as integer)) as date)
{%- endmacro %}

{% macro add_years(day, n) -%}
    {{ add_months(day, '12 * ' ~ n) }}
{%- endmacro %}

{#- Days from the first date to the second; negative when the second is earlier. -#}
{% macro days_between(day_from, day_to) -%}
    {{ return(adapter.dispatch('days_between', 'xiansuo')(day_from, day_to)) }}
{%- endmacro %}
{% macro duckdb__days_between(day_from, day_to) -%}
    date_diff('day', {{ day_from }}, {{ day_to }})
{%- endmacro %}

{% macro make_date(y, m, d) -%}
    {{ return(adapter.dispatch('make_date', 'xiansuo')(y, m, d)) }}
{%- endmacro %}
{% macro duckdb__make_date(y, m, d) -%}
    make_date({{ y }}, {{ m }}, {{ d }})
{%- endmacro %}

{#- Minutes from the first moment to the second, a begun one counted whole. -#}
{% macro minutes_between(moment_from, moment_to) -%}
    {{ return(adapter.dispatch('minutes_between', 'xiansuo')(moment_from, moment_to)) }}
{%- endmacro %}
{% macro duckdb__minutes_between(moment_from, moment_to) -%}
    cast(ceil(date_diff('second', {{ moment_from }}, {{ moment_to }}) / 60) as integer)
{%- endmacro %}

{#- The first day of a day's month. -#}
{% macro month_start(day) -%}
    {{ return(adapter.dispatch('month_start', 'xiansuo')(day)) }}
{%- endmacro %}
{% macro duckdb__month_start(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}
