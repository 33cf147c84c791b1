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

{#-
    Which of the records are about which of the persons, as selects of `person` (the columns of
    persons that name one), record_id and match_tier: T1 same number and compatible name; T2 same
    number, another name; T3 a record without a usable number, and name, birth date and sex equal
    to what the person's number and name say. A name alone matches nobody.
-#}
{% macro matched_records(persons, records, person, min_characters=none) -%}
    select
        {%- for column in person %}
        {{ persons }}.{{ column }},
        {%- endfor %}
        {{ records }}.record_id,
        case
            when
                {{ names_compatible(
                    persons ~ '.name_key', persons ~ '.name_sep',
                    records ~ '.name_key', records ~ '.name_sep', min_characters
                ) }}
                then 'T1'
            else 'T2'
        end as match_tier
    from {{ persons }}
    inner join {{ records }} on {{ persons }}.person_key = {{ records }}.person_key
    where {{ records }}.id_usable

    union all

    select
        {%- for column in person %}
        {{ persons }}.{{ column }},
        {%- endfor %}
        {{ records }}.record_id,
        'T3' as match_tier
    from {{ persons }}
    inner join {{ records }}
        on
            {{ persons }}.name_key = {{ records }}.name_key
            and {{ persons }}.born_on = {{ records }}.born_on
            and {{ persons }}.sex = {{ records }}.sex
    where not {{ records }}.id_usable
{%- endmacro %}

{#- What was compared, in words. -#}
{% macro match_reason(match_tier) -%}
    case {{ match_tier }}
        when 'T1' then '证件号码相同，姓名相符'
        when 'T2' then '证件号码相同，姓名不符'
        else '记录无可用证件号码，姓名、出生日期、性别相同'
    end
{%- endmacro %}
