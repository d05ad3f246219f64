with conversions as (
    select * from {{ ref('metric_conversions') }}
),

touches as (
    select * from {{ ref('metric_conversion_touches') }}
),

credits as (
    select * from {{ ref('metric_touch_credits') }}
),

models as (
    select * from {{ ref('stg_strata__attribution_models') }}
),

-- The cents go by what has been given away up to a touch, so that none is left over.
-- To multiply takes long: not for a touch that has all or nothing.
shared as (
    select
        conversions.*,
        credits.model_code,
        credits.touch_number,
        credits.touch_count,
        credits.session_key,
        credits.touched_at,
        credits.channel,
        credits.credit,
        case credits.given_share - credits.given_before_share
            when 0 then cast(0 as decimal(18, 2))
            when 1 then conversions.value
            else
                cast(credits.given_share * conversions.value as decimal(18, 2))
                - cast(credits.given_before_share * conversions.value as decimal(18, 2))
        end as touch_value
    from conversions
    inner join credits
        on
            conversions.definition_code = credits.definition_code
            and conversions.conversion_key = credits.conversion_key
    union all
    select
        conversions.*,
        models.model_code,
        0 as touch_number,
        0 as touch_count,
        null as session_key,
        null as touched_at,
        '(unattributed)' as channel,
        1 as credit,
        conversions.value as touch_value
    from conversions
    cross join models
    where
        not exists (
            select 1
            from touches
            where
                touches.definition_code = conversions.definition_code
                and touches.conversion_key = conversions.conversion_key
        )
),

final as (
    select
        shared.definition_code,
        shared.conversion_kind,
        shared.conversion_key,
        shared.user_key,
        shared.converted_at,
        shared.converted_date,
        shared.model_code,
        cast(shared.touch_number as bigint) as touch_number,
        cast(shared.touch_count as bigint) as touch_count,
        shared.session_key,
        shared.touched_at,
        shared.channel,
        cast(shared.credit as double) as credit,
        cast(shared.touch_value as decimal(18, 2)) as value
    from shared
)

select * from final
