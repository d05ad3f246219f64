with build as (
    select * from {{ ref('metric_restatement_number') }}
),

published as (
    select * from {{ strata__settled('metric_daily_figures') }}
),

figures as (
    select * from {{ ref('metric_daily_figures') }}
),

parts as (
    select * from {{ ref('metric_restated_days') }}
    union all
    select * from {{ ref('metric_restated_users') }}
    union all
    select * from {{ ref('metric_restated_orders') }}
),

compared as (
    select
        coalesce(figures.metric_code, published.metric_code) as metric_code,
        coalesce(figures.metric_date, published.metric_date) as metric_date,
        coalesce(published.value, 0) as old_value,
        coalesce(figures.value, 0) as new_value
    from figures
    full outer join published
        on
            figures.metric_code = published.metric_code
            and figures.metric_date = published.metric_date
),

-- A day that was not published, or is not any more, cannot be restated.
restated as (
    select
        build.restatement_number,
        build.as_of_date,
        compared.*
    from compared
    inner join build
        on
            compared.metric_date <= build.published_date
            and compared.metric_date <= build.as_of_date
    where compared.old_value != compared.new_value
),

explained as (
    select
        restated.metric_code,
        restated.metric_date,
        sum(coalesce(parts.change, 0)) as change
    from restated
    left join parts
        on
            restated.metric_code = parts.metric_code
            and restated.metric_date = parts.metric_date
    group by restated.metric_code, restated.metric_date
),

-- Where no image was kept, it was because something else was built.
causes as (
    select
        parts.metric_code,
        parts.metric_date,
        parts.cause,
        parts.change
    from parts
    union all
    select
        restated.metric_code,
        restated.metric_date,
        'rule_change' as cause,
        restated.new_value - restated.old_value - explained.change as change
    from restated
    inner join explained
        on
            restated.metric_code = explained.metric_code
            and restated.metric_date = explained.metric_date
),

final as (
    select
        restated.restatement_number,
        restated.as_of_date,
        restated.metric_code,
        restated.metric_date,
        causes.cause,
        cast(sum(causes.change) as decimal(18, 2)) as change,
        cast(restated.old_value as decimal(18, 2)) as old_value,
        cast(restated.new_value as decimal(18, 2)) as new_value
    from restated
    inner join causes
        on
            restated.metric_code = causes.metric_code
            and restated.metric_date = causes.metric_date
    group by
        restated.restatement_number, restated.as_of_date, restated.metric_code,
        restated.metric_date, causes.cause, restated.old_value, restated.new_value
    having sum(causes.change) != 0
)

select * from final
