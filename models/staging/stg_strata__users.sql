with users as (
    select * from {{ strata__accepted_rows('users') }}
),

final as (
    select
        users.user_id,
        users.registered_at,
        users.signup_channel,
        users.birth_date,
        lower(users.gender) as gender,
        users.city,
        users.region,
        users.country,
        users.language,
        users.timezone,
        users.email_hash,
        users.phone_hash,
        coalesce(users.is_internal, false) as is_internal,
        users.loaded_at
    from users
)

select * from final
