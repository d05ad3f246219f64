with candidates as (
    select * from {{ ref('core_identity_candidates') }}
),

types as (
    select * from {{ ref('stg_strata__identity_types') }}
),

-- Neighbours that may compete: an account has no choice among other ids.
sides as (
    select
        candidates.id_type_1 as id_type,
        candidates.id_1 as id,
        candidates.id_type_2 as other_id_type,
        candidates.id_2 as other_id,
        candidates.source,
        candidates.observation_count,
        candidates.last_seen_at
    from candidates
    where candidates.cut_reason is null
    union all
    select
        candidates.id_type_2 as id_type,
        candidates.id_2 as id,
        candidates.id_type_1 as other_id_type,
        candidates.id_1 as other_id,
        candidates.source,
        candidates.observation_count,
        candidates.last_seen_at
    from candidates
    where
        candidates.cut_reason is null
        and (candidates.id_type_2 != 'user_id' or candidates.id_type_1 = 'user_id')
),

crowded as (
    select
        sides.id_type,
        sides.id
    from sides
    group by sides.id_type, sides.id
    having
        min(sides.other_id) != max(sides.other_id)
        or min(sides.other_id_type) != max(sides.other_id_type)
),

neighbours as (
    select
        sides.id_type,
        sides.id,
        sides.other_id_type,
        sides.other_id,
        bool_or(sides.source = 'manual') as is_manual,
        bool_or(sides.source = 'login') as is_login,
        sum(sides.observation_count) as observation_count,
        max(sides.last_seen_at) as last_seen_at
    from sides
    inner join crowded on sides.id_type = crowded.id_type and sides.id = crowded.id
    group by sides.id_type, sides.id, sides.other_id_type, sides.other_id
),

-- What was joined by hand comes first and takes no place under the cap; then a login,
-- then an account, then what was seen most.
final as (
    select
        neighbours.id_type,
        neighbours.id,
        neighbours.other_id_type,
        neighbours.other_id,
        row_number() over strength as strength_rank,
        not neighbours.is_manual
        and neighbours.other_id_type = 'user_id'
        and count(*) filter (
            where neighbours.other_id_type = 'user_id' and not neighbours.is_manual
        ) over strength > coalesce(own.max_accounts, others.max_accounts) as is_capped
    from neighbours
    left join types as own on neighbours.id_type = own.id_type
    left join types as others on others.id_type = 'default'
    window strength as (
        partition by neighbours.id_type, neighbours.id
        order by
            neighbours.is_manual desc,
            neighbours.is_login desc,
            neighbours.other_id_type = 'user_id' desc,
            neighbours.observation_count desc,
            neighbours.last_seen_at desc nulls last,
            neighbours.other_id_type asc,
            neighbours.other_id asc
    )
)

select * from final
