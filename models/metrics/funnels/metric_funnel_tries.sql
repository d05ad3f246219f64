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
        tried.stop_reason = 'excluded' and funnels.exclusion_scope = 'person'
            as is_dropped,
        {{ strata__business_date(strata__moment_at('tried.moment_1')) }} as entry_date,
        {{ strata__business_date(
            strata__moment_at('tried.moment_1 + funnels.window_moments')
        ) }} as window_end_date,
        greatest({{ strata__funnel_columns('tried.moment_#') }}) as last_moment
    from tried
    inner join funnels on tried.funnel_number = funnels.funnel_number
),

-- The farthest; then who is not dropped, who came there first, and, in an order, the
-- latest entry before. Entries of one moment are alike, and all stay.
ranked as (
    select
        dated.*,
        rank() over (
            partition by dated.funnel_number, dated.chain_key, dated.entry_date
            order by
                case
                    when dated.is_dropped then dated.tried_step else dated.reached_step
                end desc,
                coalesce(dated.is_dropped, false) asc,
                dated.last_moment asc,
                case when dated.is_any_order then dated.entry_key end asc,
                dated.entry_key desc
        ) as place_of_day
    from dated
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
        case when ranked.is_dropped then ranked.tried_step else ranked.reached_step end
            as tried_step,
        coalesce(ranked.is_dropped, false) as is_dropped,
        ranked.stop_reason,
        ranked.stopped_by,
        {{ strata__funnel_columns('ranked.moment_#') }}
    from ranked
    where ranked.place_of_day = 1
)

select * from final
