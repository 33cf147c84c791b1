{#-
    A rule's parameter as it holds on the night D, from the seed rule_parameter.
    rule_id 'ALL' holds what the rules share. type: any type that the text casts to.
-#}
{% macro param(rule_id, parameter, type='integer') -%}
    (
        select cast(max(value) as {{ type }})
        from {{ ref('rule_parameter') }}
        where rule_id = '{{ rule_id }}'
            and parameter = '{{ parameter }}'
            and valid_from <= {{ as_of() }}
            and (valid_to is null or {{ as_of() }} < valid_to)
    )
{%- endmacro %}
