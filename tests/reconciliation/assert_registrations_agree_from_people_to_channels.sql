-- People seen and registrations are the same in core, by advertisement, and by the
-- channels that are credited with them; orders are the same with their value.
with expected as (
    select
        count(users.first_seen_date) as visitors,
        count(users.registered_at) as registrations
    from {{ ref('core_users') }} as users
),

acquired as (
    select
        coalesce(sum(acquisition.visitors), 0) as visitors,
        coalesce(sum(acquisition.registrations), 0) as registrations,
        coalesce(sum(acquisition.registered_users), 0) as registered_users,
        coalesce(sum(acquisition.first_orders), 0) as first_orders
    from {{ ref('metric_acquisition') }} as acquisition
),

ordered as (
    select
        count(*) as orders,
        count(distinct orders.user_key) as buyers, -- a buyer has several orders
        coalesce(sum(orders.net_amount), 0) as net_amount
    from {{ ref('core_orders') }} as orders
    where not orders.is_cancelled
),

credited as (
    select
        channels.definition_code || ' ' || channels.model_code as place,
        channels.conversion_kind,
        sum(channels.credited_conversions) as conversions,
        sum(channels.value) as value
    from {{ ref('metric_attribution_channels') }} as channels
    where channels.period_grain = 'lifetime'
    group by
        channels.definition_code, channels.model_code, channels.conversion_kind
)

select
    'acquisition' as place,
    acquired.registrations as found
from acquired
cross join expected
cross join ordered
where
    acquired.visitors != expected.visitors
    or acquired.registrations != expected.registrations
    or acquired.registered_users != expected.registrations
    or acquired.first_orders != ordered.buyers
union all
select
    credited.place,
    credited.conversions as found
from credited
cross join expected
cross join ordered
where
    abs(credited.conversions - case credited.conversion_kind
        when 'registration' then expected.registrations
        when 'first_order' then ordered.buyers
        else ordered.orders
    end) > 1e-6
    or (
        credited.conversion_kind = 'order' and credited.value != ordered.net_amount
    )
