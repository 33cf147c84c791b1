{#- An amount in yuan, to the fen; null for one beyond all money. A quotient is a float: to the
    millionth first, so that half a fen is one. -#}
{% macro to_fen(amount) -%}
    cast({{ decimal_or_null(amount, 'decimal(18, 6)') }} as decimal(18, 2))
{%- endmacro %}

{#- 12盒, 2.5盒: a number of packs without the zeros that follow. -#}
{% macro packs(quantity) -%}
    {{ replace_all(
        'cast(cast(' ~ quantity ~ ' as decimal(18, 2)) as varchar)', "'\\.?0+$'", "''"
    ) }} || '盒'
{%- endmacro %}

{#-
    What the insurance paid for rows of a till: the rows of `relation` (adcode, setl_id,
    hilist_code, qty, price, row_id), each with its share of the fee lines of its code in its
    settlement (pool, account), by packs, which is nothing where refunds left nothing of them;
    without such a line its share of the settlement, by money. Where a row that has no such line has
    no price either, all rows of its settlement go by packs, of all that the till sold on it. Shares
    of rows of one line add up to the cent, and never to more than it.
-#}
{% macro with_sale_money(relation) -%}
    with bills as (
        select distinct adcode, setl_id from {{ relation }}
    ),

    billed_codes as (
        select
            fee_lines.adcode,
            fee_lines.setl_id,
            fee_lines.hilist_code,
            sum(fee_lines.cnt) as cnt,
            sum(fee_lines.pool) as pool,
            sum(fee_lines.account) as account
        from {{ ref('int_fee_line') }} as fee_lines
        inner join bills
            on fee_lines.adcode = bills.adcode and fee_lines.setl_id = bills.setl_id
        group by fee_lines.adcode, fee_lines.setl_id, fee_lines.hilist_code
    ),

    billed_rows as (
        select
            given.*,
            billed_codes.cnt as line_cnt,
            billed_codes.pool as line_pool,
            billed_codes.account as line_account,
            billed_codes.cnt is null and coalesce(given.price < 0, true) as is_unpriced
        from {{ relation }} as given
        left join billed_codes
            on
                given.adcode = billed_codes.adcode
                and given.setl_id = billed_codes.setl_id
                and given.hilist_code = billed_codes.hilist_code
    ),

    packs_of_bills as (
        select
            sales.adcode,
            sales.setl_id,
            sum(sales.qty) as packs
        from {{ ref('int_standing_sale') }} as sales
        inner join (select distinct adcode, setl_id from billed_rows where is_unpriced) as unpriced
            on sales.adcode = unpriced.adcode and sales.setl_id = unpriced.setl_id
        group by sales.adcode, sales.setl_id
    ),

    weighed as (
        select
            billed_rows.*,
            case
                when billed_rows.line_cnt = 0 then 0
                when packs_of_bills.packs is null and billed_rows.line_cnt is null
                    then {{ price_of('billed_rows.qty', 'billed_rows.price') }}
                else billed_rows.qty
            end as weight,
            case
                when packs_of_bills.packs is null and billed_rows.line_cnt is not null
                    then billed_rows.hilist_code
            end as line_code,
            coalesce(packs_of_bills.packs, billed_rows.line_cnt, settlements.medfee) as base,
            {%- for part in ['pool', 'account'] %}
            case
                when packs_of_bills.packs is null and billed_rows.line_cnt is not null
                    then billed_rows.line_{{ part }}
                else settlements.{{ part }}
            end as paid_{{ part }}{{ ',' if not loop.last }}
            {%- endfor %}
        from billed_rows
        left join packs_of_bills
            on
                billed_rows.adcode = packs_of_bills.adcode
                and billed_rows.setl_id = packs_of_bills.setl_id
        left join {{ ref('int_settlement') }} as settlements
            on
                billed_rows.adcode = settlements.adcode
                and billed_rows.setl_id = settlements.setl_id
    ),

    spread as (
        select
            weighed.*,
            least(sum(weight) over in_line, base) as taken_to,
            least(sum(weight) over in_line - weight, base) as taken_from
        from weighed
        window in_line as (
            partition by adcode, setl_id, line_code
            order by row_id asc
            rows between unbounded preceding and current row
        )
    )

    select
        spread.*,
        {%- for part in ['pool', 'account'] %}
        coalesce(
            {{ to_fen('paid_' ~ part ~ ' * taken_to / nullif(base, 0)') }}
            - {{ to_fen('paid_' ~ part ~ ' * taken_from / nullif(base, 0)') }},
            0
        ) as {{ part }}{{ ',' if not loop.last }}
        {%- endfor %}
    from spread
{%- endmacro %}
