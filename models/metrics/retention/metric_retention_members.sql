with starts as (
    select * from {{ ref('metric_retention_starts') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

users as (
    select * from {{ ref('core_users') }}
),

tiers as (
    select * from {{ ref('metric_user_tiers') }}
),

final as (
    select
        starts.definition_code,
        starts.cohort_date,
        starts.cohort_hour,
        starts.user_key,
        starts.counts_from_at,
        coalesce(users.first_channel, '(unknown)') as channel,
        coalesce(users.first_platform, '(unknown)') as platform,
        coalesce(users.country, '(unknown)') as country,
        coalesce(tiers.tier_code, 'none') as tier
    from starts
    inner join definitions
        on starts.definition_code = definitions.definition_code and definitions.is_split
    left join users on starts.user_key = users.user_key
    left join tiers
        on
            starts.user_key = tiers.user_key
            and starts.started_date >= tiers.valid_from
            and starts.started_date < tiers.valid_to
)

select * from final
