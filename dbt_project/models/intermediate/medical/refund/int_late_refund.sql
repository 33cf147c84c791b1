-- Refunds of a pharmacy's sales more than a day after the sale, as they were settled, in MED-22's
-- window; with what undid such refunds again, and without sales of which nothing was taken back
-- then.
-- Grain: county, settlement of the refund.
with activity as (
    select * from {{ ref('int_shop_activity') }}
    where is_pharmacy
),

refunds as (
    select * from {{ ref('int_settlement') }}
    where net_status = 'REFUND'
),

-- the centre's own settlements are not the shop's, and 3 is medical assistance
sales as (
    select settlements.*
    from {{ ref('int_settlement') }} as settlements
    inner join activity
        on
            settlements.adcode = activity.adcode
            and settlements.fixmedins_code = activity.fixmedins_code
    where not settlements.is_manual and coalesce(settlements.setl_type <> '3', true)
),

-- the lines of a refund say when it was, unless they repeat the time of the sale
paired as (
    select
        refunds.adcode,
        refunds.setl_id,
        sales.fixmedins_code,
        sales.person_key,
        sales.setl_id as sale_id,
        sales.service_on as sold_on,
        cast(
            case
                when refunds.lines > 0 and refunds.service_at > sales.service_at
                    then refunds.service_at
                else coalesce(refunds.setl_time, refunds.service_at)
            end as date
        ) as refunded_on,
        coalesce(
            refunds.setl_time >= sales.setl_time
            and {{ within_minutes(
                'sales.setl_time', 'refunds.setl_time', param('MED-22', 'double_charge_minutes')
            ) }},
            false
        ) as is_double_charge,
        -refunds.medfee_gross as medfee,
        -refunds.pool_gross as pool,
        -refunds.account_gross as account,
        refunds.row_id,
        refunds.row_hash,
        sales.row_id as sale_row_id,
        sales.row_hash as sale_row_hash
    from refunds
    inner join sales on refunds.adcode = sales.adcode and refunds.refund_of = sales.setl_id
),

late as (
    select
        *,
        sum(medfee) over (partition by adcode, sale_id) as medfee_of_sale
    from paired
    where
        {{ days_between('sold_on', 'refunded_on') }} > {{ param('MED-22', 'days_after') }}
        and refunded_on between {{ window_from('MED-22') }} and {{ as_of() }}
),

final as (
    select
        adcode,
        setl_id,
        fixmedins_code,
        person_key,
        sale_id,
        sold_on,
        refunded_on,
        is_double_charge,
        medfee,
        pool,
        account,
        row_id,
        row_hash,
        sale_row_id,
        sale_row_hash
    from late
    where medfee_of_sale > 0
)

select * from final
