with sessions as (
    select * from {{ ref('core_touched_sessions') }}
),

days as (
    select * from {{ ref('core_touched_days') }}
),

final as (
    select
        'session' as unit,
        sessions.session_key as scope_key
    from sessions
    union
    select
        'gap' as unit,
        days.user_key as scope_key
    from days
)

select * from final
