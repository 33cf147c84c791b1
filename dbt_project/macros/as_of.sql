{#- The night D as a date. A run without it is refused rather than guessed. -#}
{% macro as_of() -%}
    {%- if execute and not var('as_of') -%}
        {{ exceptions.raise_compiler_error("give the night: --vars '{as_of: 2023-10-31}'") }}
    {%- endif -%}
    cast('{{ var("as_of") }}' as date)
{%- endmacro %}
