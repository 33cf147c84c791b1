{#- Parts and texts of a day. Monday is day 1; formats are strftime's. -#}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday', 'xiansuo')(day)) }}
{%- endmacro %}
{% macro duckdb__iso_weekday(day) -%}
    isodow({{ day }})
{%- endmacro %}

{% macro format_date(day, format) -%}
    {{ return(adapter.dispatch('format_date', 'xiansuo')(day, format)) }}
{%- endmacro %}
{% macro duckdb__format_date(day, format) -%}
    strftime({{ day }}, '{{ format }}')
{%- endmacro %}

{#- The Monday on or before a day. -#}
{% macro week_start(day) -%}
    {{ add_days(day, '1 - ' ~ iso_weekday(day)) }}
{%- endmacro %}

{#- A select of every day of the years first to last of a relation of one row, as date_day. -#}
{% macro days_of_years(relation, first, last) -%}
    {{ return(adapter.dispatch('days_of_years', 'xiansuo')(relation, first, last)) }}
{%- endmacro %}
{% macro duckdb__days_of_years(relation, first, last) -%}
    select cast(unnest(generate_series(
        make_date({{ first }}, 1, 1), make_date({{ last }}, 12, 31), interval 1 day
    )) as date) as date_day
    from {{ relation }}
{%- endmacro %}

{#- A day at the time of day of a moment; null where either is. -#}
{% macro day_at(day, moment) -%}
    {{ return(adapter.dispatch('day_at', 'xiansuo')(day, moment)) }}
{%- endmacro %}
{% macro duckdb__day_at(day, moment) -%}
    ({{ day }} + cast({{ moment }} as time))
{%- endmacro %}
