with changed_rows as (
    select * from {{ ref('stg_strata__changed_rows') }}
),

acts as (
    select * from {{ ref('core_stated_acts') }}
),

identities as (
    select *
    from {{ ref('core_identity_map') }}
    where id_type = 'user_id'
),

standing as (
    select * from {{ strata__previous('core_user_acts') }}
),

-- A decision on a purpose has no id of its own: its account tells.
changed as (
    select
        changed_rows.source_table,
        changed_rows.row_key,
        case when changed_rows.source_table = 'consents' then changed_rows.id_2 end
            as user_id
    from changed_rows
    where changed_rows.source_table in (
        'points_ledger', 'messages', 'referrals', 'feedback', 'content', 'consents'
    )
),

-- Where what changed stands now, and where it stood.
final as (
    select
        identities.user_key,
        acts.act_date
    from acts
    inner join identities on acts.user_id = identities.id
    inner join changed
        on
            acts.source_table = changed.source_table
            and (acts.row_key = changed.row_key or acts.user_id = changed.user_id)
    where {{ strata__continues('core_user_acts') }}
    union
    select
        standing.user_key,
        standing.act_date
    from standing
    inner join changed
        on
            standing.source_table = changed.source_table
            and (
                standing.row_key = changed.row_key
                or standing.user_id = changed.user_id
            )
    where {{ strata__continues('core_user_acts') }}
)

select * from final
