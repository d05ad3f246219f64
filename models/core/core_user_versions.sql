with versions as (
    select * from {{ ref('stg_strata__users') }}
),

identities as (
    select * from {{ ref('core_identity_map') }}
),

ids as (
    select * from {{ ref('core_identity_ids') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

dated as (
    select
        versions.*,
        {{ strata__business_date('versions.loaded_at') }} as loaded_date
    from versions
),

-- Of several versions of a day the last stands at its end.
numbered as (
    select
        dated.*,
        row_number() over (
            partition by dated.user_id, dated.loaded_date
            order by dated.loaded_at desc nulls last
        ) as version_from_day_end,
        dense_rank() over (
            partition by dated.user_id order by dated.loaded_date nulls first
        ) as day_number
    from dated
),

-- The first version known stands for the time before it, too. Of several accounts of
-- a person the oldest that has a profile tells who the person is.
final as (
    select
        identities.user_key,
        numbered.user_id,
        case
            when numbered.day_number = 1 then cast('1900-01-01' as date)
            else numbered.loaded_date
        end as valid_from,
        coalesce(
            lead(numbered.loaded_date) over (
                partition by numbered.user_id order by numbered.day_number
            ),
            cast('9999-12-31' as date)
        ) as valid_to,
        numbered.user_id = first_value(numbered.user_id) over (
            partition by identities.user_key
            order by ids.first_seen_at nulls last, numbered.user_id, numbered.day_number
        ) as is_profile,
        numbered.registered_at,
        numbered.signup_channel,
        numbered.birth_date,
        numbered.gender,
        numbered.city,
        numbered.region,
        numbered.country,
        numbered.language,
        numbered.timezone
    from numbered
    inner join identities
        on identities.id_type = 'user_id' and numbered.user_id = identities.id
    inner join ids
        on ids.id_type = 'user_id' and numbered.user_id = ids.id
    inner join clock
        on numbered.day_number = 1 or numbered.loaded_date <= clock.as_of_date
    where numbered.version_from_day_end = 1
)

select * from final
