-- Which line a refund's line takes back, through refunds of refunds: the one that it names, else
-- one of the settlement that its refund takes back, else the nearest earlier line of the same
-- person, institution, item and amount. A void settlement takes nothing back, and nothing of it is.
-- A model of its own, few rows: as a part of int_fee_line the engine, which cannot know how many
-- rows a recursion gives, would keep all lines in memory to look these up.
-- Grain: county, line of a refund.
with recursive fee_lines as (
    select * from {{ ref('stg_medical_fee_line') }}
),

voids as (
    select
        adcode,
        setl_id
    from {{ ref('int_settlement') }}
    where net_status = 'VOID'
),

nameless_lines as (
    select * from {{ ref('int_nameless_line') }}
),

rows_of_refunds as (
    select
        fee_lines.adcode,
        fee_lines.bkkp_sn as row_key,
        coalesce(fee_lines.init_bkkp_sn, nameless_lines.named_key) as named_key,
        fee_lines.det_item_fee_sumamt as amount,
        fee_lines.fee_ocur_time as happened_at,
        fee_lines.psn_no,
        fee_lines.fixmedins_code,
        fee_lines.hilist_code
    from fee_lines
    left join voids on fee_lines.adcode = voids.adcode and fee_lines.setl_id = voids.setl_id
    left join nameless_lines
        on
            fee_lines.adcode = nameless_lines.adcode
            and fee_lines.bkkp_sn = nameless_lines.bkkp_sn
    where voids.setl_id is null
),

{{ refund_links(
    'refund', 'rows_of_refunds', ['psn_no', 'fixmedins_code', 'hilist_code'],
    param('ALL', 'refund_match_days')
) }},

final as (
    select
        adcode,
        row_key as bkkp_sn,
        original_key as refund_of
    from refund_links
)

select * from final
