with attempts as (
    select * from {{ ref('metric_funnel_users') }}
),

breakdowns as (
    select * from {{ ref('metric_funnel_breakdowns') }}
),

-- All that counts of an attempt, or ranks it among those of its unit.
final as (
    select
        attempts.funnel_code,
        attempts.entry_date,
        count(*) as attempts,
        {{ strata__fingerprint([
            'attempts.unit_key',
            'attempts.chain_key',
            'breakdowns.shown_breakdown',
            'attempts.channel',
            'attempts.platform',
            'attempts.product_id',
            'attempts.tier',
            'attempts.first_channel',
            'attempts.reached_step',
            'attempts.tried_step',
            'attempts.is_dropped',
            'attempts.is_mature',
            strata__funnel_columns('attempts.step_#_at'),
        ]) }} as row_fingerprint
    from attempts
    left join breakdowns
        on
            attempts.funnel_code = breakdowns.funnel_code
            and attempts.breakdown = breakdowns.breakdown
    group by attempts.funnel_code, attempts.entry_date
)

select * from final
