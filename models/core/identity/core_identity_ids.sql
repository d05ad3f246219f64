with sightings as (
    select * from {{ ref('core_identity_sightings') }}
),

observations as (
    select * from {{ ref('core_identity_observations') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

denied as (
    select * from {{ ref('stg_strata__identity_denied') }}
),

-- An account without any time has always been there.
accounts as (
    select
        orders.user_id,
        min(orders.ordered_at) as first_seen_at,
        count(distinct orders.order_id) as order_count
    from {{ ref('stg_strata__orders') }} as orders
    inner join clock
        on {{ strata__business_date('orders.ordered_at') }} <= clock.as_of_date
    group by orders.user_id
    union all
    select
        users.user_id,
        users.registered_at as first_seen_at,
        0 as order_count
    from {{ ref('stg_strata__users') }} as users
    inner join clock
        on
            coalesce(users.registered_at, users.loaded_at) is null
            or {{ strata__business_date(
                'coalesce(users.registered_at, users.loaded_at)'
            ) }} <= clock.as_of_date
),

found as (
    select
        'anonymous_id' as id_type,
        sightings.anonymous_id as id,
        sightings.first_event_at as first_seen_at,
        sightings.event_count,
        0 as order_count,
        false as is_vouched
    from sightings
    union all
    select
        'user_id' as id_type,
        sightings.user_id as id,
        sightings.first_event_at as first_seen_at,
        sightings.event_count,
        0 as order_count,
        false as is_vouched
    from sightings
    union all
    select
        'user_id' as id_type,
        accounts.user_id as id,
        accounts.first_seen_at,
        0 as event_count,
        accounts.order_count,
        false as is_vouched
    from accounts
    union all
    select
        observations.id_type_1 as id_type,
        observations.id_1 as id,
        cast(null as timestamp) as first_seen_at,
        0 as event_count,
        0 as order_count,
        observations.source = 'manual' as is_vouched
    from observations
    union all
    select
        observations.id_type_2 as id_type,
        observations.id_2 as id,
        cast(null as timestamp) as first_seen_at,
        0 as event_count,
        0 as order_count,
        observations.source = 'manual' as is_vouched
    from observations
),

grouped as (
    select
        found.id_type,
        found.id,
        min(found.first_seen_at) as first_seen_at,
        cast(sum(found.event_count) as bigint) as event_count,
        cast(sum(found.order_count) as bigint) as order_count,
        bool_or(found.is_vouched) as is_vouched
    from {{ strata__touched(
        'found', ref('core_touched_ids'), ['id_type', 'id']
    ) }} as found
    where found.id != ''
    group by found.id_type, found.id
),

nobody as (
    select
        grouped.id_type,
        grouped.id
    from grouped
    inner join denied
        on
            denied.match_kind = 'whole'
            and lower(trim(grouped.id)) = denied.id
            and denied.id_type in ('any', grouped.id_type)
    union
    select
        grouped.id_type,
        grouped.id
    from grouped
    inner join denied
        on
            denied.match_kind = 'made_of'
            and translate(lower(trim(grouped.id)), denied.id, '') = ''
            and denied.id_type in ('any', grouped.id_type)
),

-- An id that somebody joined to another by hand is not denied.
final as (
    select
        grouped.id_type,
        grouped.id,
        grouped.first_seen_at,
        grouped.event_count,
        grouped.order_count,
        not grouped.is_vouched and nobody.id is not null as is_denied
    from grouped
    left join nobody
        on grouped.id_type = nobody.id_type and grouped.id = nobody.id
)

select * from final
