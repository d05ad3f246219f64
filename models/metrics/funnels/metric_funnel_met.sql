with happenings as (
    select * from {{ ref('metric_funnel_happenings') }}
),

names as (
    select * from {{ ref('metric_funnel_names') }}
),

conditions as (
    select *
    from {{ ref('stg_strata__funnel_steps') }}
    where property is not null
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

met as (
    select
        names.funnel_code,
        names.role,
        names.step_number,
        conditions.rule_group,
        happenings.event_key
    from happenings
    inner join names
        on
            happenings.event_name = names.event_name
            and happenings.event_type = names.event_type
            and names.is_conditional
    inner join conditions
        on
            names.funnel_code = conditions.funnel_code
            and names.role = conditions.role
            and names.step_number = conditions.step_number
            and coalesce(conditions.event_name, happenings.event_name)
            in (happenings.event_name, happenings.event_type)
            and coalesce(conditions.event_name = 'order', false)
            = (happenings.event_type = '(order)')
    left join users on happenings.user_key = users.user_key
    group by
        names.funnel_code,
        names.role,
        names.step_number,
        conditions.rule_group,
        happenings.event_key
    having
        min(
            case
                when {{ strata__condition_holds(
                    strata__property('happenings', 'users', 'conditions.property'),
                    'conditions'
                ) }} then 1
                else 0
            end
        ) = 1
),

-- Several groups may hold at once.
final as (
    select distinct
        met.funnel_code,
        met.role,
        met.step_number,
        met.event_key
    from met
)

select * from final
