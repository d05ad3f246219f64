with campaigns as (
    select * from {{ strata__accepted_rows('campaigns') }}
),

final as (
    select
        campaigns.campaign_id,
        campaigns.campaign_name,
        campaigns.scenario_code,
        campaigns.started_at,
        campaigns.ended_at,
        campaigns.cost_per_message,
        campaigns.experiment_id
    from campaigns
)

select * from final
