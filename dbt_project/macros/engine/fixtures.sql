{#- A blank cell of a seed is null in a unit test as it is in the warehouse. -#}
{% macro duckdb__safe_cast(field, type) -%}
    cast({{ 'null' if field == "''" else field }} as {{ type }})
{%- endmacro %}
