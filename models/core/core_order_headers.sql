with versions as (
    select * from {{ strata__touched(
        ref('stg_strata__orders'), ref('core_touched_orders'), ['order_id']
    ) }}
),

identities as (
    select * from {{ ref('core_identity_map') }}
),

rates as (
    select * from {{ ref('stg_strata__exchange_rates') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- The first version stands from the start, a later one from its arrival.
known as (
    select
        versions.*,
        {{ strata__business_date('versions.ordered_at') }} as order_date,
        row_number() over (
            partition by versions.order_id order by versions.loaded_at
        ) as version_number
    from versions
),

ranked as (
    select
        known.*,
        row_number() over (
            partition by known.order_id order by known.loaded_at desc
        ) as version_from_last,
        max(case when known.status != 'cancelled' then known.loaded_at end) over (
            partition by known.order_id
        ) as last_alive_at
    from known
    inner join clock
        on
            known.version_number = 1
            or {{ strata__business_date('known.loaded_at') }} <= clock.as_of_date
),

-- An order is cancelled when the cancellation arrives; one that was never seen alive,
-- when it was placed.
dated as (
    select
        ranked.*,
        case
            when ranked.last_alive_at is null then ranked.ordered_at
            else
                min(case
                    when ranked.loaded_at > ranked.last_alive_at then ranked.loaded_at
                end) over (partition by ranked.order_id)
        end as cancelled_at
    from ranked
),

final as (
    select
        {{ strata__key(["'order'", 'dated.order_id']) }} as order_key,
        dated.order_id,
        dated.user_id,
        identities.user_key,
        dated.ordered_at,
        dated.order_date,
        dated.cancelled_at,
        coalesce(rates.rate, 1) as currency_factor,
        {{ strata__converted('dated.gross_amount', 'coalesce(rates.rate, 1)') }}
            as gross_amount,
        {{ strata__converted('dated.discount_amount', 'coalesce(rates.rate, 1)') }}
            as discount_amount,
        {{ strata__named('dated.business_line') }} as business_line,
        {{ strata__named('dated.platform') }} as platform
    from dated
    inner join identities
        on identities.id_type = 'user_id' and dated.user_id = identities.id
    inner join clock on dated.order_date <= clock.as_of_date
    left join rates
        on
            dated.currency = rates.currency
            and dated.currency != '{{ var("strata__reporting_currency") }}'
            and dated.order_date >= rates.valid_from
            and dated.order_date < rates.valid_to
    where dated.version_from_last = 1
)

select * from final
