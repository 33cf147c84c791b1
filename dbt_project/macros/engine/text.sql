{#- Regular expressions (RE2 syntax: what Java and RE2 share), hashes, JSON text. -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'xiansuo')(text, pattern)) }}
{%- endmacro %}
{% macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, {{ pattern }})
{%- endmacro %}

{#-
    Whether a text matches one of a seed's patterns. They stand there as one constant: a pattern out
    of a column is compiled anew for each row, which over a million rows takes minutes. Unit tests
    too see the seed itself.
-#}
{% macro matches_any(text, seed, column) -%}
    {%- do ref(seed) -%}
    {%- set patterns = [] -%}
    {%- if execute -%}
        {%- set rows = run_query(
            'select distinct ' ~ column ~ ' from ' ~ target.schema ~ '.' ~ seed ~ ' order by 1'
        ) -%}
        {%- do patterns.extend(rows.columns[0].values()) -%}
    {%- endif -%}
    {{ matches(text, "'" ~ (patterns | join('|') | replace("'", "''")) ~ "'") }}
{%- endmacro %}

{% macro replace_all(text, pattern, by) -%}
    {{ return(adapter.dispatch('replace_all', 'xiansuo')(text, pattern, by)) }}
{%- endmacro %}
{% macro duckdb__replace_all(text, pattern, by) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ by }}, 'g')
{%- endmacro %}

{% macro sha256_hex(text) -%}
    {{ return(adapter.dispatch('sha256_hex', 'xiansuo')(text)) }}
{%- endmacro %}
{% macro duckdb__sha256_hex(text) -%}
    sha256({{ text }})
{%- endmacro %}

{#- JSON text of a list of expressions of one type; keeps nulls, so unlike lists stay unlike. -#}
{% macro json_list(expressions) -%}
    {{ return(adapter.dispatch('json_list', 'xiansuo')(expressions)) }}
{%- endmacro %}
{% macro duckdb__json_list(expressions) -%}
    cast(to_json([{{ expressions | join(', ') }}]) as varchar)
{%- endmacro %}

{#- JSON text of an object: a dict of key to SQL expression. -#}
{% macro json_object(pairs) -%}
    {{ return(adapter.dispatch('json_object', 'xiansuo')(pairs)) }}
{%- endmacro %}
{% macro duckdb__json_object(pairs) -%}
    cast(json_object(
        {%- for key, value in pairs.items() %}
        '{{ key }}', {{ value }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) as varchar)
{%- endmacro %}

{#- Aggregate: the different values in order, as one text. -#}
{% macro sorted_text(expression, separator='、') -%}
    {{ return(adapter.dispatch('sorted_text', 'xiansuo')(expression, separator)) }}
{%- endmacro %}
{% macro duckdb__sorted_text(expression, separator) -%}
    string_agg(distinct {{ expression }}, '{{ separator }}' order by {{ expression }})
{%- endmacro %}

{#- A number of 64 bits for some columns' values: equal for equal ones, and seldom for others. -#}
{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'xiansuo')(columns)) }}
{%- endmacro %}
{% macro duckdb__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
