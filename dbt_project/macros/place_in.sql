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
    {{ place_in(expression, [
        'clue', 'unjudged', 'inconclusive', 'excluded', 'clear', 'out_of_scope'
    ]) }}
{%- endmacro %}

{#- The verdict on each subject whose candidates were judged one by one: that of the first by
    verdict, guard in the card's order, match tier and record; its guard, and its note. -#}
{% macro first_verdict(judged, subject, guards, note) -%}
    select
        {{ subject }},
        first_row.verdict,
        first_row.guard,
        first_row.note
    from (
        select
            {{ subject }},
            {{ first_row(
                {'verdict': 'verdict', 'guard': 'guard', 'note': note},
                [verdict_place(), place_in('guard', guards), 'match_tier', 'record_id']
            ) }} as first_row
        from {{ judged }}
        group by {{ subject }}
    ) as firsts
{%- endmacro %}
