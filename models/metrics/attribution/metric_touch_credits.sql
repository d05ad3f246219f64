with weighed as (
    select * from {{ ref('metric_touch_weights') }}
),

-- Decimals add up alike in whatever order.
summed as (
    select
        weighed.*,
        cast(sum({{ strata__decimal('weighed.weight', 38, 30) }}) over (
            partition by
                weighed.definition_code, weighed.conversion_key, weighed.model_code
        ) as double) as all_weights
    from weighed
    where weighed.touch_count > 1
),

-- Where a model has nothing to give to any touch, all are alike.
credited as (
    select
        summed.*,
        case
            when summed.all_weights > 0 then summed.weight / summed.all_weights
            else cast(1 as double) / summed.touch_count
        end as credit
    from summed
),

running as (
    select
        credited.*,
        sum({{ strata__decimal('credited.credit', 18, 15) }}) over (
            partition by
                credited.definition_code, credited.conversion_key, credited.model_code
            order by credited.touch_number
        ) as running_share
    from credited
),

given as (
    select
        running.*,
        case
            when running.touch_number = running.touch_count then 1
            else running.running_share
        end as given_share
    from running
),

shared as (
    select
        given.definition_code,
        given.conversion_key,
        given.user_key,
        given.model_code,
        given.touch_number,
        given.touch_count,
        given.session_key,
        given.touched_at,
        given.channel,
        given.credit,
        cast(given.given_share as decimal(38, 15)) as given_share,
        cast(coalesce(lag(given.given_share) over (
            partition by given.definition_code, given.conversion_key, given.model_code
            order by given.touch_number
        ), 0) as decimal(38, 15)) as given_before_share
    from given
),

-- Most conversions have a single touch, which has it all.
final as (
    select
        shared.definition_code,
        shared.conversion_key,
        shared.user_key,
        shared.model_code,
        shared.touch_number,
        shared.touch_count,
        shared.session_key,
        shared.touched_at,
        shared.channel,
        shared.credit,
        shared.given_share,
        shared.given_before_share
    from shared
    union all
    select
        weighed.definition_code,
        weighed.conversion_key,
        weighed.user_key,
        weighed.model_code,
        weighed.touch_number,
        weighed.touch_count,
        weighed.session_key,
        weighed.touched_at,
        weighed.channel,
        cast(1 as double) as credit,
        cast(1 as decimal(38, 15)) as given_share,
        cast(0 as decimal(38, 15)) as given_before_share
    from weighed
    where weighed.touch_count = 1
)

select * from final
