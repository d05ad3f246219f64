with events as (
    select * from {{ ref('stg_strata__events') }}
),

observations as (
    select * from {{ strata__touched(
        ref('core_identity_observations'), ref('core_touched_ids'), {'id_1': 'id'}
    ) }}
),

denied as (
    select ids.*
    from {{ ref('core_identity_ids') }} as ids
    where ids.is_denied
),

types as (
    select * from {{ ref('stg_strata__identity_types') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

pairs as (
    select
        observations.id_1 as anonymous_id,
        observations.id_2 as user_id,
        observations.first_seen_at as first_event_at,
        observations.last_seen_at as last_event_at,
        observations.observation_count as event_count,
        case
            when observations.is_excluded then 'excluded'
            when devices.id is not null or accounts.id is not null then 'denied'
        end as cut_reason
    from observations
    left join denied as devices
        on devices.id_type = 'anonymous_id' and observations.id_1 = devices.id
    left join denied as accounts
        on accounts.id_type = 'user_id' and observations.id_2 = accounts.id
    where observations.source = 'login'
),

reach as (
    select types.login_gap_days
    from types
    where types.id_type in ('anonymous_id', 'default')
    order by types.id_type
    limit 1
),

shared as (
    select pairs.anonymous_id
    from pairs
    where pairs.cut_reason is null
    group by pairs.anonymous_id
    having count(*) > 1
),

followed as (
    select
        events.anonymous_id,
        events.user_id,
        events.event_at,
        events.event_id,
        lag(events.user_id) over (
            partition by events.anonymous_id order by events.event_at, events.event_id
        ) as previous_user_id,
        lag(events.event_at) over (
            partition by events.anonymous_id order by events.event_at, events.event_id
        ) as previous_at,
        reach.login_gap_days
    from events
    inner join shared on events.anonymous_id = shared.anonymous_id
    inner join pairs
        on
            pairs.cut_reason is null
            and events.anonymous_id = pairs.anonymous_id
            and events.user_id = pairs.user_id
    inner join clock
        on {{ strata__business_date('events.event_at') }} <= clock.as_of_date
    left join reach on true
),

numbered as (
    select
        followed.*,
        1 + count(*) filter (
            where
            followed.previous_user_id != followed.user_id
            or {{ strata__seconds_between(
                'followed.previous_at', 'followed.event_at'
            ) }} > followed.login_gap_days * 86400
        ) over (
            partition by followed.anonymous_id
            order by followed.event_at, followed.event_id
        ) as run_number
    from followed
),

final as (
    select
        numbered.anonymous_id,
        numbered.user_id,
        numbered.run_number,
        true as is_shared,
        cast(null as varchar) as cut_reason,
        min(numbered.event_at) as first_event_at,
        max(numbered.event_at) as last_event_at,
        count(*) as event_count
    from numbered
    group by numbered.anonymous_id, numbered.user_id, numbered.run_number
    union all
    select
        pairs.anonymous_id,
        pairs.user_id,
        case when pairs.cut_reason is null then 1 else 0 end as run_number,
        false as is_shared,
        pairs.cut_reason,
        pairs.first_event_at,
        pairs.last_event_at,
        pairs.event_count
    from pairs
    left join shared on pairs.anonymous_id = shared.anonymous_id
    where pairs.cut_reason is not null or shared.anonymous_id is null
)

select * from final
