{#-
    The engine has no privilege boundary of its own: once the lake is mounted, a run may read the
    lake, the observations and the seeds, write beside its warehouse, and change no setting.
-#}
{% macro confine_engine() -%}
    {{ return(adapter.dispatch('confine_engine', 'xiansuo')()) }}
{%- endmacro %}
{% macro duckdb__confine_engine() -%}
    {%- if execute -%}
    {%- set home = env_var('XIANSUO_HOME', 'data') -%}
    set allowed_directories = ['{{ home }}', '{{ project_root }}'];
    set enable_external_access = false;
    set lock_configuration = true;
    {%- endif -%}
{%- endmacro %}
