with identities as (
    select *
    from {{ strata__touched(
        ref('core_identity_map'),
        ref('core_touched_ids'),
        ['id_type', 'id'],
        'core_identity_map'
    ) }} as identities
    where identities.id_type = 'user_id'
),

settled as (
    select *
    from {{ strata__touched(
        strata__settled('core_identity_map'),
        ref('core_touched_ids'),
        ['id_type', 'id'],
        'core_identity_map'
    ) }} as settled
    where settled.id_type = 'user_id'
),

clock as (
    select * from {{ ref('core_clock') }}
),

settled_clock as (
    select * from {{ strata__settled('core_clock') }}
),

requests as (
    select * from {{ ref('stg_strata__erasure_requests') }}
),

users as (
    select * from {{ ref('stg_strata__users') }}
),

-- Accounts that left, or came back because the as-of day went back.
moved as (
    select
        settled.id as user_id,
        settled.user_key
    from settled
    where settled.id not in (select identities.id from identities)
    union
    select
        identities.id as user_id,
        identities.user_key
    from identities
    where identities.id not in (select settled.id from settled)
),

erased as (
    select requests.user_id
    from requests
    cross join clock
    cross join settled_clock
    where
        {{ strata__business_date('requests.requested_at') }}
        <= greatest(clock.as_of_date, settled_clock.as_of_date)
),

internal as (
    select users.user_id
    from users
    where users.is_internal
),

final as (
    select
        moved.user_key,
        bool_or(moved.user_id in (select erased.user_id from erased)) as is_erased
    from moved
    where
        moved.user_id in (select erased.user_id from erased)
        or moved.user_id in (select internal.user_id from internal)
    group by moved.user_key
)

select * from final
