-- How much does the credit of a channel depend on the model? First orders of all time.
with channels as (
    select * from {{ ref('metric_attribution_channels') }}
),

final as (
    select
        channels.channel,
        sum(channels.credited_conversions) filter (where channels.model_code = 'first')
            as first_touch,
        sum(channels.credited_conversions) filter (where channels.model_code = 'last')
            as last_touch,
        sum(case
            when channels.model_code = 'last_non_direct'
                then channels.credited_conversions
        end) as last_non_direct,
        sum(channels.credited_conversions) filter (where channels.model_code = 'linear')
            as linear,
        sum(channels.credited_conversions) filter (where channels.model_code = 'markov')
            as markov,
        max(channels.removal_effect) as removal_effect,
        max(channels.spend) as spend
    from channels
    where
        channels.period_grain = 'lifetime' and channels.conversion_kind = 'first_order'
    group by channels.channel
)

select * from final
order by final.markov desc, final.channel asc
