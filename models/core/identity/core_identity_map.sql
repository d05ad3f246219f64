with intervals as (
    select * from {{ ref('core_identity_intervals') }}
),

components as (
    select * from {{ strata__touched(
        ref('core_identity_components'), ref('core_touched_ids'), ['id_type', 'id']
    ) }}
),

users as (
    select * from {{ ref('stg_strata__users') }}
),

erasure_requests as (
    select * from {{ ref('stg_strata__erasure_requests') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- Internal and test accounts leave here, and nowhere else; so do the erased.
left_accounts as (
    select users.user_id
    from users
    where users.is_internal
    union
    select erasure_requests.user_id
    from erasure_requests
    inner join clock
        on
            {{ strata__business_date('erasure_requests.requested_at') }}
            <= clock.as_of_date
),

left_persons as (
    select distinct components.user_key -- one row per account that left
    from components
    inner join left_accounts
        on components.id_type = 'user_id' and components.id = left_accounts.user_id
),

final as (
    select
        intervals.id_type,
        intervals.id,
        intervals.user_key,
        intervals.valid_from,
        intervals.valid_to
    from intervals
    left join left_persons on intervals.user_key = left_persons.user_key
    where left_persons.user_key is null
)

select * from final
