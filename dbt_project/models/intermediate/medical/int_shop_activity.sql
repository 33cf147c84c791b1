-- What an institution settled in the last twelve months, and how many institutions of its kind in
-- the county it can be compared with: those that are designated on the night and trade enough.
-- Grain: county of the settlements, institution.
with settlements as (
    select * from {{ ref('int_settlement') }}
    where
        service_on > {{ add_months(as_of(), '-' ~ param('ALL', 'peer_window_months')) }}
        and service_on <= {{ as_of() }}
),

institutions as (
    select * from {{ ref('int_medical_institution') }}
),

spans as (
    select * from {{ ref('int_designation_span') }}
    where state = '在用' and valid_from <= {{ as_of() }} and {{ as_of() }} < valid_to
),

sums as (
    select
        adcode,
        fixmedins_code,
        count(*) filter (where counts) as settlements,
        count(*) filter (where net_status = 'REFUND') as refunds,
        count(distinct case when counts then person_key end) as persons,
        coalesce(sum(pool) filter (where counts), 0) as pool,
        coalesce(sum(account) filter (where counts), 0) as account,
        min(service_on) filter (where counts) as first_on,
        max(service_on) filter (where counts) as last_on
    from settlements
    group by adcode, fixmedins_code
),

described as (
    select
        sums.adcode,
        sums.fixmedins_code,
        coalesce(institutions.name, sums.fixmedins_code) as name,
        coalesce(
            institutions.kind,
            case when starts_with(sums.fixmedins_code, 'P') then '零售药店' else '医院' end
        ) as kind,
        coalesce(institutions.institution_key, 'medical:' || sums.fixmedins_code)
            as institution_key,
        institutions.township,
        sums.settlements,
        sums.refunds,
        sums.persons,
        cast(sums.pool as decimal(18, 2)) as pool,
        cast(sums.account as decimal(18, 2)) as account,
        sums.first_on,
        sums.last_on,
        spans.fixmedins_code is not null
        and sums.settlements >= {{ param('ALL', 'peer_min_settlements') }} as is_peer
    from sums
    left join institutions on sums.fixmedins_code = institutions.fixmedins_code
    left join spans on sums.fixmedins_code = spans.fixmedins_code
),

peers as (
    select
        adcode,
        kind,
        count(*) as peers
    from described
    where is_peer
    group by adcode, kind
),

final as (
    select
        described.*,
        described.kind = '零售药店' as is_pharmacy,
        coalesce(peers.peers, 0) - case when described.is_peer then 1 else 0 end as peers
    from described
    left join peers on described.adcode = peers.adcode and described.kind = peers.kind
)

select * from final
