-- Accidents, judgments and work injuries whose medical costs somebody else bears, and whether there
-- is such a somebody. Two agencies may deliver one record: the later row is it.
-- Grain: identity number, number of the record.
with liabilities as (
    select * from {{ ref('stg_injury_liability') }}
    where id_number_key is not null
),

party_words as (
    select * from {{ ref('ref_liable_party') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by id_number_key, record_no
            order by
                delivered_on desc nulls last,
                file_order desc nulls last,
                source_row desc,
                row_id desc
        ) as place
    from liabilities
),

parties as (
    select
        ranked.row_id,
        bool_or(party_words.kind = 'nobody') as is_nobody,
        bool_or(party_words.kind = 'unknown') as is_unknown
    from ranked
    inner join party_words on {{ matches('ranked.liable_party', 'party_words.pattern') }}
    group by ranked.row_id
),

final as (
    select
        ranked.id_number_key as person_key,
        ranked.record_no,
        ranked.name,
        ranked.name_key,
        ranked.name_sep,
        ranked.id_number_sex as sex,
        ranked.id_number_born as born_on,
        ranked.occurred_on_min,
        ranked.occurred_on_max,
        ranked.kind,
        cast(ranked.medical_compensation as decimal(18, 2)) as compensation,
        coalesce(cast(ranked.refunded_to_fund as decimal(18, 2)), 0) as refunded,
        -- nobody is named and nobody pays; a work injury needs no culprit
        ranked.kind <> '工伤'
        and (
            coalesce(parties.is_nobody, false)
            or (ranked.liable_party is null and ranked.medical_compensation is null)
        ) as has_no_party,
        ranked.kind <> '工伤'
        and coalesce(parties.is_unknown, false)
        and coalesce(ranked.medical_compensation, 0) = 0 as has_unknown_party,
        ranked.row_id,
        ranked.row_hash
    from ranked
    left join parties on ranked.row_id = parties.row_id
    where ranked.place = 1
)

select * from final
