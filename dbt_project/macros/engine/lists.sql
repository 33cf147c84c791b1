{#- Aggregate: texts of a group joined in a given total order. -#}
{% macro ordered_text(expression, separator, order_by) -%}
    {{ return(adapter.dispatch('ordered_text', 'xiansuo')(expression, separator, order_by)) }}
{%- endmacro %}
{% macro duckdb__ordered_text(expression, separator, order_by) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{#- A table function for a from clause: the rows of a relation's evidence list, one by one. -#}
{% macro evidence_of(relation, column='evidence') -%}
    {{ return(adapter.dispatch('evidence_of', 'xiansuo')(relation, column)) }}
{%- endmacro %}
{% macro duckdb__evidence_of(relation, column) -%}
    {{ relation }}, unnest({{ relation }}.{{ column }}) as unnested (evidence_row)
{%- endmacro %}

{#- The n-th part of a text, counted from 1; empty where there are fewer. -#}
{% macro part(text, separator, n) -%}
    {{ return(adapter.dispatch('part', 'xiansuo')(text, separator, n)) }}
{%- endmacro %}
{% macro duckdb__part(text, separator, n) -%}
    split_part({{ text }}, '{{ separator }}', {{ n }})
{%- endmacro %}

{#- Text that holds JSON as the engine's JSON type. -#}
{% macro as_json(text) -%}
    {{ return(adapter.dispatch('as_json', 'xiansuo')(text)) }}
{%- endmacro %}
{% macro duckdb__as_json(text) -%}
    cast({{ text }} as json)
{%- endmacro %}


{#- Aggregate: the values of a group's first row in a total order, a record of {name: expression}.
    By hashing: a window would sort every row with all it carries. Nulls come last. -#}
{% macro first_row(values, order_by) -%}
    {{ return(adapter.dispatch('first_row', 'xiansuo')(values, order_by)) }}
{%- endmacro %}
{% macro duckdb__first_row(values, order_by) -%}
    arg_min(
        struct_pack(
            {%- for name, expression in values.items() %}
            {{ name }} := {{ expression }}{{ ',' if not loop.last }}
            {%- endfor %}
        ),
        row({{ order_by | join(', ') }})
    )
{%- endmacro %}


{#- The rows of a relation once for each part of a text in them, as part_text and part_place. -#}
{% macro split_rows(relation, text, separator) -%}
    {{ return(adapter.dispatch('split_rows', 'xiansuo')(relation, text, separator)) }}
{%- endmacro %}
{% macro duckdb__split_rows(relation, text, separator) -%}
    (
        select
            *,
            unnest(string_split({{ text }}, '{{ separator }}')) as part_text,
            generate_subscripts(string_split({{ text }}, '{{ separator }}'), 1) as part_place
        from {{ relation }}
    )
{%- endmacro %}


{#- Aggregate: the median as a decimal, of counts to the half; between two in the middle, half way. -#}
{% macro median_of(expression, type='decimal(18, 1)') -%}
    {{ return(adapter.dispatch('median_of', 'xiansuo')(expression, type)) }}
{%- endmacro %}
{% macro duckdb__median_of(expression, type) -%}
    median(cast({{ expression }} as {{ type }}))
{%- endmacro %}
