{#-
    The engine has no privilege boundary of its own. Once the lake is mounted, a run may read the
    lake, the observations and the seeds, write its own warehouse, and change no setting.
-#}
{% macro confine_engine() -%}
    {{ return(adapter.dispatch('confine_engine', 'xiansuo')()) }}
{%- endmacro %}
{% macro duckdb__confine_engine() -%}
    {%- if execute -%}
    {%- set home = env_var('XIANSUO_HOME', 'data') -%}
    {%- set seed = graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | first -%}
    set allowed_directories = [
        '{{ home }}/lake', '{{ home }}/observations', '{{ seed.root_path }}/seeds'
    ];
    set enable_external_access = false;
    set lock_configuration = true;
    {%- endif -%}
{%- endmacro %}
