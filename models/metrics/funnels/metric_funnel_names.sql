with events as (
    select * from {{ ref('core_events') }}
),

steps as (
    select * from {{ ref('stg_strata__funnel_steps') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

-- An order has a type of its own, which no event has; only a step `order` asks for it,
-- and for nothing else.
named as (
    select distinct
        events.event_name,
        coalesce(events.event_type, '') as event_type
    from events
    union
    select
        'order' as event_name,
        '(order)' as event_type
),

rule_groups as (
    select
        steps.funnel_code,
        steps.role,
        steps.step_number,
        steps.rule_group,
        steps.event_name,
        steps.occurrence,
        count(steps.property) as conditions
    from steps
    group by
        steps.funnel_code,
        steps.role,
        steps.step_number,
        steps.rule_group,
        steps.event_name,
        steps.occurrence
),

matched as (
    select
        rule_groups.funnel_code,
        rule_groups.role,
        rule_groups.step_number,
        named.event_name,
        named.event_type,
        max(rule_groups.occurrence) as occurrence,
        min(rule_groups.conditions) > 0 as is_conditional,
        count(rule_groups.event_name) = 0 as is_any_event
    from rule_groups
    inner join named
        on
            coalesce(rule_groups.event_name, named.event_name)
            in (named.event_name, named.event_type)
            and coalesce(rule_groups.event_name = 'order', false)
            = (named.event_type = '(order)')
    group by
        rule_groups.funnel_code,
        rule_groups.role,
        rule_groups.step_number,
        named.event_name,
        named.event_type
    union all
    select
        funnels.funnel_code,
        'other' as role,
        0 as step_number,
        named.event_name,
        named.event_type,
        'every' as occurrence,
        false as is_conditional,
        true as is_any_event
    from funnels
    cross join named
    where funnels.order_mode = 'strict' and named.event_type != '(order)'
),

final as (
    select
        matched.funnel_code,
        matched.role,
        matched.step_number,
        matched.event_name,
        matched.event_type,
        matched.occurrence,
        matched.is_conditional,
        matched.is_any_event,
        (
            funnels.event_use = 'once'
            and count(*) over (
                partition by
                    matched.funnel_code,
                    matched.role,
                    matched.event_name,
                    matched.event_type
            ) > 1
        ) as is_shared
    from matched
    inner join funnels on matched.funnel_code = funnels.funnel_code
)

select * from final
