with chains as (
    select * from {{ ref('metric_funnel_chains') }}
),

sets as (
    select * from {{ ref('metric_funnel_sets') }}
),

funnels as (
    select * from {{ ref('metric_funnel_lengths') }}
),

tried as (
    select * from chains
    union all
    select * from sets
),

dated as (
    select
        tried.*,
        funnels.funnel_code,
        funnels.order_mode = 'any' as is_any_order,
        coalesce(
            tried.stop_reason = 'excluded' and funnels.exclusion_scope = 'person',
            false
        ) as is_dropped,
        {{ strata__business_date(strata__moment_at('tried.moment_1')) }} as entry_date,
        {{ strata__business_date(
            strata__moment_at('tried.moment_1 + funnels.window_moments')
        ) }} as window_end_date,
        greatest({{ strata__funnel_columns('tried.moment_#') }}) as last_moment
    from tried
    inner join funnels on tried.funnel_number = funnels.funnel_number
),

-- In an order who is dropped counts nowhere, unless another attempt came farther;
-- without one the attempt alone counts nowhere, as each later step opens another.
weighed as (
    select
        dated.*,
        case
            when not dated.is_dropped then dated.reached_step
            when dated.is_any_order then 0
            else dated.tried_step
        end as weight
    from dated
),

-- The farthest; then who is not dropped, who came there first, and, in an order, the
-- latest entry before. Entries of one moment are alike, and all stay.
ranked as (
    select
        weighed.*,
        rank() over (
            partition by weighed.funnel_number, weighed.chain_key, weighed.entry_date
            order by
                weighed.weight desc,
                weighed.is_dropped asc,
                weighed.last_moment asc,
                case when weighed.is_any_order then weighed.entry_key end asc,
                weighed.entry_key desc
        ) as place_of_day
    from weighed
),

final as (
    select
        ranked.funnel_code,
        ranked.chain_key,
        ranked.event_key,
        ranked.entry_date,
        ranked.window_end_date,
        ranked.is_any_order,
        ranked.last_moment,
        ranked.reached_step,
        ranked.weight as tried_step,
        ranked.is_dropped,
        ranked.stop_reason,
        ranked.stopped_by,
        {{ strata__funnel_columns('ranked.moment_#') }}
    from ranked
    where ranked.place_of_day = 1
)

select * from final
