with standings as (
    select * from {{ ref('tier_standings') }}
),

gaps as (
    select * from {{ ref('tier_gaps') }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

final as (
    select
        standings.user_key,
        standings.program_code,
        coalesce(tiers.tier_code, 'none') as tier_code,
        standings.tier_rank,
        standings.since,
        standings.reason,
        next_tiers.tier_code as next_tier_code,
        case when entering.is_met then 'nothing' else entering.missing end as missing,
        standings.keep_by,
        case when standings.keep_by is not null then staying.missing end as keep_missing
    from standings
    left join tiers
        on
            standings.program_code = tiers.program_code
            and standings.tier_rank = tiers.tier_rank
    left join tiers as next_tiers
        on
            standings.program_code = next_tiers.program_code
            and standings.next_rank = next_tiers.tier_rank
    left join gaps as entering
        on
            standings.user_key = entering.user_key
            and standings.program_code = entering.program_code
            and entering.condition = 'enter'
    left join gaps as staying
        on
            standings.user_key = staying.user_key
            and standings.program_code = staying.program_code
            and staying.condition = 'stay'
)

select * from final
