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

-- Only of a value between the two the answer is another one.
final as (
    select
        compared.program_code,
        compared.review_date,
        compared.tier_rank,
        compared.condition,
        compared.number_position,
        least(compared.first_value, compared.settled_first_value) as first_value,
        greatest(compared.first_value, compared.settled_first_value) as after_value
    from compared
    where
        compared.first_value != compared.settled_first_value
        and {{ strata__continues('tier_user_reviews') }}
    union
    select
        compared.program_code,
        compared.review_date,
        compared.tier_rank,
        compared.condition,
        compared.number_position,
        least(compared.after_value, compared.settled_after_value) as first_value,
        greatest(compared.after_value, compared.settled_after_value) as after_value
    from compared
    where
        compared.after_value != compared.settled_after_value
        and {{ strata__continues('tier_user_reviews') }}
)

select * from final
