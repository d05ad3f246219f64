with conditions as (
    select * from {{ ref('tier_review_conditions') }}
    where is_review and threshold_mode != 'absolute'
),

settled as (
    select * from {{ strata__settled('tier_review_conditions') }}
    where is_review and threshold_mode != 'absolute'
),

compared as (
    select
        conditions.program_code,
        conditions.as_of_date as review_date,
        conditions.tier_rank,
        conditions.condition,
        conditions.number_position,
        conditions.first_value,
        conditions.after_value,
        settled.first_value as settled_first_value,
        settled.after_value as settled_after_value
    from conditions
    inner join settled
        on
            conditions.as_of_date = settled.as_of_date
            and conditions.program_code = settled.program_code
            and conditions.tier_rank = settled.tier_rank
            and conditions.condition = settled.condition
            and conditions.rule_group = settled.rule_group
            and conditions.feature_code = settled.feature_code
            and conditions.operator = settled.operator
            and conditions.low is not distinct from settled.low
            and conditions.high is not distinct from settled.high
),

bounded as (
    select
        compared.*,
        case
            when bounds.is_first then compared.first_value else compared.after_value
        end as bound,
        case
            when bounds.is_first then compared.settled_first_value
            else compared.settled_after_value
        end as settled_bound
    from compared
    cross join (
        select true as is_first
        union all
        select false as is_first
    ) as bounds
),

-- Only of a value between the two the answer is another one.
final as (
    select distinct
        bounded.program_code,
        bounded.review_date,
        bounded.tier_rank,
        bounded.condition,
        bounded.number_position,
        least(bounded.bound, bounded.settled_bound) as first_value,
        greatest(bounded.bound, bounded.settled_bound) as after_value
    from bounded
    where
        bounded.bound != bounded.settled_bound
        and {{ strata__continues('tier_user_reviews') }}
)

select * from final
