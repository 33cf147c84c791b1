{#-
    Why a row of int_post is surely no active post on D, in the order in which cards list it; null
    for a post that is active or may be. The same four guards belong to every rule about posts.
-#}
{% macro post_guard(post) -%}
    case
        when not {{ post }}.is_post then 'volunteer'
        when {{ post }}.post_status = '离职' or {{ post }}.left_min <= {{ as_of() }} then 'left'
        when {{ post }}.post_status in ('长期病假', '借调') then 'on_leave'
        when {{ post }}.institution_inactive_reason is not null then 'institution_closed'
    end
{%- endmacro %}

{#- 在石门乡中心幼儿园（幼儿园）任专任教师，2018-09-01入职，2023-10-31交付的花名册载明在岗 -#}
{% macro post_fact(post) -%}
    '在' || {{ post }}.institution_name || '（' || {{ post }}.category || '）任' || {{ post }}.post
    || '，' || {{ post }}.hired_max || '入职，' || {{ post }}.roster_delivered_on
    || '交付的花名册载明' || {{ post }}.post_status
{%- endmacro %}

{#-
    Which of the rows that a roster has of one person and institution speaks for the two: the newest;
    of several in it the one that says that the person works there, with children before on leave,
    and since when longest. A second job or a volunteer's does not end the first.
-#}
{% macro telling_row_first() -%}
    delivered_on desc nulls last,
    case
        when not is_post then 4
        when post_status = '离职' or left_min <= {{ as_of() }} then 3
        when post_status in ('长期病假', '借调') then 2
        else 1
    end asc,
    case
        when is_post and post_status <> '离职' and coalesce(left_min > {{ as_of() }}, true)
            then hired_max
    end asc nulls last,
    hired_max desc nulls last,
    file_order desc nulls last,
    source_row desc,
    row_id desc
{%- endmacro %}
