with vectors as (
    select * from {{ strata__touched(
        ref('tier_user_vectors'),
        ref('tier_touched_reviews'),
        ['user_key'],
        'tier_user_reviews',
        {'as_of_date': 'from_date'}
    ) }}
),

groups as (
    select * from {{ ref('tier_rule_groups') }}
),

-- One join of people and rule groups; what is not known is neither met nor failed.
judged as (
    select
        vectors.user_key,
        vectors.as_of_date as review_date,
        groups.program_code,
        groups.tier_rank,
        groups.condition,
        groups.policy_version,
        {{ strata__group_holds('vectors', 'groups') }} as holds
    from vectors
    inner join groups on vectors.as_of_date = groups.review_date
),

-- What a better tier grants counts for every worse one, so two ranks say it all.
final as (
    select
        judged.user_key,
        judged.program_code,
        judged.review_date,
        min(case
            when judged.condition = 'enter' and judged.holds then judged.tier_rank
        end) as enter_rank,
        min(case
            when judged.holds or (judged.condition = 'stay' and judged.holds is null)
                then judged.tier_rank
        end) as stay_rank,
        max(judged.policy_version) as policy_version
    from judged
    group by judged.user_key, judged.program_code, judged.review_date
)

select * from final
