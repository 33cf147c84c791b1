{#-
    A number of days, months or years as an agency delivered it, where it can be one: null for what
    is negative or longer than anybody lives. A date typed into the wrong column is no term, and
    counting from it would leave the calendar. unit: day, month or year.
-#}
{% macro plausible_span(n, unit) -%}
    case
        when
            {{ n }} between 0 and {{ {'day': 366, 'month': 12, 'year': 1}[unit] }}
            * {{ param('ALL', 'span_years_max') }}
            then {{ n }}
    end
{%- endmacro %}
