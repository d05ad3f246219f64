with acts as (
    select * from {{ ref('core_user_acts') }}
),

-- The last word of a day is that of the day; in one moment a refusal stands.
said as (
    select
        acts.user_key,
        substr(acts.act_kind, 9) as purpose,
        acts.act_date as valid_from,
        {{ strata__last_by('acts.amount', ['acts.act_at', '-acts.amount']) }} = 1
            as is_granted
    from acts
    where acts.source_table = 'consents'
    group by acts.user_key, acts.act_kind, acts.act_date
),

final as (
    select
        said.user_key,
        said.purpose,
        said.is_granted,
        said.valid_from,
        coalesce(
            lead(said.valid_from) over (
                partition by said.user_key, said.purpose order by said.valid_from
            ),
            cast('9999-12-31' as date)
        ) as valid_to
    from said
)

select * from final
