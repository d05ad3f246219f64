with touches as (
    select * from {{ ref('metric_conversion_touches') }}
),

models as (
    select * from {{ ref('stg_strata__attribution_models') }}
),

removals as (
    select * from {{ ref('metric_attribution_removals') }}
),

named as (
    select
        touches.definition_code,
        touches.conversion_key,
        models.model_code,
        max(touches.touch_number) as last_number
    from touches
    inner join models
        on models.method = 'last_but' and touches.channel != models.skipped_channel
    where touches.touch_count > 1
    group by touches.definition_code, touches.conversion_key, models.model_code
),

placed as (
    select
        touches.*,
        models.model_code,
        models.method,
        models.first_share,
        models.last_share,
        models.half_life_days,
        removals.removal_share,
        {{ strata__seconds_between('touches.touched_at', 'touches.last_touched_at') }}
        / 86400 as age_days,
        case models.method
            when 'first' then 1
            when 'last' then touches.touch_count
            when 'last_but' then coalesce(named.last_number, touches.touch_count)
        end as chosen_number
    from touches
    cross join models
    left join removals
        on
            touches.definition_code = removals.definition_code
            and touches.channel = removals.channel
            and models.model_code = removals.model_code
    left join named
        on
            touches.definition_code = named.definition_code
            and touches.conversion_key = named.conversion_key
            and models.model_code = named.model_code
),

final as (
    select
        placed.definition_code,
        placed.conversion_key,
        placed.user_key,
        placed.model_code,
        placed.touch_number,
        placed.touch_count,
        placed.session_key,
        placed.touched_at,
        placed.channel,
        cast(case
            when placed.touch_count = 1 then 1
            when placed.method = 'position' and placed.touch_number = 1
                then placed.first_share
            when
                placed.method = 'position'
                and placed.touch_number = placed.touch_count
                then placed.last_share
            when placed.method = 'position'
                then
                    (1 - placed.first_share - placed.last_share)
                    / (placed.touch_count - 2)
            -- A touch a thousand half-lives old is beyond what every engine can tell.
            when
                placed.method = 'time_decay'
                and placed.age_days / placed.half_life_days > 1000
                then 0
            when placed.method = 'time_decay'
                then power(cast(0.5 as double), placed.age_days / placed.half_life_days)
            when placed.method = 'markov'
                then placed.removal_share / placed.channel_touch_count
            when placed.method = 'shapley'
                then cast(1 as double) / placed.channel_touch_count
            when placed.method = 'linear' then 1
            when placed.touch_number = placed.chosen_number then 1
            else 0
        end as double) as weight
    from placed
)

select * from final
