with sessions as (
    select * from {{ ref('core_touched_sessions') }}
),

buyers as (
    select * from {{ ref('core_touched_buyers') }}
),

final as (
    select
        sessions.user_key,
        sessions.activity_date
    from sessions
    union
    select
        buyers.user_key,
        buyers.order_date as activity_date
    from buyers
)

select * from final
