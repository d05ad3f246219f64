with changed_rows as (
    select * from {{ ref('stg_strata__changed_rows') }}
),

-- What identity is made of, other than events.
facts as (
    select changed_rows.*
    from changed_rows
    where
        changed_rows.source_table in (
            'users', 'orders', 'identity_links', 'erasure_requests'
        )
),

clock_shift as (
    select * from {{ ref('core_clock_shift') }}
),

arrived as (
    select * from {{ ref('core_arrived_events') }}
),

dated as (
    select * from {{ ref('core_dated_ids') }}
),

overrides as (
    select * from {{ ref('stg_strata__identity_overrides') }}
),

orders as (
    select * from {{ ref('stg_strata__orders') }}
),

-- An override is a rule: a few rows that always count as changed.
changed as (
    select
        dated.id_type,
        dated.id
    from dated
    inner join clock_shift
        on {{ strata__is_passed('dated.moment', 'clock_shift') }}
    union
    select
        facts.id_type_1 as id_type,
        facts.id_1 as id
    from facts
    union
    select
        facts.id_type_2 as id_type,
        facts.id_2 as id
    from facts
    union
    select
        'user_id' as id_type,
        orders.user_id as id
    from orders
    inner join changed_rows on orders.order_id = changed_rows.order_id
    union
    select
        'anonymous_id' as id_type,
        arrived.anonymous_id as id
    from arrived
    union
    select
        'user_id' as id_type,
        arrived.user_id as id
    from arrived
    union
    select
        overrides.id_type_1 as id_type,
        overrides.id_1 as id
    from overrides
    union
    select
        overrides.id_type_2 as id_type,
        overrides.id_2 as id
    from overrides
),

final as (
    select
        changed.id_type,
        changed.id
    from changed
    where
        changed.id != ''
        and {{ strata__continues('core_identity_observations') }}
)

select * from final
