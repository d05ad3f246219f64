with conditions as (
    select * from {{ ref('tier_review_conditions') }}
    where is_review
),

programs as (
    select * from {{ ref('tier_programs') }}
),

asked as (
    select
        conditions.as_of_date as review_date,
        conditions.program_code,
        conditions.tier_rank,
        conditions.condition,
        conditions.rule_group,
        max(conditions.policy_version) as policy_version,
        {{ strata__slots('conditions') }}
    from conditions
    group by
        conditions.as_of_date,
        conditions.program_code,
        conditions.tier_rank,
        conditions.condition,
        conditions.rule_group
),

-- A tier that asks nothing to stay is never failed: its *stay* has no condition.
unasked as (
    select
        conditions.as_of_date as review_date,
        conditions.program_code,
        conditions.tier_rank,
        'stay' as condition,
        cast(0 as bigint) as rule_group,
        max(conditions.policy_version) as policy_version
    from conditions
    inner join programs on conditions.program_code = programs.program_code
    where programs.kind = 'tier'
    group by conditions.as_of_date, conditions.program_code, conditions.tier_rank
    having count(case when conditions.condition = 'stay' then 1 end) = 0
),

named as (
    select
        asked.review_date,
        asked.program_code,
        asked.tier_rank,
        asked.condition,
        asked.rule_group,
        asked.policy_version
    from asked
    union all
    select * from unasked
),

final as (
    select
        named.*,
        {{ strata__slot_columns('asked') }}
    from named
    left join asked
        on
            named.review_date = asked.review_date
            and named.program_code = asked.program_code
            and named.tier_rank = asked.tier_rank
            and named.condition = asked.condition
            and named.rule_group = asked.rule_group
)

select * from final
