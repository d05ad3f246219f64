-- Tables are named where they are used: what is imported twice would be kept whole.
-- Decimals add up alike in whatever order.
with totals as (
    select
        weighed.definition_code,
        weighed.conversion_key,
        weighed.model_code,
        cast(sum({{ strata__decimal('weighed.weight', 38, 30) }}) as double)
            as all_weights
    from {{ ref('metric_touch_weights') }} as weighed
    where weighed.touch_count > 1
    group by weighed.definition_code, weighed.conversion_key, weighed.model_code
),

summed as (
    select
        weighed.*,
        totals.all_weights
    from {{ ref('metric_touch_weights') }} as weighed
    inner join totals
        on
            weighed.definition_code = totals.definition_code
            and weighed.conversion_key = totals.conversion_key
            and weighed.model_code = totals.model_code
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

rounded as (
    select
        credited.*,
        {{ strata__decimal('credited.credit', 18, 15) }} as own_share
    from credited
),

running as (
    select
        rounded.*,
        sum(rounded.own_share) over (
            partition by
                rounded.definition_code, rounded.conversion_key, rounded.model_code
            order by rounded.touch_number
        ) as running_share
    from rounded
),

-- Most conversions have a single touch, which has it all.
-- A share has 19 digits: times an amount of money that is 38, and no engine keeps more.
final as (
    select
        running.definition_code,
        running.conversion_key,
        running.user_key,
        running.model_code,
        running.touch_number,
        running.touch_count,
        running.session_key,
        running.touched_at,
        running.channel,
        running.credit,
        cast(case
            when running.touch_number = running.touch_count then 1
            else running.running_share
        end as decimal(19, 15)) as given_share,
        cast(running.running_share - running.own_share as decimal(19, 15))
            as given_before_share
    from running
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
        cast(1 as decimal(19, 15)) as given_share,
        cast(0 as decimal(19, 15)) as given_before_share
    from {{ ref('metric_touch_weights') }} as weighed
    where weighed.touch_count = 1
)

select * from final
