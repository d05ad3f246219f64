with programs as (
    select * from {{ ref('tier_programs') }}
),

rules as (
    select * from {{ ref('stg_strata__tier_rules') }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

vocabulary as (
    select * from {{ ref('tier_vocabulary') }}
),

-- A flag has no percentile.
final as (
    select
        programs.program_code,
        rules.tier_code,
        tiers.tier_rank,
        rules.condition,
        rules.rule_group,
        rules.feature_code,
        rules.operator,
        rules.low,
        rules.high,
        rules.text_value,
        rules.policy_version,
        case
            when programs.is_trial then cast('1900-01-01' as date) else rules.valid_from
        end as valid_from,
        case
            when programs.is_trial then cast('9999-12-31' as date) else rules.valid_to
        end as valid_to,
        case when vocabulary.value_type = 'number' then vocabulary.position end
            as number_position,
        case when vocabulary.value_type = 'text' then vocabulary.position end
            as text_position,
        case
            when
                vocabulary.value_type = 'text'
                or vocabulary.unit = 'flag'
                or rules.operator in ('is_null', 'not_null')
                then 'absolute'
            else programs.threshold_mode
        end as threshold_mode,
        programs.review_grain
    from programs
    inner join rules
        on
            programs.base_code = rules.program_code
            and coalesce(programs.trial_version, rules.policy_version)
            = rules.policy_version
    inner join tiers
        on
            rules.program_code = tiers.program_code
            and rules.tier_code = tiers.tier_code
    inner join vocabulary on rules.feature_code = vocabulary.feature_code
)

select * from final
