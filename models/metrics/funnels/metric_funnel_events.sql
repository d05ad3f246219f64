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

met as (
    select * from {{ ref('metric_funnel_met') }}
),

askers as (
    select * from {{ ref('metric_funnel_askers') }}
),

-- Nobody, unless a funnel asks for an attribute.
users as (
    select *
    from {{ ref('core_users') }}
    where exists (select 1 from askers)
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

valued as (
    select
        matched.*,
        not matched.is_conditional or met.event_key is not null as is_match,
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
    left join met
        on
            matched.funnel_code = met.funnel_code
            and matched.role = met.role
            and matched.step_number = met.step_number
            and matched.event_key = met.event_key
),

-- The total is called all, so a value of this name stands in brackets.
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
            when not valued.has_two and valued.value_1 = 'all' then '(all)'
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
