-- What speaks for a designated institution's settling for a shop that is not designated: codes that
-- were shipped there and settled here, and signs between tied shops that agree. Facts around a
-- change of either shop, and of emergencies, are counted apart.
-- Grain: county of the sales, designated institution, licence of the other shop.
with institutions as (
    select * from {{ ref('int_medical_institution') }}
),

tied as (
    select distinct
        fixmedins_code,
        licence_no,
        links_zh
    from {{ ref('int_outside_pair') }}
),

signs as (
    select * from {{ ref('int_outside_sign') }}
),

outside_sales as (
    select * from {{ ref('int_outside_sale') }}
    where sold_on >= {{ window_from('MED-02') }}
),

changes as (
    select * from {{ ref('int_shop_change') }}
),

codes as (
    select
        adcode,
        fixmedins_code,
        licence_no,
        count(distinct trace_code) as codes,
        count(distinct case when not is_near_change then trace_code end) as codes_far,
        count(distinct case when not is_near_change and not is_emergency then trace_code end)
            as codes_left,
        min(case when not is_near_change and not is_emergency then sold_on end) as sold_from,
        max(case when not is_near_change and not is_emergency then sold_on end) as sold_to
    from outside_sales
    group by adcode, fixmedins_code, licence_no
),

agreeing as (
    select
        signs.fixmedins_code,
        signs.licence_no,
        count(*) as signs,
        {{ sorted_text('signs.sign_zh', '；') }} as signs_zh,
        min(signs.conduct_from) as conduct_from,
        max(signs.conduct_to) as conduct_to
    from signs
    group by signs.fixmedins_code, signs.licence_no
    having count(*) >= {{ param('MED-02', 'signs_min') }}
),

-- all of it around one change of either shop
agreeing_near_change as (
    select distinct
        agreeing.fixmedins_code,
        agreeing.licence_no
    from agreeing
    inner join changes
        on
            changes.shop in (agreeing.fixmedins_code, agreeing.licence_no)
            and changes.changed_on
            >= {{ add_days('agreeing.conduct_to', '-' ~ param('MED-02', 'change_days')) }}
            and changes.changed_on
            <= {{ add_days('agreeing.conduct_from', param('MED-02', 'change_days')) }}
),

final as (
    select
        coalesce(codes.adcode, institutions.adcode) as adcode,
        coalesce(codes.fixmedins_code, tied.fixmedins_code) as fixmedins_code,
        coalesce(codes.licence_no, tied.licence_no) as licence_no,
        tied.links_zh,
        coalesce(codes.codes, 0) as codes,
        coalesce(codes.codes_far, 0) as codes_far,
        coalesce(codes.codes_left, 0) as codes_left,
        agreeing.signs_zh,
        agreeing.fixmedins_code is not null as has_signs,
        agreeing_near_change.fixmedins_code is not null as are_signs_near_change,
        coalesce(least(codes.sold_from, agreeing.conduct_from), {{ as_of() }}) as conduct_from,
        coalesce(greatest(codes.sold_to, agreeing.conduct_to), {{ as_of() }}) as conduct_to
    from tied
    inner join institutions on tied.fixmedins_code = institutions.fixmedins_code
    left join agreeing
        on
            tied.fixmedins_code = agreeing.fixmedins_code
            and tied.licence_no = agreeing.licence_no
    left join agreeing_near_change
        on
            tied.fixmedins_code = agreeing_near_change.fixmedins_code
            and tied.licence_no = agreeing_near_change.licence_no
    full outer join codes
        on
            tied.fixmedins_code = codes.fixmedins_code
            and tied.licence_no = codes.licence_no
)

select * from final
