with attempts as (
    select * from {{ ref('metric_funnel_attempts') }}
),

lengths as (
    select * from {{ ref('metric_funnel_lengths') }}
),

sessions as (
    select * from {{ ref('core_sessions') }}
),

users as (
    select * from {{ ref('core_users') }}
),

tiers as (
    select * from {{ ref('metric_user_tiers') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

placed as (
    select
        attempts.*,
        attempts.reached_step = lengths.step_count as is_converted,
        attempts.window_end_date <= clock.as_of_date as is_mature,
        coalesce(sessions.channel, '(unknown)') as channel,
        coalesce(sessions.landing_page, '(none)') as landing_page,
        coalesce(tiers.tier_code, 'none') as tier,
        coalesce(users.first_channel, '(unknown)') as first_channel
    from attempts
    inner join lengths on attempts.funnel_code = lengths.funnel_code
    cross join clock
    left join sessions on attempts.session_key = sessions.session_key
    left join users on attempts.user_key = users.user_key
    left join tiers
        on
            attempts.user_key = tiers.user_key
            and attempts.entry_date >= tiers.valid_from
            and attempts.entry_date < tiers.valid_to
),

-- As long as the window is open, nobody has stopped for want of an event.
final as (
    select
        placed.funnel_code,
        placed.unit_key,
        placed.attempt_number,
        placed.preference,
        placed.breakdown,
        placed.chain_key,
        placed.user_key,
        {{ strata__moment_at('placed.moment_1') }} as entered_at,
        placed.entry_date,
        placed.channel,
        placed.platform,
        placed.tier,
        placed.first_channel,
        placed.landing_page,
        placed.product_id,
        placed.reached_step,
        placed.tried_step,
        placed.is_converted,
        placed.is_mature,
        placed.is_dropped,
        case
            when placed.stop_reason = 'no_event' and not placed.is_mature
                then 'window_open'
            else placed.stop_reason
        end as stop_reason,
        placed.stopped_by,
        {{ strata__funnel_columns(
            strata__moment_at('placed.moment_#') ~ ' as step_#_at'
        ) }}
    from placed
)

select * from final
