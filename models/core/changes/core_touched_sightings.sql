with arrived as (
    select * from {{ ref('core_arrived_events') }}
),

final as (
    select distinct -- one row per event
        coalesce(arrived.anonymous_id, '') as anonymous_id,
        coalesce(arrived.user_id, '') as user_id
    from arrived
)

select * from final
