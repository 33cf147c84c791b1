{#- A part of a whole as a decimal, null of nothing; and in words, 12.5%. -#}
{% macro share_of(part, whole) -%}
    cast({{ part }} / nullif({{ whole }}, 0) as decimal(18, 6))
{%- endmacro %}
{% macro percent(share) -%}
    cast(cast(100 * {{ share }} as decimal(18, 1)) as varchar) || '%'
{%- endmacro %}

{#-
    What a shop is compared with: the rows of `relation` (one for each shop, fixmedins_code, of a
    group; is_peer; the column `value`, a decimal), each with the number of its peers, the others of
    its group that is_peer says are fit to be compared with, and the percentile of their values
    (peer_value; between two of them in proportion, as spreadsheets do; null without peers).
    By places in order, not by joining each shop with all others: among others a shop's own place
    is left out, and those above it move down by one.
-#}
{% macro with_peer_percentile(relation, group, value, percentile) -%}
    select
        placed.*,
        below.{{ value }}
        + (above.{{ value }} - below.{{ value }}) * (placed.position - floor(placed.position))
            as peer_value
    from (
        select
            *,
            {{ percentile }} * (peers - 1) as position
        from ({{ peer_places(relation, group, value) }}) as shops
    ) as placed
    {%- for neighbour, rounded in [('below', 'floor'), ('above', 'ceil')] %}
    left join ({{ peer_places(relation, group, value) }}) as {{ neighbour }}
        on
            {% for column in group -%}
            placed.{{ column }} = {{ neighbour }}.{{ column }} and {% endfor -%}
            {{ neighbour }}.is_peer
            and {{ neighbour }}.peer_place
            = {{ rounded }}(placed.position) + case
                when placed.is_peer and {{ rounded }}(placed.position) >= placed.peer_place then 1
                else 0
            end
    {%- endfor %}
{%- endmacro %}

{#- Peers in order of value from 0, before those who are none; and how many others are peers. -#}
{% macro peer_places(relation, group, value) -%}
    select
        *,
        row_number() over (
            partition by {{ group | join(', ') }}
            order by is_peer desc, {{ value }} asc, fixmedins_code asc
        ) - 1 as peer_place,
        count(case when is_peer then 1 end) over (partition by {{ group | join(', ') }})
        - case when is_peer then 1 else 0 end as peers
    from {{ relation }}
{%- endmacro %}
