{#-
    MIN-05-0123456789ABCDEF: the same rule, county and subject give the same id on every night. No
    date, version or window is part of it; a person in the subject key is a keyed pseudonym already.
-#}
{% macro clue_id(rule_id, adcode, subject_key) -%}
    {{ rule_id }} || '-' || upper(left({{ sha256_hex(json_list([rule_id, adcode, subject_key])) }}, 16))
{%- endmacro %}

{#- Subject of the group clue (类案) to which a clue belongs: its authority and category. -#}
{% macro group_subject() -%}
    'group:' || adcode || ':' || coalesce(supplier, '') || ':' || coalesce(institution_category, '')
{%- endmacro %}
