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

consents as (
    select * from {{ ref('feat_user_consents') }}
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
    where overrides.action != 'grant' or tiers.tier_rank is not null
    union all
    select
        consents.user_key,
        programs.program_code,
        cast(null as varchar) as user_id,
        'opt_out' as action,
        cast(null as bigint) as tier_rank,
        consents.valid_from,
        consents.valid_to,
        'no consent for ' || consents.purpose as rationale
    from consents
    inner join programs on consents.purpose = programs.consent_purpose
    where not consents.is_granted
)

select * from final
