-- Who lacks what the tier asks to stay, how much, and by when must it come? The next
-- purchase may still save the tier.
with standings as (
    select * from {{ ref('tier_user_current') }}
    where keep_missing is not null
),

snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
    where is_current
),

final as (
    select
        standings.user_key,
        standings.program_code,
        standings.tier_code,
        standings.keep_by,
        standings.keep_missing,
        snapshots.days_since_last_activity,
        snapshots.days_since_last_order,
        snapshots.order_count_365d,
        snapshots.net_amount_365d
    from standings
    inner join snapshots on standings.user_key = snapshots.user_key
)

select * from final
order by
    final.keep_by asc,
    final.net_amount_365d desc,
    final.user_key asc,
    final.program_code asc
