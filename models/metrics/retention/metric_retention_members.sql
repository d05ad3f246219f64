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

described as (
    select
        starts.definition_code,
        starts.cohort_date,
        starts.user_key,
        starts.counts_from_at,
        users.first_channel,
        users.first_platform,
        users.country,
        coalesce(tiers.tier_code, 'none') as tier_code
    from starts
    inner join definitions
        on starts.definition_code = definitions.definition_code and definitions.is_split
    left join users on starts.user_key = users.user_key
    left join tiers
        on
            starts.user_key = tiers.user_key
            and starts.started_date >= tiers.valid_from
            and starts.started_date < tiers.valid_to
),

final as (
    select
        described.definition_code,
        described.cohort_date,
        described.user_key,
        described.counts_from_at,
        dimensions.dimension,
        coalesce(
            case dimensions.dimension
                when 'channel' then described.first_channel
                when 'platform' then described.first_platform
                when 'country' then described.country
                when 'tier' then described.tier_code
            end,
            '(unknown)'
        ) as member
    from described
    cross join (
        select 'channel' as dimension
        union all
        select 'platform' as dimension
        union all
        select 'country' as dimension
        union all
        select 'tier' as dimension
    ) as dimensions
)

select * from final
