with programs as (
    select * from {{ ref('stg_strata__programs') }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

rules as (
    select * from {{ ref('stg_strata__tier_rules') }}
),

ladders as (
    select
        tiers.program_code,
        max(tiers.tier_rank) + 1 as outside_rank
    from tiers
    group by tiers.program_code
),

versions as (
    select
        rules.program_code,
        rules.policy_version,
        count(*) over (partition by rules.program_code) as program_versions
    from rules
    group by rules.program_code, rules.policy_version
),

-- Of a program with several versions of its rules each is tried over all history.
tracks as (
    select
        programs.program_code,
        programs.program_code as base_code,
        cast(null as varchar) as trial_version
    from programs
    union all
    select
        versions.program_code || '@' || versions.policy_version as program_code,
        versions.program_code as base_code,
        versions.policy_version as trial_version
    from versions
    where versions.program_versions > 1
),

-- A segment is a tier whose *stay* is its *enter* and that one review can cost.
final as (
    select
        tracks.program_code,
        tracks.base_code,
        tracks.trial_version,
        tracks.trial_version is not null as is_trial,
        programs.kind,
        programs.review_grain,
        programs.threshold_mode,
        case when programs.kind = 'segment' then 1 else programs.validity_reviews end
            as validity_reviews,
        case
            when programs.kind = 'segment' then 'drop' else programs.downgrade_policy
        end as downgrade_policy,
        programs.consent_purpose,
        cast(ladders.outside_rank as bigint) as outside_rank
    from tracks
    inner join programs on tracks.base_code = programs.program_code
    inner join ladders on tracks.base_code = ladders.program_code
)

select * from final
