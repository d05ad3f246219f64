with tries as (
    select * from {{ ref('metric_funnel_tries') }}
),

openings as (
    select * from {{ ref('metric_funnel_openings') }}
),

matches as (
    select * from {{ ref('metric_funnel_matches') }}
),

touches as (
    select * from {{ ref('metric_funnel_touches') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

parts as (
    select distinct
        matches.funnel_code,
        matches.chain_key,
        matches.part
    from matches
    inner join funnels on matches.funnel_code = funnels.funnel_code
    where
        funnels.breakdown_property is not null
        and funnels.breakdown_attribution in ('all_events', 'step')
),

told as (
    select
        tries.*,
        openings.unit_key,
        openings.user_key,
        openings.session_key,
        openings.platform,
        openings.product_id,
        case
            when funnels.breakdown_property is null then 'all'
            else coalesce(parts.part, touches.breakdown, '(none)')
        end as breakdown
    from tries
    inner join funnels on tries.funnel_code = funnels.funnel_code
    inner join openings
        on
            tries.funnel_code = openings.funnel_code
            and tries.event_key = openings.event_key
    left join parts
        on
            tries.funnel_code = parts.funnel_code
            and tries.chain_key = parts.chain_key
    left join touches
        on
            openings.funnel_code = touches.funnel_code
            and openings.unit_key = touches.unit_key
),

-- Entries of one moment are one attempt; the first of them is told.
chosen as (
    select
        told.*,
        row_number() over (
            partition by told.funnel_code, told.chain_key, told.entry_date
            order by
                told.platform asc, told.product_id asc nulls last, told.event_key asc
        ) as choice
    from told
),

-- Who would have come farther, but for an exclusion, counts on no day, whatever the
-- value of a breakdown.
final as (
    select
        chosen.funnel_code,
        chosen.unit_key,
        chosen.chain_key,
        row_number() over (
            partition by chosen.funnel_code, chosen.unit_key, chosen.breakdown
            order by
                chosen.entry_date asc,
                chosen.moment_1 asc,
                chosen.platform asc,
                chosen.product_id asc nulls last,
                chosen.chain_key asc
        ) as attempt_number,
        row_number() over (
            partition by chosen.funnel_code, chosen.unit_key
            order by
                chosen.tried_step desc,
                chosen.is_dropped asc,
                chosen.last_moment asc,
                case when chosen.is_any_order then chosen.moment_1 end asc,
                chosen.moment_1 desc,
                chosen.platform asc,
                chosen.product_id asc nulls last,
                chosen.breakdown asc,
                {{ strata__funnel_columns('chosen.moment_# asc nulls last') }},
                chosen.chain_key asc
        ) as preference,
        chosen.breakdown,
        chosen.user_key,
        chosen.session_key,
        chosen.platform,
        chosen.product_id,
        chosen.entry_date,
        chosen.window_end_date,
        chosen.reached_step,
        chosen.tried_step,
        coalesce(chosen.is_dropped or max(
            case when chosen.is_dropped then chosen.tried_step end
        ) over (
            partition by chosen.funnel_code, chosen.unit_key
        ) > chosen.tried_step, false) as is_dropped,
        chosen.stop_reason,
        chosen.stopped_by,
        {{ strata__funnel_columns('chosen.moment_#') }}
    from chosen
    where chosen.choice = 1
)

select * from final
