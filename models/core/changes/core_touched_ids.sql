with changed as (
    select * from {{ ref('core_changed_ids') }}
),

users as (
    select * from {{ ref('stg_strata__users') }}
),

observations as (
    select * from {{ strata__previous('core_identity_observations') }}
),

circles as (
    select * from {{ strata__previous('core_identity_circles') }}
),

-- The addresses of an account, as they are and as they were, change with it.
named as (
    select
        changed.id_type,
        changed.id
    from changed
    union
    select
        'email_hash' as id_type,
        users.email_hash as id
    from users
    inner join changed on changed.id_type = 'user_id' and users.user_id = changed.id
    where users.email_hash is not null
    union
    select
        'phone_hash' as id_type,
        users.phone_hash as id
    from users
    inner join changed on changed.id_type = 'user_id' and users.user_id = changed.id
    where users.phone_hash is not null
    union
    select
        observations.id_type_1 as id_type,
        observations.id_1 as id
    from observations
    inner join changed
        on
            observations.id_type_2 = changed.id_type
            and observations.id_2 = changed.id
    where observations.source = 'profile'
),

-- Whoever stands in one circle with an id that changed may be somebody else now.
moving as (
    select distinct circles.circle -- one row per id
    from circles
    inner join named on circles.id_type = named.id_type and circles.id = named.id
    where circles.circle is not null
),

final as (
    select
        named.id_type,
        named.id
    from named
    union
    select
        circles.id_type,
        circles.id
    from circles
    where circles.circle in (select moving.circle from moving)
)

select * from final
