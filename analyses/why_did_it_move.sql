-- Why were there more or fewer active persons on the last day than on the same weekday
-- before? The state of the data first, then the change, then what made it.
with drivers as (
    select * from {{ ref('metric_drivers') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

final as (
    select
        drivers.dimension,
        drivers.member,
        drivers.before,
        drivers.after,
        drivers.contribution,
        drivers.share_of_change,
        drivers.mix_effect,
        drivers.rate_effect,
        drivers.is_offset
    from drivers
    inner join clock on drivers.date = clock.as_of_date
    where
        drivers.metric = 'dau'
        and drivers.comparison = 'same_weekday'
        and drivers.member_rank <= 3
    order by drivers.dimension_rank, drivers.member_rank
)

select * from final
