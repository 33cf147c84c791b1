{#- Of two rows with one key the later delivery wins, then the file name, then the row. -#}
{% macro newest_first() -%}
    _delivered_on desc nulls last, _file_order desc nulls last, _source_row desc, _row_id desc
{%- endmacro %}

{#-
    The newest version of each row of an event feed, as a select. Few rows are ever delivered
    again, so only their keys are sorted: a window over all of a feed's columns costs twice the
    time and all of the memory. Which keys come twice is asked of their hashes, a third of the
    memory; two keys of one hash are then told apart. One row may stand in several sets.
-#}
{% macro newest_of_each_key(relation) -%}
    {%- set key_hash = row_hash(['_adcode', '_row_key']) %}
    with repeated as (
        select {{ key_hash }} as key_hash from {{ relation }}
        group by {{ key_hash }}
        having count(*) > 1
    ),

    compared as (
        select
            given._row_id,
            given._set_id,
            row_number() over (
                partition by given._adcode, given._row_key order by {{ newest_first() }}
            ) as version
        from {{ relation }} as given
        inner join repeated
            on {{ row_hash(['given._adcode', 'given._row_key']) }} = repeated.key_hash
    ),

    replaced as (
        select
            _row_id,
            _set_id
        from compared
        where version > 1
    )

    select given.*
    from {{ relation }} as given
    left join replaced on given._row_id = replaced._row_id and given._set_id = replaced._set_id
    where replaced._row_id is null
{%- endmacro %}
