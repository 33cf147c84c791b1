{#-
    CTEs that end in `<part>_shares`: what each line of a settlement bears of a fund's payment, in
    proportion to `weight`, to the cent by largest remainder, ties by the line's number. In whole
    numbers: money in fen, weights in hundredths of a fen, so that nothing is rounded twice. Reads
    the CTEs `amounts` (lines) and `funds` (settlements: what each fund paid, the sums of weights);
    a settlement of which the fund paid nothing, or whose base is zero, has no share to give.
-#}
{% macro line_shares(part, weight) -%}
{{ part }}_weighed as (
    select
        amounts.adcode,
        amounts.setl_id,
        amounts.bkkp_sn,
        funds.{{ part }} as whole,
        cast(amounts.{{ weight }} * 10000 as bigint) as weight,
        funds.{{ weight }} as base
    from amounts
    inner join funds on amounts.adcode = funds.adcode and amounts.setl_id = funds.setl_id
    where funds.{{ part }} <> 0 and funds.{{ weight }} <> 0
),

{{ part }}_floored as (
    select
        *,
        {{ whole_share('whole', 'weight', 'base') }} as share_floor
    from {{ part }}_weighed
),

-- the fen that whole shares leave over go to the lines with the largest remainders
{{ part }}_ranked as (
    select
        *,
        whole - sum(share_floor) over {{ part }}_settlement as fen_left,
        row_number() over (
            partition by adcode, setl_id
            order by
                {{ share_remainder('whole', 'weight', 'base', 'share_floor') }} desc,
                bkkp_sn asc
        ) as place
    from {{ part }}_floored
    window {{ part }}_settlement as (partition by adcode, setl_id)
),

{{ part }}_shares as (
    select
        adcode,
        bkkp_sn,
        {{ yuan_of_fen(
            'share_floor + case when place <= abs(fen_left) then sign(fen_left) else 0 end'
        ) }} as share
    from {{ part }}_ranked
)
{%- endmacro %}

{#-
    What refunds left of an amount, yuan; nothing where nothing is kept. Sums are wide, and to narrow
    one costs a microsecond: only where there were refunds.
-#}
{% macro amount_left(amount, amount_back, is_kept) -%}
    cast(
        case
            when not ({{ is_kept }}) then 0
            when not netted.has_refunds then cast(netted.{{ amount }} as decimal(18, 2))
            else cast(netted.{{ amount }} + netted.{{ amount_back }} as decimal(18, 2))
        end as decimal(18, 2)
    )
{%- endmacro %}

{#- What a line keeps of its share: all, none, or the part that was not taken back. -#}
{% macro share_left(part) -%}
    cast(
        case
            when not netted.counts then 0
            when netted.det_left = netted.det then netted.{{ part }}_share
            else {{ to_fen(
                'netted.' ~ part ~ '_share * netted.det_left / nullif(netted.det, 0)'
            ) }}
        end as decimal(18, 2)
    )
{%- endmacro %}
