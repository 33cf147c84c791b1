{#- A record in words, beside a post, certificate or institution of the county `home_adcode`. -#}
{% macro record_fact(record, home_adcode) -%}
    case when {{ record }}.adcode <> {{ home_adcode }} then '外县记录：' else '' end
    || {{ record }}.case_no
    || case {{ record }}.kind
        when 'conviction' then '判决，罪名'
        when 'non_prosecution' then '相对不起诉决定，案由'
        else '行政处罚决定，案由'
    end
    || {{ record }}.charges || '，' || {{ record }}.effective_on
    || case {{ record }}.kind when 'conviction' then '生效' else '作出' end
    || coalesce('（' || {{ record }}.review_reason || '）', '')
{%- endmacro %}
