with counts as (
    select * from {{ ref('metric_activation_counts') }}
),

definitions as (
    select * from {{ ref('stg_strata__activation_definitions') }}
),

compared as (
    select
        counts.*,
        counts.users - counts.users_with as users_without,
        counts.retained_users - counts.retained_with as retained_without,
        cast(counts.users_with as double) / nullif(counts.users, 0) as reach_rate,
        (
            counts.users_with >= definitions.minimum_users
            and counts.users - counts.users_with >= definitions.minimum_users
        ) as is_enough,
        {{ strata__normal_quantile('(1 + definitions.confidence) / 2') }} as z
    from counts
    inner join definitions
        on counts.definition_code = definitions.definition_code
),

rated as (
    select
        compared.*,
        cast(compared.retained_with as double) / nullif(compared.users_with, 0)
            as rate_with,
        cast(compared.retained_without as double) / nullif(compared.users_without, 0)
            as rate_without,
        {{ strata__wilson_bound(
            'compared.retained_with', 'compared.users_with', 'compared.z'
        ) }} as low_with,
        {{ strata__wilson_bound(
            'compared.retained_without', 'compared.users_without', 'compared.z', 'high'
        ) }} as high_without
    from compared
),

-- Newcombe's lower bound of a difference: the bounds of both shares, squared and added.
judged as (
    select
        rated.*,
        case when rated.is_enough then rated.rate_with - rated.rate_without end as lift,
        case
            when rated.is_enough then rated.rate_with / nullif(rated.rate_without, 0)
        end as lift_ratio,
        case
            when rated.is_enough
                then rated.rate_with - rated.rate_without - sqrt(
                        (rated.rate_with - rated.low_with)
                        * (rated.rate_with - rated.low_with)
                        + (rated.high_without - rated.rate_without)
                        * (rated.high_without - rated.rate_without)
                    )
        end as low_lift
    from rated
),

final as (
    select
        judged.definition_code,
        judged.behaviour_code,
        judged.users,
        judged.users_with,
        judged.reach_rate,
        judged.retained_with,
        case when judged.is_enough then judged.rate_with end as with_retention_rate,
        judged.users_without,
        judged.retained_without,
        case when judged.is_enough then judged.rate_without end
            as without_retention_rate,
        judged.is_enough,
        judged.lift,
        judged.lift_ratio,
        judged.low_lift,
        judged.lift * judged.reach_rate as impact,
        judged.low_lift > 0 as is_certain,
        case
            when judged.is_enough
                then row_number() over (
                        partition by judged.definition_code, judged.is_enough
                        order by
                            judged.lift * judged.reach_rate desc,
                            judged.behaviour_code asc
                    )
        end as behaviour_rank
    from judged
)

select * from final
