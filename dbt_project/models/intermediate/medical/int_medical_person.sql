-- Who a person number of the medical insurance is. A person is the valid identity number of the
-- register (the county's own first), else that of the settlements, else the number itself. Two
-- valid identity numbers for one person number, or a settlement whose number fits and whose name
-- does not, are T2.
-- Grain: county, person number.
with registered as (
    select * from {{ ref('stg_insured_person') }}
),

settlements as (
    select * from {{ ref('stg_medical_settlement') }}
),

visits as (
    select * from {{ ref('stg_medical_visit') }}
),

ranked_register as (
    select
        *,
        row_number() over (
            partition by adcode, psn_no
            order by
                id_number_key is not null desc nulls last,
                delivered_on desc nulls last,
                row_id desc
        ) as place,
        row_number() over (
            partition by psn_no
            order by
                id_number_key is not null desc nulls last,
                delivered_on desc nulls last,
                row_id desc
        ) as place_anywhere
    from registered
),

-- who was said to be the person, and when last
settled_as as (
    select
        adcode,
        psn_no,
        certno_key,
        name_key,
        name_sep,
        max(name) as name,
        max(certno_born) as born_on,
        max(certno_sex) as sex,
        max(setl_time) as last_at
    from settlements
    group by adcode, psn_no, certno_key, name_key, name_sep
),

newest_settled as (
    select
        *,
        row_number() over (
            partition by adcode, psn_no
            order by
                certno_key is not null desc nulls last,
                last_at desc nulls last,
                certno_key asc nulls last,
                name_key asc nulls last
        ) as place
    from settled_as
),

pairs as (
    select
        adcode,
        psn_no
    from settled_as
    union
    select
        adcode,
        psn_no
    from visits
    union
    select
        adcode,
        psn_no
    from registered
),

known as (
    select
        pairs.adcode,
        pairs.psn_no,
        coalesce(own.row_id, elsewhere.row_id) as row_id,
        coalesce(own.row_hash, elsewhere.row_hash) as row_hash,
        case
            when own.row_id is not null then own.id_number_key else elsewhere.id_number_key
        end as register_key,
        newest_settled.certno_key,
        coalesce(own.name, elsewhere.name, newest_settled.name) as name,
        coalesce(own.name_key, elsewhere.name_key, newest_settled.name_key) as name_key,
        coalesce(own.name_sep, elsewhere.name_sep, newest_settled.name_sep) as name_sep,
        coalesce(
            own.id_number_sex, elsewhere.id_number_sex, newest_settled.sex,
            nullif(own.sex, '未说明'), nullif(elsewhere.sex, '未说明')
        ) as sex,
        coalesce(
            own.id_number_born, elsewhere.id_number_born, newest_settled.born_on,
            own.born_on_min, elsewhere.born_on_min
        ) as born_on,
        coalesce(own.insurance_type, elsewhere.insurance_type) as insurance_type,
        coalesce(own.township, elsewhere.township) as township
    from pairs
    left join ranked_register as own
        on pairs.adcode = own.adcode and pairs.psn_no = own.psn_no and own.place = 1
    left join ranked_register as elsewhere
        on pairs.psn_no = elsewhere.psn_no and elsewhere.place_anywhere = 1
    left join newest_settled
        on
            pairs.adcode = newest_settled.adcode
            and pairs.psn_no = newest_settled.psn_no
            and newest_settled.place = 1
),

identified as (
    select
        *,
        coalesce(register_key, certno_key) as id_key
    from known
),

doubts as (
    select
        identified.adcode,
        identified.psn_no,
        bool_or(settled_as.certno_key <> identified.id_key) as has_two_numbers,
        bool_or(
            settled_as.certno_key = identified.id_key
            and settled_as.name_key is not null
            and not {{ names_compatible(
                'identified.name_key', 'identified.name_sep',
                'settled_as.name_key', 'settled_as.name_sep'
            ) }}
        ) as has_other_name
    from identified
    inner join settled_as
        on identified.adcode = settled_as.adcode and identified.psn_no = settled_as.psn_no
    where identified.id_key is not null
    group by identified.adcode, identified.psn_no
),

final as (
    select
        identified.adcode,
        identified.psn_no,
        coalesce(identified.id_key, {{ person_of_number('identified.psn_no') }}) as person_key,
        identified.id_key,
        case
            when identified.id_key is null then null
            when doubts.has_two_numbers or doubts.has_other_name then 'T2'
            else 'T1'
        end as tier,
        case
            when doubts.has_two_numbers then '同一人员编号对应两个证件号码'
            when doubts.has_other_name then '证件号码相同而姓名不同'
        end as tier_reason,
        identified.name,
        identified.name_key,
        identified.name_sep,
        identified.sex,
        identified.born_on,
        identified.insurance_type,
        identified.township,
        identified.row_id is not null as is_registered,
        identified.row_id,
        identified.row_hash
    from identified
    left join doubts on identified.adcode = doubts.adcode and identified.psn_no = doubts.psn_no
)

select * from final
