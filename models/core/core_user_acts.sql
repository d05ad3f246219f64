with acts as (
    select * from {{ ref('core_stated_acts') }}
),

identities as (
    select * from {{ strata__touched(
        ref('core_identity_map'), ref('core_touched_users'), ['user_key']
    ) }}
),

final as (
    select
        identities.user_key,
        acts.source_table,
        acts.row_key,
        acts.act_kind,
        acts.user_id,
        acts.act_at,
        acts.act_date,
        acts.subject_date,
        acts.amount
    from acts
    inner join identities
        on identities.id_type = 'user_id' and acts.user_id = identities.id
)

select * from final
