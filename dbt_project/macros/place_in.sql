{#- The place of a value in a list written in order of precedence; null when it is not in it. -#}
{% macro place_in(expression, values) -%}
    case {{ expression }}
        {%- for value in values %}
        when '{{ value }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}

{#- How verdicts on several candidates add up: the first of these is the subject's. -#}
{% macro verdict_place(expression='verdict') -%}
    {{ place_in(expression, ['clue', 'inconclusive', 'excluded', 'clear', 'out_of_scope']) }}
{%- endmacro %}
