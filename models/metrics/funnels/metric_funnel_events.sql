-- depends_on: {{ ref('metric_left_funnel_units') }}
with happenings as (
    select * from {{ ref('metric_funnel_happenings') }}
),

names as (
    select * from {{ ref('metric_funnel_names') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

conditions as (
    select *
    from {{ ref('stg_strata__funnel_steps') }}
    where property is not null
),

asked_of_users as (
    select conditions.property
    from conditions
    where conditions.property like 'user.%'
    union all
    select funnels.funnel_code as property
    from funnels
    where
        funnels.unit_property like 'user.%'
        or funnels.constant_property like 'user.%'
        or funnels.breakdown_property like 'user.%'
        or funnels.breakdown_property_2 like 'user.%'
),

-- Nobody, unless a funnel asks for an attribute.
users as (
    select *
    from {{ ref('core_users') }}
    where exists (select 1 from asked_of_users)
),

matched as (
    select
        names.funnel_code,
        names.role,
        names.step_number,
        names.occurrence,
        names.is_conditional,
        names.is_any_event,
        names.is_shared,
        happenings.*
    from happenings
    inner join names
        on
            happenings.event_name = names.event_name
            and happenings.event_type = names.event_type
),

met as (
    select
        matched.funnel_code,
        matched.role,
        matched.step_number,
        conditions.rule_group,
        matched.event_key
    from matched
    inner join conditions
        on
            matched.funnel_code = conditions.funnel_code
            and matched.role = conditions.role
            and matched.step_number = conditions.step_number
            and coalesce(conditions.event_name, matched.event_name)
            in (matched.event_name, matched.event_type)
    left join users on matched.user_key = users.user_key
    where matched.is_conditional
    group by
        matched.funnel_code,
        matched.role,
        matched.step_number,
        conditions.rule_group,
        matched.event_key
    having
        min(
            case
                when {{ strata__condition_holds(
                    strata__property('matched', 'users', 'conditions.property'),
                    'conditions'
                ) }} then 1
                else 0
            end
        ) = 1
),

-- Several groups may hold at once.
met_steps as (
    select distinct
        met.funnel_code,
        met.role,
        met.step_number,
        met.event_key
    from met
),

valued as (
    select
        matched.*,
        not matched.is_conditional or met_steps.event_key is not null as is_match,
        case funnels.unit
            when 'user' then matched.user_key
            when 'session' then matched.session_key
            else {{ strata__property('matched', 'users', 'funnels.unit_property') }}
        end as unit_key,
        {{ strata__property('matched', 'users', 'funnels.constant_property') }}
            as constant_value,
        {{ strata__property('matched', 'users', 'funnels.breakdown_property') }}
            as value_1,
        {{ strata__property('matched', 'users', 'funnels.breakdown_property_2') }}
            as value_2,
        funnels.constant_property is not null as has_constant,
        funnels.breakdown_property_2 is not null as has_two
    from matched
    inner join funnels on matched.funnel_code = funnels.funnel_code
    left join users on matched.user_key = users.user_key
    left join met_steps
        on
            matched.funnel_code = met_steps.funnel_code
            and matched.role = met_steps.role
            and matched.step_number = met_steps.step_number
            and matched.event_key = met_steps.event_key
),

final as (
    select
        valued.funnel_code,
        valued.role,
        valued.step_number,
        valued.event_key,
        valued.unit_key,
        valued.user_key,
        valued.session_key,
        valued.event_at,
        valued.event_date,
        valued.platform,
        valued.product_id,
        valued.occurrence,
        valued.is_any_event,
        valued.is_shared,
        valued.is_match,
        valued.constant_value,
        case
            when not valued.has_two then valued.value_1
            when valued.value_1 is not null or valued.value_2 is not null
                then
                    coalesce(valued.value_1, '(none)')
                    || ' / '
                    || coalesce(valued.value_2, '(none)')
        end as breakdown
    from valued
    where
        valued.unit_key is not null
        and (not valued.has_constant or valued.constant_value is not null)
        and (valued.is_match or valued.occurrence = 'first_ever')
)

select * from final
