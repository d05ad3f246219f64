with overrides as (
    select * from {{ ref('stg_strata__tier_overrides') }}
),

programs as (
    select * from {{ ref('tier_programs') }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

accounts as (
    select * from {{ ref('feat_user_accounts') }}
),

final as (
    select
        accounts.user_key,
        programs.program_code,
        overrides.user_id,
        overrides.action,
        tiers.tier_rank,
        overrides.valid_from,
        overrides.valid_to,
        overrides.rationale
    from overrides
    inner join programs on overrides.program_code = programs.base_code
    inner join accounts on overrides.user_id = accounts.user_id
    left join tiers
        on
            overrides.program_code = tiers.program_code
            and overrides.tier_code = tiers.tier_code
    where overrides.action = 'freeze' or tiers.tier_rank is not null
)

select * from final
