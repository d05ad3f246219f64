with standings as (
    select * from {{ ref('tier_standings') }}
),

vectors as (
    select * from {{ ref('tier_user_vectors') }}
    where is_current
),

conditions as (
    select * from {{ ref('tier_review_conditions') }}
    where is_current
),

aims as (
    select
        standings.user_key,
        standings.program_code,
        standings.next_rank as tier_rank,
        'enter' as condition
    from standings
    where standings.next_rank is not null
    union all
    select
        standings.user_key,
        standings.program_code,
        standings.tier_rank,
        'stay' as condition
    from standings
    where standings.tier_rank is not null and standings.is_climbing
),

compared as (
    select
        aims.user_key,
        aims.program_code,
        aims.condition,
        conditions.rule_group,
        conditions.feature_code,
        conditions.operator,
        {{ strata__missing('vectors', 'conditions') }} as missing
    from aims
    inner join vectors on aims.user_key = vectors.user_key
    inner join conditions
        on
            aims.program_code = conditions.program_code
            and aims.tier_rank = conditions.tier_rank
            and aims.condition = conditions.condition
),

grouped as (
    select
        compared.user_key,
        compared.program_code,
        compared.condition,
        compared.rule_group,
        {{ strata__text_list(
            'compared.missing', ['compared.feature_code', 'compared.operator'], '; '
        ) }} as missing
    from compared
    group by
        compared.user_key,
        compared.program_code,
        compared.condition,
        compared.rule_group
),

-- One group is enough, so one of which nothing is missing is all.
final as (
    select
        grouped.user_key,
        grouped.program_code,
        grouped.condition,
        bool_or(grouped.missing is null) as is_met,
        case
            when not bool_or(grouped.missing is null)
                then {{ strata__text_list(
                    'grouped.missing', ['grouped.rule_group'], ' or '
                ) }}
        end as missing
    from grouped
    group by grouped.user_key, grouped.program_code, grouped.condition
)

select * from final
