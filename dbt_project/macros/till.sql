{#- An amount in yuan, to the fen. A quotient is a float: to the millionth first, so that half a fen
    is one. -#}
{% macro to_fen(amount) -%}
    cast(cast({{ amount }} as decimal(18, 6)) as decimal(18, 2))
{%- endmacro %}

{#- 12盒, 2.5盒: a number of packs without the zeros that follow. -#}
{% macro packs(quantity) -%}
    {{ replace_all(
        'cast(cast(' ~ quantity ~ ' as decimal(18, 2)) as varchar)', "'\\.?0+$'", "''"
    ) }} || '盒'
{%- endmacro %}

{#-
    What the insurance paid for rows of a till: the rows of `relation` (adcode, setl_id, hilist_code,
    qty, price, row_id), each with its share of the fee lines of its code in its settlement (pool,
    account), by packs; without such a line its share of the settlement, by money. Shares of rows of
    one line add up to the cent, and never to more than it.
-#}
{% macro with_sale_money(relation) -%}
    select
        spread.*,
        {%- for part in ['pool', 'account'] %}
        coalesce(
            {{ to_fen('paid_' ~ part ~ ' * taken_to / nullif(base, 0)') }}
            - {{ to_fen('paid_' ~ part ~ ' * taken_from / nullif(base, 0)') }},
            0
        ) as {{ part }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            weighed.*,
            least(sum(weight) over in_line, base) as taken_to,
            least(sum(weight) over in_line - weight, base) as taken_from
        from (
            select
                given.*,
                case when lines.cnt is null then given.qty * given.price else given.qty end as weight,
                case when lines.cnt is not null then given.hilist_code end as line_code,
                coalesce(lines.cnt, settlements.medfee) as base,
                coalesce(lines.pool, settlements.pool) as paid_pool,
                coalesce(lines.account, settlements.account) as paid_account
            from {{ relation }} as given
            left join (
                select
                    fee_lines.adcode,
                    fee_lines.setl_id,
                    fee_lines.hilist_code,
                    sum(fee_lines.cnt) as cnt,
                    sum(fee_lines.pool) as pool,
                    sum(fee_lines.account) as account
                from {{ ref('int_fee_line') }} as fee_lines
                inner join (select distinct adcode, setl_id from {{ relation }}) as wanted
                    on fee_lines.adcode = wanted.adcode and fee_lines.setl_id = wanted.setl_id
                where fee_lines.counts
                group by fee_lines.adcode, fee_lines.setl_id, fee_lines.hilist_code
            ) as lines
                on
                    given.adcode = lines.adcode
                    and given.setl_id = lines.setl_id
                    and given.hilist_code = lines.hilist_code
            left join {{ ref('int_settlement') }} as settlements
                on given.adcode = settlements.adcode and given.setl_id = settlements.setl_id
        ) as weighed
        window in_line as (
            partition by adcode, setl_id, line_code
            order by row_id asc
            rows between unbounded preceding and current row
        )
    ) as spread
{%- endmacro %}
