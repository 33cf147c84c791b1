{#-
    Names of one person as two agencies write them: equal keys, or, for a name with a separator
    (马合木提·阿不都), one the beginning of the other. False where either is missing.
    min_characters: how long a beginning must be, where the parameters are out of reach.
-#}
{% macro names_compatible(key_a, sep_a, key_b, sep_b, min_characters=none) -%}
    coalesce(
        {{ key_a }} = {{ key_b }}
        or (
            ({{ sep_a }} or {{ sep_b }})
            and least(length({{ key_a }}), length({{ key_b }}))
                >= {{ min_characters or param('ALL', 'name_prefix_min_characters') }}
            and (starts_with({{ key_a }}, {{ key_b }}) or starts_with({{ key_b }}, {{ key_a }}))
        ),
        false
    )
{%- endmacro %}

{#- 马桂花 -> 马*花, 马花 -> 马*: enough to tell two people of one case apart, no more. -#}
{% macro mask_name(name) -%}
    case
        when {{ name }} is null then '姓名不详'
        when length({{ name }}) <= 2 then left({{ name }}, 1) || '*'
        else left({{ name }}, 1) || repeat('*', length({{ name }}) - 2) || right({{ name }}, 1)
    end
{%- endmacro %}

{#- 马*花 (女, 1985): how a person is shown to handlers. -#}
{% macro person_label(name, sex, born_on) -%}
    {{ mask_name(name) }} || ' (' || coalesce({{ sex }}, '性别不详') || ', '
    || coalesce(cast(year({{ born_on }}) as varchar), '出生年不详') || ')'
{%- endmacro %}

{#-
    What a court or an agency wrote in words may hold an identity number: handlers do not see it.
    15 or 18 characters with a date of birth in their place, not in the middle of a longer number.
-#}
{% macro mask_numbers(text) -%}
    {{ replace_all(
        text,
        "'\\b[1-9][0-9]{5}((18|19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9Xx]|[0-9]{2}[01][0-9][0-3][0-9]{4})\\b'",
        "'（证件号码）'"
    ) }}
{%- endmacro %}

{#-
    The key of a person of whom only the number with the medical insurance is known (rules.md: `psn:`
    and the number). Where a scheme numbers people by their identity number it is not shown.
-#}
{% macro person_of_number(psn_no) -%}
    'psn:' || case
        when {{ matches(psn_no, "'^[1-9][0-9]{16}[0-9Xx]$'") }} then {{ sha256_hex(psn_no) }}
        else {{ psn_no }}
    end
{%- endmacro %}
