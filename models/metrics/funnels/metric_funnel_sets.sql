with entries as (
    select *
    from {{ ref('metric_funnel_entries') }}
    where order_mode = 'any'
),

funnels as (
    select * from {{ ref('metric_funnel_lengths') }}
),

final as (
    select chains.*
    from
        {{ strata__funnel_sets('entries', 'funnels', strata__funnel_length()) }}
            as chains
)

select * from final
