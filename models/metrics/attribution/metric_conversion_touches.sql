with conversions as (
    select * from {{ strata__touched(
        ref('metric_conversions'), ref('core_touched_users'), ['user_key']
    ) }}
),

sessions as (
    select * from {{ strata__touched(
        ref('core_sessions'), ref('core_touched_users'), ['user_key']
    ) }}
),

definitions as (
    select * from {{ ref('stg_strata__attribution_definitions') }}
),

touched as (
    select
        conversions.definition_code,
        conversions.conversion_key,
        conversions.user_key,
        sessions.session_key,
        sessions.started_at as touched_at,
        sessions.channel,
        row_number() over (
            partition by conversions.definition_code, conversions.conversion_key
            order by sessions.started_at, sessions.platform, sessions.session_key
        ) as touch_number,
        count(*) over (
            partition by conversions.definition_code, conversions.conversion_key
        ) as touch_count,
        max(sessions.started_at) over (
            partition by conversions.definition_code, conversions.conversion_key
        ) as last_touched_at,
        count(*) over (
            partition by
                conversions.definition_code,
                conversions.conversion_key,
                sessions.channel
        ) as channel_touch_count
    from conversions
    inner join definitions
        on conversions.definition_code = definitions.definition_code
    inner join sessions
        on
            conversions.user_key = sessions.user_key
            and conversions.converted_at >= sessions.started_at
            and {{ strata__seconds_between(
                'sessions.started_at', 'conversions.converted_at'
            ) }} <= definitions.lookback_days * 86400
),

final as (
    select
        touched.definition_code,
        touched.conversion_key,
        touched.user_key,
        touched.touch_number,
        touched.touch_count,
        touched.session_key,
        touched.touched_at,
        touched.last_touched_at,
        touched.channel,
        touched.channel_touch_count
    from touched
)

select * from final
