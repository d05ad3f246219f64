with users as (
    select * from {{ ref('stg_strata__users') }}
),

links as (
    select * from {{ ref('stg_strata__identity_links') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

overrides as (
    select overrides.*
    from {{ ref('stg_strata__identity_overrides') }} as overrides
    inner join clock
        on
            overrides.valid_from <= clock.as_of_date
            and overrides.valid_to > clock.as_of_date
),

numbered as (
    select
        users.*,
        row_number() over (
            partition by users.user_id order by users.loaded_at nulls first
        ) as version_number
    from users
),

-- The first version of an account stands from the registration, a later one from its
-- arrival.
versions as (
    select
        numbered.*,
        case
            when numbered.version_number = 1
                then coalesce(numbered.registered_at, numbered.loaded_at)
            else numbered.loaded_at
        end as seen_at
    from numbered
),

seen as (
    select
        'email_hash' as id_type_1,
        versions.email_hash as id_1,
        'user_id' as id_type_2,
        versions.user_id as id_2,
        'profile' as source,
        versions.seen_at
    from versions
    where versions.email_hash is not null
    union all
    select
        'phone_hash' as id_type_1,
        versions.phone_hash as id_1,
        'user_id' as id_type_2,
        versions.user_id as id_2,
        'profile' as source,
        versions.seen_at
    from versions
    where versions.phone_hash is not null
    union all
    select
        links.id_type_1,
        links.id_1,
        links.id_type_2,
        links.id_2,
        coalesce('link:' || links.source, 'link') as source,
        links.observed_at as seen_at
    from links
    union all
    select
        overrides.id_type_1,
        overrides.id_1,
        overrides.id_type_2,
        overrides.id_2,
        case when overrides.action = 'include' then 'manual' else 'exclude' end
            as source,
        cast(nullif(overrides.valid_from, date '1900-01-01') as timestamp) as seen_at
    from overrides
),

final as (
    select seen.*
    from seen
    inner join clock
        on
            seen.seen_at is null
            or {{ strata__business_date('seen.seen_at') }} <= clock.as_of_date
    where seen.id_type_1 != seen.id_type_2 or seen.id_1 != seen.id_2
)

select * from final
