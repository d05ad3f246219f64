with events as (
    select * from {{ strata__touched(
        ref('metric_funnel_events'),
        ref('metric_touched_funnel_units'),
        ['funnel_code', 'unit_key'],
        'metric_funnel_attempts'
    ) }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

final as (
    select
        events.funnel_code,
        events.unit_key,
        case funnels.breakdown_attribution
            when 'first_touch'
                then {{ strata__first_by(
                    'events.breakdown',
                    ['events.event_at', 'events.step_number', 'events.breakdown']
                ) }}
            else
                {{ strata__last_by(
                    'events.breakdown',
                    ['events.event_at', 'events.step_number', 'events.breakdown']
                ) }}
        end as breakdown
    from events
    inner join funnels on events.funnel_code = funnels.funnel_code
    where
        events.role = 'step'
        and events.is_match
        and events.breakdown is not null
        and funnels.breakdown_property is not null
        and funnels.breakdown_attribution in ('first_touch', 'last_touch')
        and events.event_date >= funnels.valid_from
    group by events.funnel_code, events.unit_key, funnels.breakdown_attribution
)

select * from final
