-- What ties a designated institution to another shop: the same legal representative's number, the
-- same telephone, or the same place. Others are licensed shops, also as they are described where
-- they are or were designated themselves, or designated institutions.
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

others as (
    select
        'designated' as other_kind,
        fixmedins_code as other_id,
        fixmedins_code,
        legrep_key,
        phone_key,
        longitude,
        latitude
    from institutions
    union all
    select
        'licence' as other_kind,
        licence_no as other_id,
        fixmedins_code,
        legrep_key,
        {{ phone_key('phone') }} as phone_key,
        longitude,
        latitude
    from retail_shops
    union all
    select
        'licence' as other_kind,
        retail_shops.licence_no as other_id,
        retail_shops.fixmedins_code,
        institutions.legrep_key,
        institutions.phone_key,
        institutions.longitude,
        institutions.latitude
    from retail_shops
    inner join institutions on retail_shops.fixmedins_code = institutions.fixmedins_code
),

by_legrep as (
    select
        institutions.fixmedins_code,
        others.other_kind,
        others.other_id,
        others.fixmedins_code as other_code,
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
        others.fixmedins_code as other_code,
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
        others.fixmedins_code as other_code,
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

final as (
    select
        fixmedins_code,
        other_kind,
        other_id,
        link,
        min(metres) as metres
    from links
    where fixmedins_code is distinct from other_code
    group by fixmedins_code, other_kind, other_id, link
)

select * from final
