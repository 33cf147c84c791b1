{#-
    Whether the night judges a supervision model: all are, unless the variable `judged` lists those
    of which a rule can be judged at all. The models of the others are not built.
-#}
{% macro is_judged(model_id) -%}
    {{ return(var('judged', none) is none or model_id in var('judged')) }}
{%- endmacro %}
