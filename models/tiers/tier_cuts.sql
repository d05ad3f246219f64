with vectors as (
    select * from {{ strata__touched(
        ref('tier_user_vectors'),
        ref('tier_touched_cuts'),
        ['as_of_date'],
        'tier_cuts'
    ) }}
),

conditions as (
    select * from {{ ref('tier_conditions') }}
),

features as (
    select distinct
        conditions.feature_code,
        conditions.number_position
    from conditions
    where conditions.threshold_mode != 'absolute'
),

-- One row per share asked for; `is_beyond` where equal is not enough.
shares as (
    select
        conditions.feature_code,
        conditions.low as share,
        conditions.operator = 'gt' as is_beyond
    from conditions
    where conditions.threshold_mode != 'absolute' and conditions.low is not null
    union
    select
        conditions.feature_code,
        conditions.high as share,
        conditions.operator != 'lt' as is_beyond
    from conditions
    where conditions.threshold_mode != 'absolute' and conditions.high is not null
),

known as (
    select
        vectors.as_of_date,
        features.feature_code,
        {{ strata__element('vectors.number_values', 'features.number_position') }}
            as value
    from vectors
    cross join features
),

counted as (
    select
        known.as_of_date,
        known.feature_code,
        known.value,
        count(*) as users
    from known
    where known.value is not null
    group by known.as_of_date, known.feature_code, known.value
),

-- How many have strictly less: equal values fall on one side of a cut.
ranked as (
    select
        counted.as_of_date,
        counted.feature_code,
        counted.value,
        sum(counted.users) over (
            partition by counted.as_of_date, counted.feature_code
            order by counted.value
        ) - counted.users as worse_users,
        sum(counted.users) over (
            partition by counted.as_of_date, counted.feature_code
        ) as all_users
    from counted
),

final as (
    select
        ranked.as_of_date,
        ranked.feature_code,
        shares.share,
        shares.is_beyond,
        min(case
            when
                ranked.worse_users
                > cast(shares.share as decimal(9, 6)) * ranked.all_users
                or (
                    not shares.is_beyond
                    and ranked.worse_users
                    = cast(shares.share as decimal(9, 6)) * ranked.all_users
                )
                then ranked.value
        end) as cut
    from ranked
    inner join shares on ranked.feature_code = shares.feature_code
    group by
        ranked.as_of_date, ranked.feature_code, shares.share, shares.is_beyond
)

select * from final
