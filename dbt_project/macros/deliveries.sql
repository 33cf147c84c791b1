{#- Of two rows with one key the later delivery wins, then the file name, then the row. -#}
{% macro newest_first() -%}
    _delivered_on desc nulls last, _file_order desc nulls last, _source_row desc, _row_id desc
{%- endmacro %}
