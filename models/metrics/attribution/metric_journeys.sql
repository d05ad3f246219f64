with touches as (
    select * from {{ strata__touched(
        ref('metric_conversion_touches'), ref('core_touched_users'), ['user_key']
    ) }}
),

conversions as (
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

ended as (
    select
        conversions.definition_code,
        conversions.user_key,
        min(conversions.converted_at) as converted_at
    from conversions
    where conversions.conversion_kind in ('registration', 'first_order')
    group by conversions.definition_code, conversions.user_key
),

-- Sessions that no conversion followed in time; after what happens once, none could.
lost as (
    select
        definitions.definition_code,
        definitions.lookback_days,
        sessions.user_key,
        sessions.session_key,
        sessions.platform,
        sessions.channel,
        sessions.started_at,
        lag(sessions.started_at) over (
            partition by definitions.definition_code, sessions.user_key
            order by sessions.started_at, sessions.platform, sessions.session_key
        ) as previous_at
    from sessions
    cross join definitions
    left join ended
        on
            definitions.definition_code = ended.definition_code
            and sessions.user_key = ended.user_key
    where
        (ended.converted_at is null or sessions.started_at <= ended.converted_at)
        and not exists (
            select 1
            from touches
            where
                touches.definition_code = definitions.definition_code
                and touches.session_key = sessions.session_key
        )
),

-- A silence longer than the look-back ends a journey, as would a conversion between.
numbered as (
    select
        lost.*,
        sum(case
            when
                {{ strata__seconds_between('lost.previous_at', 'lost.started_at') }}
                <= lost.lookback_days * 86400
                then 0
            else 1
        end) over (
            partition by lost.definition_code, lost.user_key
            order by lost.started_at, lost.platform, lost.session_key
        ) as journey_number
    from lost
),

final as (
    select
        touches.definition_code,
        touches.conversion_key as journey_key,
        touches.user_key,
        true as is_converted,
        max(touches.touched_at) as last_touched_at,
        {{ strata__text_array('touches.channel', ['touches.touch_number']) }} as path
    from touches
    group by touches.definition_code, touches.conversion_key, touches.user_key
    union all
    select
        numbered.definition_code,
        min(numbered.session_key) as journey_key,
        numbered.user_key,
        false as is_converted,
        max(numbered.started_at) as last_touched_at,
        {{ strata__text_array('numbered.channel', [
            'numbered.started_at', 'numbered.platform', 'numbered.session_key'
        ]) }} as path
    from numbered
    group by
        numbered.definition_code, numbered.user_key, numbered.journey_number
)

select * from final
