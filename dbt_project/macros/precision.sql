{#-
    A bound of the interval of Wilson (1927) about a share of `reviewed`, at z standard deviations;
    side: '-' the lower, '+' the upper. Null where the share is.
    Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.
-#}
{% macro wilson_bound(share, reviewed, z, side) -%}
    cast(round(
        (
            {{ share }} + {{ z }} * {{ z }} / (2 * nullif({{ reviewed }}, 0))
            {{ side }} {{ z }} * sqrt(
                {{ share }} * (1 - {{ share }}) / nullif({{ reviewed }}, 0)
                + {{ z }} * {{ z }} / (4 * nullif({{ reviewed }}, 0) * {{ reviewed }})
            )
        ) / (1 + {{ z }} * {{ z }} / nullif({{ reviewed }}, 0)), 4
    ) as double)
{%- endmacro %}
