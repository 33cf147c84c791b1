{#-
    The last lines of every rule: its verdicts in the one shape that int_verdict unites.
    `relation` is the rule's final CTE and has every column; see docs/add-a-rule.
-#}
{% macro rule_output(relation) -%}
select
    cast(adcode as varchar) as adcode,
    cast(subject_type as varchar) as subject_type,
    cast(subject_key as varchar) as subject_key,
    cast(verdict as varchar) as verdict,
    cast(guard as varchar) as guard,
    cast(note_zh as varchar) as note_zh,
    cast(person_key as varchar) as person_key,
    cast(institution_key as varchar) as institution_key,
    cast(institution_category as varchar) as institution_category,
    cast(township as varchar) as township,
    cast(supplier as varchar) as supplier,
    cast(conduct_from as date) as conduct_from,
    cast(conduct_to as date) as conduct_to,
    cast(match_tier as varchar) as match_tier,
    cast(push as varchar) as push,
    cast(severity as varchar) as severity,
    cast(hit_count as integer) as hit_count,
    cast(amount_total as decimal(18, 2)) as amount_total,
    cast(amount_pool as decimal(18, 2)) as amount_pool,
    cast(amount_account as decimal(18, 2)) as amount_account,
    cast(subject_label as varchar) as subject_label,
    cast(narrative_zh as varchar) as narrative_zh,
    cast(guards_tested as varchar) as guards_tested,
    cast(evidence as {{ evidence_type() }}) as evidence
from {{ relation }}
{%- endmacro %}
