{#- The whole numbers from the first to the last, both counted, as a relation with the column n. -#}
{% macro whole_numbers(first, last) -%}
    {{ return(adapter.dispatch('whole_numbers', 'xiansuo')(first, last)) }}
{%- endmacro %}
{% macro duckdb__whole_numbers(first, last) -%}
    (select unnest(range({{ first }}, {{ last }} + 1)) as n)
{%- endmacro %}
