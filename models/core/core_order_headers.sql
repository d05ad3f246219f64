with versions as (
    select * from {{ ref('stg_strata__orders') }}
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

ranked as (
    select
        versions.*,
        {{ strata__business_date('versions.ordered_at') }} as order_date,
        row_number() over (
            partition by versions.order_id order by versions.loaded_at desc
        ) as version_from_last,
        min(versions.loaded_at) over (partition by versions.order_id)
            as first_loaded_at,
        min(case when versions.status = 'cancelled' then versions.loaded_at end) over (
            partition by versions.order_id
        ) as first_cancelled_at
    from versions
),

-- An order delivered alive first was cancelled when the cancellation arrived; one
-- that was never seen alive, when it was placed.
dated as (
    select
        ranked.*,
        case
            when ranked.status != 'cancelled' then null
            when ranked.first_cancelled_at = ranked.first_loaded_at
                then ranked.ordered_at
            else ranked.first_cancelled_at
        end as cancelled_at
    from ranked
    where ranked.version_from_last = 1
),

final as (
    select
        {{ strata__key(["'order'", 'dated.order_id']) }} as order_key,
        dated.order_id,
        identities.user_key,
        dated.ordered_at,
        dated.order_date,
        case
            when
                {{ strata__business_date('dated.cancelled_at') }} <= clock.as_of_date
                then dated.cancelled_at
        end as cancelled_at,
        coalesce(rates.rate, 1) as currency_factor,
        cast(dated.gross_amount * coalesce(rates.rate, 1) as decimal(18, 2))
            as gross_amount,
        cast(dated.discount_amount * coalesce(rates.rate, 1) as decimal(18, 2))
            as discount_amount,
        coalesce(dated.business_line, 'unknown') as business_line,
        coalesce(dated.platform, 'unknown') as platform
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
)

select * from final
