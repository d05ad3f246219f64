with standings as (
    select * from {{ ref('tier_standings') }}
),

-- Not materialized, each vector is packed anew for every aim.
vectors as materialized (
    select * from {{ ref('tier_user_vectors') }}
    where is_current
),

conditions as (
    select * from {{ ref('tier_review_conditions') }}
    where is_current
),

asked as (
    select
        conditions.*,
        min(conditions.rule_group) over (
            partition by
                conditions.program_code,
                conditions.tier_rank,
                conditions.condition
        ) as first_group
    from conditions
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
        asked.rule_group,
        asked.first_group,
        asked.slot,
        {{ strata__missing('vectors', 'asked') }} as missing
    from aims
    inner join vectors on aims.user_key = vectors.user_key
    inner join asked
        on
            aims.program_code = asked.program_code
            and aims.tier_rank = asked.tier_rank
            and aims.condition = asked.condition
),

-- A group has four conditions at the most; side by side they need no sorting.
grouped as (
    select
        compared.user_key,
        compared.program_code,
        compared.condition,
        compared.rule_group,
        compared.first_group,
        nullif(concat_ws(
            '; ',
            max(case when compared.slot = 1 then compared.missing end),
            max(case when compared.slot = 2 then compared.missing end),
            max(case when compared.slot = 3 then compared.missing end),
            max(case when compared.slot = 4 then compared.missing end)
        ), '') as missing
    from compared
    group by
        compared.user_key,
        compared.program_code,
        compared.condition,
        compared.rule_group,
        compared.first_group
),

-- Few aims have several groups, so only what follows the first is sorted.
merged as (
    select
        grouped.user_key,
        grouped.program_code,
        grouped.condition,
        bool_or(grouped.missing is null) as is_met,
        max(case
            when grouped.rule_group = grouped.first_group then grouped.missing
        end) as first_missing,
        {{ strata__text_list(
            'case when grouped.rule_group != grouped.first_group'
            ~ ' then grouped.missing end',
            ['grouped.rule_group'],
            ' or '
        ) }} as other_missing
    from grouped
    group by grouped.user_key, grouped.program_code, grouped.condition
),

-- One group is enough, so one of which nothing is missing is all.
final as (
    select
        merged.user_key,
        merged.program_code,
        merged.condition,
        merged.is_met,
        case
            when not merged.is_met
                then concat_ws(' or ', merged.first_missing, merged.other_missing)
        end as missing
    from merged
)

select * from final
