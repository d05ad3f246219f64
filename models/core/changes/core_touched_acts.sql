with changed as (
    select
        rows_of.source_table,
        rows_of.row_key,
        rows_of.id_2 as user_id
    from {{ ref('stg_strata__changed_rows') }} as rows_of
    where
        rows_of.source_table in (
            'points_ledger', 'messages', 'referrals', 'feedback', 'content', 'consents'
        )
),

identities as (
    select *
    from {{ ref('core_identity_map') }}
    where id_type = 'user_id'
),

-- Where acts stand now, and where they stood.
acts as (
    select
        identities.user_key,
        stated.source_table,
        stated.row_key,
        stated.user_id,
        stated.act_date
    from {{ ref('core_stated_acts') }} as stated
    inner join identities on stated.user_id = identities.id
    union all
    select
        standing.user_key,
        standing.source_table,
        standing.row_key,
        standing.user_id,
        standing.act_date
    from {{ strata__previous('core_user_acts') }} as standing
),

-- A decision on a purpose has no id of its own: its account tells.
final as (
    select
        acts.user_key,
        acts.act_date
    from acts
    inner join changed
        on
            acts.source_table = changed.source_table
            and acts.row_key = changed.row_key
    where {{ strata__continues('core_user_acts') }}
    union
    select
        acts.user_key,
        acts.act_date
    from acts
    inner join changed
        on acts.source_table = changed.source_table and acts.user_id = changed.user_id
    where
        changed.source_table = 'consents'
        and {{ strata__continues('core_user_acts') }}
)

select * from final
