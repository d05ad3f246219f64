with users as (
    select * from {{ ref('metric_acquired_users') }}
),

-- Each step counts on its own day, for the advertisement that brought the person.
steps as (
    select
        users.*,
        steps.step,
        case steps.step
            when 'visit' then users.first_seen_date
            when 'registration' then users.registered_date
            when 'activation' then users.activated_date
            else users.first_order_date
        end as date
    from users
    cross join (
        select 'visit' as step
        union all
        select 'registration' as step
        union all
        select 'activation' as step
        union all
        select 'first_order' as step
    ) as steps
),

final as (
    select
        steps.date,
        steps.channel,
        steps.media,
        steps.ad_type,
        steps.ad_content,
        steps.keyword,
        count(*) filter (where steps.step = 'visit') as visitors,
        count(*) filter (where steps.step = 'registration') as registrations,
        count(*) filter (where steps.step = 'activation') as activations,
        count(*) filter (where steps.step = 'first_order') as first_orders,
        count(steps.registered_date) filter (where steps.step = 'visit')
            as registered_users,
        count(steps.activated_date) filter (where steps.step = 'visit')
            as activated_users,
        count(steps.first_order_date) filter (where steps.step = 'visit') as buyers
    from steps
    where steps.date is not null
    group by
        steps.date,
        steps.channel,
        steps.media,
        steps.ad_type,
        steps.ad_content,
        steps.keyword
)

select * from final
