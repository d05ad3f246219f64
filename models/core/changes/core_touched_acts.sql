-- A decision on a purpose has no id of its own: its account tells.
with changed as (
    select distinct -- one row per row that changed, and several of an account
        rows_of.source_table,
        case
            when rows_of.source_table = 'consents' then rows_of.id_2
            else rows_of.row_key
        end as key_value
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

final as (
    select distinct -- one row per act
        acts.user_key,
        acts.act_date
    from acts
    inner join changed
        on
            acts.source_table = changed.source_table
            and case
                when acts.source_table = 'consents' then acts.user_id
                else acts.row_key
            end = changed.key_value
    where {{ strata__continues('core_user_acts') }}
)

select * from final
