-- Not materialized, each vector is packed anew for every rule: four times as long.
with vectors as materialized (
    select * from {{ ref('tier_touched_vectors') }}
),

groups as (
    select * from {{ ref('tier_rule_groups') }}
),

overrides as (
    select * from {{ ref('tier_overrides') }}
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
found as (
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
),

overridden as (
    select
        found.user_key,
        found.program_code,
        found.review_date,
        min(case when overrides.action = 'grant' then overrides.tier_rank end)
            as granted_rank,
        bool_or(overrides.action = 'freeze') as is_frozen,
        bool_or(overrides.action = 'opt_out') as is_out
    from found
    inner join overrides
        on
            found.user_key = overrides.user_key
            and found.program_code = overrides.program_code
            and found.review_date >= overrides.valid_from
            and found.review_date < overrides.valid_to
    group by found.user_key, found.program_code, found.review_date
),

-- A frozen review raises nobody and fails nobody; who is out, stays out.
final as (
    select
        found.user_key,
        found.program_code,
        found.review_date,
        case
            when coalesce(overridden.is_out or overridden.is_frozen, false) then null
            else least(found.enter_rank, overridden.granted_rank)
        end as enter_rank,
        case
            when coalesce(overridden.is_out, false) then null
            when coalesce(overridden.is_frozen, false) then 1
            else least(found.stay_rank, overridden.granted_rank)
        end as stay_rank,
        coalesce(overridden.is_out, false) as is_out,
        found.policy_version
    from found
    left join overridden
        on
            found.user_key = overridden.user_key
            and found.program_code = overridden.program_code
            and found.review_date = overridden.review_date
)

select * from final
