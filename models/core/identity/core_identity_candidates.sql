with observations as (
    select * from {{ strata__touched(
        ref('core_identity_observations'),
        ref('core_touched_ids'),
        {'id_type_1': 'id_type', 'id_1': 'id'},
        'core_identity_edges'
    ) }}
),

logins as (
    select * from {{ strata__touched(
        ref('core_identity_logins'),
        ref('core_touched_ids'),
        {'anonymous_id': 'id'},
        'core_identity_edges'
    ) }}
),

denied as (
    select ids.*
    from {{ ref('core_identity_ids') }} as ids
    where ids.is_denied
),

devices as (
    select
        logins.anonymous_id,
        logins.is_shared,
        {{ strata__last_by('logins.user_id', ['logins.run_number']) }} as last_user_id
    from logins
    where logins.cut_reason is null
    group by logins.anonymous_id, logins.is_shared
),

-- What speaks against an edge by itself, whatever the other edges are.
final as (
    select
        observations.id_type_1,
        observations.id_1,
        observations.id_type_2,
        observations.id_2,
        observations.source,
        observations.first_seen_at,
        observations.last_seen_at,
        observations.observation_count,
        case
            when observations.is_excluded then 'excluded'
            when denied_1.id is not null or denied_2.id is not null then 'denied'
            when '{{ var("strata__identity_policy") }}' = 'last_login'
                then
                    case
                        when
                            observations.source = 'login'
                            and observations.id_2 = devices.last_user_id then null
                        else 'policy'
                    end
            when observations.source = 'login' and devices.is_shared then 'shared'
            when
                '{{ var("strata__identity_policy") }}' = 'never_merge_identified'
                and observations.id_type_1 = 'user_id' then 'policy'
        end as cut_reason
    from observations
    left join denied as denied_1
        on
            observations.id_type_1 = denied_1.id_type
            and observations.id_1 = denied_1.id
    left join denied as denied_2
        on
            observations.id_type_2 = denied_2.id_type
            and observations.id_2 = denied_2.id
    left join devices
        on
            observations.id_type_1 = 'anonymous_id'
            and observations.id_1 = devices.anonymous_id
)

select * from final
