-- Days on which a shop sold insured prescription drugs under a pharmacist's certificate, and
-- whether a register, of whatever delivery, covers the certificate there on the day: surely; but
-- for the days that registering again takes; or at a shop of the same legal representative.
-- Registers are whole: who is in one and not in the next was struck off between them.
-- Grain: county, shop, certificate, day.
with sales as (
    select * from {{ ref('int_standing_sale') }}
    where
        is_prescription_drug
        and pharmacist_certificate is not null
        and sold_on >= {{ window_from('MED-16') }}
),

listings as (
    select * from {{ ref('stg_pharmacist_registration_history') }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

retail_shops as (
    select * from {{ ref('int_retail_shop') }}
),

owners as (
    select
        uscc,
        name_norm,
        legrep_key
    from institutions
    where legrep_key is not null
    union
    select
        uscc,
        holder_norm as name_norm,
        legrep_key
    from retail_shops
    where legrep_key is not null
),

-- a register that no longer has a pharmacist at a unit has struck the pharmacist off there
struck as (
    select
        listed.adcode,
        listed.supplier,
        listed.certificate_no,
        listed.registered_unit_norm,
        listed.listed_on,
        min(registers.delivered_on) as struck_on
    from (
        select
            adcode,
            supplier,
            certificate_no,
            registered_unit_norm,
            max(delivered_on) as listed_on
        from listings
        group by adcode, supplier, certificate_no, registered_unit_norm
    ) as listed
    inner join (
        select distinct
            adcode,
            supplier,
            delivered_on
        from listings
    ) as registers
        on
            listed.adcode = registers.adcode
            and listed.supplier = registers.supplier
            and listed.listed_on < registers.delivered_on
    group by
        listed.adcode,
        listed.supplier,
        listed.certificate_no,
        listed.registered_unit_norm,
        listed.listed_on
),

-- one that was struck off ended on some day since it was last listed
periods as (
    select distinct
        listings.certificate_no,
        listings.unit_uscc,
        listings.registered_unit_norm,
        coalesce(listings.valid_from_min, {{ first_day() }}) as valid_from,
        least(
            coalesce(listings.valid_to_max, {{ last_day() }}),
            coalesce({{ add_days('struck.struck_on', -1) }}, {{ last_day() }})
        ) as valid_to,
        least(
            coalesce(listings.valid_to_max, {{ last_day() }}),
            coalesce(struck.listed_on, {{ last_day() }})
        ) as valid_to_min
    from listings
    left join struck
        on
            listings.adcode = struck.adcode
            and listings.supplier = struck.supplier
            and listings.certificate_no = struck.certificate_no
            and listings.registered_unit_norm = struck.registered_unit_norm
),

-- registered again, wherever the registration before it ended not long ago
renewals as (
    select distinct
        periods.certificate_no,
        periods.valid_from
    from periods
    inner join periods as earlier
        on
            periods.certificate_no = earlier.certificate_no
            and earlier.valid_from < periods.valid_from
            and earlier.valid_to_min < periods.valid_from
            and earlier.valid_to >= {{ add_days(
                'periods.valid_from', '-' ~ param('MED-16', 'gap_days')
            ) }}
),

-- the days before a new registration are excused, and those after an old one as long as there is
-- time for a new one; who never registered again has no excuse, nor who never was registered before
registrations as (
    select
        periods.certificate_no,
        periods.unit_uscc,
        periods.registered_unit_norm,
        periods.valid_from,
        periods.valid_to,
        case
            when renewals.certificate_no is null then periods.valid_from
            else {{ add_days('periods.valid_from', '-' ~ param('MED-16', 'gap_days')) }}
        end as excused_from,
        case
            when {{ add_days('periods.valid_to', param('MED-16', 'gap_days')) }} < {{ as_of() }}
                then periods.valid_to
            else {{ add_days('periods.valid_to', param('MED-16', 'gap_days')) }}
        end as excused_to
    from periods
    left join renewals
        on
            periods.certificate_no = renewals.certificate_no
            and periods.valid_from = renewals.valid_from
),

days as (
    select
        adcode,
        fixmedins_code,
        pharmacist_certificate as certificate_no,
        sold_on,
        count(*) as sales
    from sales
    group by adcode, fixmedins_code, pharmacist_certificate, sold_on
),

pairs as (
    select distinct
        fixmedins_code,
        certificate_no
    from days
),

registered_here as (
    select
        pairs.fixmedins_code,
        pairs.certificate_no,
        registrations.valid_from,
        registrations.valid_to,
        registrations.excused_from,
        registrations.excused_to
    from pairs
    inner join institutions on pairs.fixmedins_code = institutions.fixmedins_code
    inner join registrations
        on
            pairs.certificate_no = registrations.certificate_no
            and (
                registrations.unit_uscc = institutions.uscc
                or (
                    (registrations.unit_uscc is null or institutions.uscc is null)
                    and registrations.registered_unit_norm = institutions.name_norm
                )
            )
),

registered_with_owner as (
    select distinct
        pairs.fixmedins_code,
        pairs.certificate_no,
        registrations.valid_from,
        registrations.valid_to,
        registrations.excused_from,
        registrations.excused_to
    from pairs
    inner join institutions on pairs.fixmedins_code = institutions.fixmedins_code
    inner join registrations on pairs.certificate_no = registrations.certificate_no
    inner join owners
        on
            institutions.legrep_key = owners.legrep_key
            and (
                registrations.unit_uscc = owners.uscc
                or (
                    registrations.unit_uscc is null
                    and registrations.registered_unit_norm = owners.name_norm
                )
            )
),

registered as (
    select
        *,
        true as is_here
    from registered_here
    union all
    select
        *,
        false as is_here
    from registered_with_owner
),

final as (
    select
        days.adcode,
        days.fixmedins_code,
        days.certificate_no,
        days.sold_on,
        days.sales,
        coalesce(
            bool_or(
                registered.is_here
                and days.sold_on between registered.valid_from and registered.valid_to
            ), false
        ) as is_covered,
        coalesce(
            bool_or(
                registered.is_here
                and days.sold_on between registered.excused_from and registered.excused_to
            ), false
        ) as is_in_gap,
        coalesce(
            bool_or(
                not registered.is_here
                and days.sold_on between registered.valid_from and registered.valid_to
            ), false
        ) as is_with_owner
    from days
    left join registered
        on
            days.fixmedins_code = registered.fixmedins_code
            and days.certificate_no = registered.certificate_no
    group by days.adcode, days.fixmedins_code, days.certificate_no, days.sold_on, days.sales
)

select * from final
