-- What ties a designated institution to another shop: the same legal representative's number, the
-- same telephone, or the same place. Others are licensed shops that were outside the scheme in the
-- window of MED-02, also as they are described where they are or were designated themselves; or
-- institutions whose agreement was ended, for MED-20. All branches of a chain are tied to each
-- other: what no rule asks for would grow with their square.
-- Grain: institution, other shop, kind of link.
with institutions as (
    select
        *,
        {{ phone_key('phone') }} as phone_key
    from {{ ref('int_medical_institution') }}
),

retail_shops as (
    select * from {{ ref('int_retail_shop') }}
),

codes as (
    select * from {{ ref('int_shop_code') }}
),

outside as (
    select distinct licence_no from {{ ref('int_outside_span') }}
    where valid_from <= {{ as_of() }} and {{ window_from('MED-02') }} < valid_to
),

ended as (
    select distinct fixmedins_code from {{ ref('int_designation_span') }}
    where state = '解除'
),

others as (
    select
        'designated' as other_kind,
        fixmedins_code as other_id,
        legrep_key,
        phone_key,
        longitude,
        latitude
    from institutions
    where fixmedins_code in (select fixmedins_code from ended)
    union all
    select
        'licence' as other_kind,
        licence_no as other_id,
        legrep_key,
        {{ phone_key('phone') }} as phone_key,
        longitude,
        latitude
    from retail_shops
    where licence_no in (select licence_no from outside)
    union all
    select
        'licence' as other_kind,
        codes.licence_no as other_id,
        institutions.legrep_key,
        institutions.phone_key,
        institutions.longitude,
        institutions.latitude
    from codes
    inner join institutions on codes.fixmedins_code = institutions.fixmedins_code
    where codes.licence_no in (select licence_no from outside)
),

by_legrep as (
    select
        institutions.fixmedins_code,
        others.other_kind,
        others.other_id,
        'legrep' as link,
        cast(null as integer) as metres
    from institutions
    inner join others on institutions.legrep_key = others.legrep_key
),

by_phone as (
    select
        institutions.fixmedins_code,
        others.other_kind,
        others.other_id,
        'phone' as link,
        cast(null as integer) as metres
    from institutions
    inner join others on institutions.phone_key = others.phone_key
),

-- what is no further apart than a link reaches lies in the same or a neighbouring cell of the grid
cells as (
    select
        institutions.*,
        {{ grid_cell('institutions.longitude') }} + offsets_x.n as cell_x,
        {{ grid_cell('institutions.latitude') }} + offsets_y.n as cell_y
    from institutions
    cross join {{ whole_numbers(-1, 1) }} as offsets_x
    cross join {{ whole_numbers(-1, 1) }} as offsets_y
    where institutions.longitude is not null and institutions.latitude is not null
),

by_place as (
    select
        cells.fixmedins_code,
        others.other_kind,
        others.other_id,
        'place' as link,
        {{ metres_between(
            'cells.longitude', 'cells.latitude', 'others.longitude', 'others.latitude'
        ) }} as metres
    from cells
    inner join others
        on
            cells.cell_x = {{ grid_cell('others.longitude') }}
            and cells.cell_y = {{ grid_cell('others.latitude') }}
),

links as (
    select * from by_legrep
    union all
    select * from by_phone
    union all
    select * from by_place
    where metres <= {{ param('ALL', 'shop_link_metres') }}
),

-- a shop is no other one under its own licence
final as (
    select
        links.fixmedins_code,
        links.other_kind,
        links.other_id,
        links.link,
        min(links.metres) as metres
    from links
    left join codes as own
        on links.other_id = own.licence_no and links.fixmedins_code = own.fixmedins_code
    where links.fixmedins_code <> links.other_id and own.licence_no is null
    group by links.fixmedins_code, links.other_kind, links.other_id, links.link
)

select * from final
