{#- A clue's evidence: a list of rows (role, feed, row_id, row_hash, fact_zh). -#}
{% macro evidence_type() -%}
    {{ return(adapter.dispatch('evidence_type', 'xiansuo')()) }}
{%- endmacro %}
{% macro duckdb__evidence_type() -%}
    struct("role" varchar, feed varchar, row_id varchar, row_hash varchar, fact_zh varchar)[]
{%- endmacro %}

{#- One evidence row. A fact of absence has no row: row_id and row_hash are 'null'. -#}
{% macro evidence_row(role, feed, row_id, row_hash, fact_zh) -%}
    {{ return(adapter.dispatch('evidence_row', 'xiansuo')(role, feed, row_id, row_hash, fact_zh)) }}
{%- endmacro %}
{% macro duckdb__evidence_row(role, feed, row_id, row_hash, fact_zh) -%}
    struct_pack(
        "role" := cast({{ role }} as varchar),
        feed := cast({{ feed }} as varchar),
        row_id := cast({{ row_id }} as varchar),
        row_hash := cast({{ row_hash }} as varchar),
        fact_zh := cast({{ fact_zh }} as varchar)
    )
{%- endmacro %}

{#- A list written out: evidence_list([evidence_row(…), evidence_row(…)]); [] gives an empty one. -#}
{% macro evidence_list(rows) -%}
    {{ return(adapter.dispatch('evidence_list', 'xiansuo')(rows)) }}
{%- endmacro %}
{% macro duckdb__evidence_list(rows) -%}
    cast([{{ rows | join(', ') }}] as {{ evidence_type() }})
{%- endmacro %}

{#- Aggregate: evidence rows of a group as a list in a total order. -#}
{% macro evidence_agg(row, order_by) -%}
    {{ return(adapter.dispatch('evidence_agg', 'xiansuo')(row, order_by)) }}
{%- endmacro %}
{% macro duckdb__evidence_agg(row, order_by) -%}
    list({{ row }} order by {{ order_by }})
{%- endmacro %}

{#- Two lists, one after the other; a missing one counts as empty. -#}
{% macro evidence_concat(first, second) -%}
    {{ return(adapter.dispatch('evidence_concat', 'xiansuo')(first, second)) }}
{%- endmacro %}
{% macro duckdb__evidence_concat(first, second) -%}
    list_concat(coalesce({{ first }}, {{ evidence_list([]) }}), coalesce({{ second }}, {{ evidence_list([]) }}))
{%- endmacro %}

{#- Aggregate: the evidence lists of a group, one after the other in a total order. -#}
{% macro evidence_flatten(evidence, order_by) -%}
    {{ return(adapter.dispatch('evidence_flatten', 'xiansuo')(evidence, order_by)) }}
{%- endmacro %}
{% macro duckdb__evidence_flatten(evidence, order_by) -%}
    flatten(list({{ evidence }} order by {{ order_by }}))
{%- endmacro %}
