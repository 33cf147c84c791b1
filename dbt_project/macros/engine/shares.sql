{#-
    amount × weight ÷ base for whole numbers, without the fraction (towards zero); null where the
    base is 0. What does not fit 64 bits, which no honest bill reaches, is computed in 128.
-#}
{% macro whole_share(amount, weight, base) -%}
    {{ return(adapter.dispatch('whole_share', 'xiansuo')(amount, weight, base)) }}
{%- endmacro %}
{% macro duckdb__whole_share(amount, weight, base) -%}
    case
        when abs({{ amount }}) < 2147483648 and abs({{ weight }}) < 4294967296
            then ({{ amount }} * {{ weight }}) // nullif({{ base }}, 0)
        else
            cast(
                (cast({{ amount }} as hugeint) * {{ weight }}) // nullif({{ base }}, 0) as bigint
            )
    end
{%- endmacro %}

{#- How much of the base the whole share leaves over, whatever the signs. -#}
{% macro share_remainder(amount, weight, base, whole) -%}
    {{ return(adapter.dispatch('share_remainder', 'xiansuo')(amount, weight, base, whole)) }}
{%- endmacro %}
{% macro duckdb__share_remainder(amount, weight, base, whole) -%}
    case
        when abs({{ amount }}) < 2147483648 and abs({{ weight }}) < 4294967296
            then abs({{ amount }} * {{ weight }} - {{ whole }} * {{ base }})
        else
            cast(
                abs(
                    cast({{ amount }} as hugeint) * {{ weight }}
                    - cast({{ whole }} as hugeint) * {{ base }}
                ) as bigint
            )
    end
{%- endmacro %}

{#- A number as a decimal of a type; null where that cannot hold it, for one absurd number must not
    end a night. -#}
{% macro decimal_or_null(number, type) -%}
    {{ return(adapter.dispatch('decimal_or_null', 'xiansuo')(number, type)) }}
{%- endmacro %}
{% macro duckdb__decimal_or_null(number, type) -%}
    try_cast({{ number }} as {{ type }})
{%- endmacro %}

{#- What a quantity costs at a price, exactly; in the widest type, since of two narrow decimals the
    engine makes a narrow one. -#}
{% macro price_of(qty, price) -%}
    {{ return(adapter.dispatch('price_of', 'xiansuo')(qty, price)) }}
{%- endmacro %}
{% macro duckdb__price_of(qty, price) -%}
    (cast({{ qty }} as decimal(38, 6)) * {{ price }})
{%- endmacro %}

{#- Whole fen as yuan. -#}
{% macro yuan_of_fen(fen) -%}
    cast(({{ fen }}) * 0.01 as decimal(18, 2))
{%- endmacro %}
