with components as (
    select * from {{ strata__touched(
        ref('core_identity_components'),
        ref('core_touched_ids'),
        ['id_type', 'id'],
        'core_identity_map'
    ) }}
),

types as (
    select * from {{ ref('stg_strata__identity_types') }}
),

logins as (
    select logins.*
    from {{ strata__touched(
        ref('core_identity_logins'),
        ref('core_touched_ids'),
        {'anonymous_id': 'id'},
        'core_identity_map'
    ) }} as logins
    where
        logins.is_shared
        and '{{ var("strata__identity_policy") }}' != 'last_login'
),

reach as (
    select interval '1 day' * types.login_gap_days as gap
    from types
    where types.id_type in ('anonymous_id', 'default')
    order by types.id_type
    limit 1
),

-- A login reaches back by the gap, or to the one before; without a gap, without limit.
begun as (
    select
        logins.anonymous_id,
        logins.user_id,
        logins.run_number,
        logins.last_event_at + reach.gap + interval '1 microsecond' as reached_at,
        greatest(
            logins.first_event_at - reach.gap,
            lag(logins.last_event_at) over (
                partition by logins.anonymous_id order by logins.run_number
            ) + interval '1 microsecond',
            timestamp '1900-01-01 00:00:00'
        ) as valid_from
    from logins
    left join reach on true
),

ended as (
    select
        begun.*,
        coalesce(
            lead(begun.valid_from) over (
                partition by begun.anonymous_id order by begun.run_number
            ),
            timestamp '9999-12-31 00:00:00'
        ) as next_from
    from begun
),

-- What no login reaches belongs to the device itself.
spans as (
    select
        ended.anonymous_id,
        'user_id' as owner_id_type,
        ended.user_id as owner_id,
        ended.valid_from,
        least(ended.reached_at, ended.next_from) as valid_to
    from ended
    union all
    select
        ended.anonymous_id,
        'anonymous_id' as owner_id_type,
        ended.anonymous_id as owner_id,
        least(ended.reached_at, ended.next_from) as valid_from,
        ended.next_from as valid_to
    from ended
    union all
    select
        ended.anonymous_id,
        'anonymous_id' as owner_id_type,
        ended.anonymous_id as owner_id,
        timestamp '1900-01-01 00:00:00' as valid_from,
        min(ended.valid_from) as valid_to
    from ended
    group by ended.anonymous_id
),

owned as (
    select
        spans.anonymous_id as id,
        components.user_key,
        spans.valid_from,
        lag(components.user_key) over (
            partition by spans.anonymous_id order by spans.valid_from
        ) as previous_user_key
    from spans
    inner join components
        on
            spans.owner_id_type = components.id_type
            and spans.owner_id = components.id
    where spans.valid_from < spans.valid_to
),

-- Intervals of one person that follow each other are one; they leave no gaps.
final as (
    select
        'anonymous_id' as id_type,
        owned.id,
        owned.user_key,
        owned.valid_from,
        coalesce(
            lead(owned.valid_from) over (
                partition by owned.id order by owned.valid_from
            ),
            timestamp '9999-12-31 00:00:00'
        ) as valid_to
    from owned
    where owned.user_key is distinct from owned.previous_user_key
    union all
    select
        components.id_type,
        components.id,
        components.user_key,
        timestamp '1900-01-01 00:00:00' as valid_from,
        timestamp '9999-12-31 00:00:00' as valid_to
    from components
    where
        components.id_type != 'anonymous_id'
        or components.id not in (select logins.anonymous_id from logins)
)

select * from final
