with sightings as (
    select * from {{ ref('core_identity_sightings') }}
),

claims as (
    select * from {{ ref('core_identity_claims') }}
),

-- The account stands second; of two ids of one kind the greater one does.
turned as (
    select
        claims.*,
        (claims.id_type_1 = 'user_id', claims.id_type_1, claims.id_1)
        > (claims.id_type_2 = 'user_id', claims.id_type_2, claims.id_2) as is_turned
    from claims
),

ordered as (
    select
        case when turned.is_turned then turned.id_type_2 else turned.id_type_1 end
            as id_type_1,
        case when turned.is_turned then turned.id_2 else turned.id_1 end as id_1,
        case when turned.is_turned then turned.id_type_1 else turned.id_type_2 end
            as id_type_2,
        case when turned.is_turned then turned.id_1 else turned.id_2 end as id_2,
        turned.source,
        turned.seen_at as first_seen_at,
        turned.seen_at as last_seen_at,
        1 as observation_count
    from turned
    union all
    select
        'anonymous_id' as id_type_1,
        sightings.anonymous_id as id_1,
        'user_id' as id_type_2,
        sightings.user_id as id_2,
        'login' as source,
        sightings.first_event_at as first_seen_at,
        sightings.last_event_at as last_seen_at,
        sightings.event_count as observation_count
    from sightings
    where sightings.anonymous_id != '' and sightings.user_id != ''
),

grouped as (
    select
        ordered.id_type_1,
        ordered.id_1,
        ordered.id_type_2,
        ordered.id_2,
        ordered.source,
        min(ordered.first_seen_at) as first_seen_at,
        max(ordered.last_seen_at) as last_seen_at,
        cast(sum(ordered.observation_count) as bigint) as observation_count
    from {{ strata__touched(
        'ordered', ref('core_touched_ids'), {'id_type_1': 'id_type', 'id_1': 'id'}
    ) }} as ordered
    group by
        ordered.id_type_1, ordered.id_1, ordered.id_type_2, ordered.id_2, ordered.source
),

final as (
    select
        grouped.*,
        exclusions.id_1 is not null as is_excluded
    from grouped
    left join grouped as exclusions
        on
            exclusions.source = 'exclude'
            and grouped.id_type_1 = exclusions.id_type_1
            and grouped.id_1 = exclusions.id_1
            and grouped.id_type_2 = exclusions.id_type_2
            and grouped.id_2 = exclusions.id_2
    where grouped.source != 'exclude'
)

select * from final
