with events as (
    select * from {{ ref('stg_strata__events') }}
),

orders as (
    select * from {{ ref('stg_strata__orders') }}
),

spans as (
    select
        min(events.event_at) as first_at,
        max(events.event_at) as last_at
    from events
    union all
    select
        min(orders.ordered_at) as first_at,
        max(orders.ordered_at) as last_at
    from orders
),

final as (
    select
        {{ strata__business_date('min(spans.first_at)') }} as first_date,
        coalesce(
            {{ strata__as_of_date() }},
            {{ strata__business_date('max(spans.last_at)') }},
            {{ strata__refusal(
                'no event and no order is valid and known yet, so there is nothing to '
                ~ 'build from; see in stg_strata__rejected_rows why rows are refused, '
                ~ 'or load some with "strata load contract FOLDER".',
                'date'
            ) }}
        ) as as_of_date
    from spans
)

select * from final
