-- How many people are in each tier, and how much of the value do they hold?
-- The tier is the one of the last review; the value is net, of the last 365 days.
with history as (
    select * from {{ ref('tier_user_history') }}
),

snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

members as (
    select
        history.program_code,
        history.tier_code,
        history.tier_rank,
        snapshots.net_amount_365d
    from history
    inner join snapshots on history.user_key = snapshots.user_key
    where history.is_current and history.tier_rank is not null and snapshots.is_current
),

final as (
    select
        members.program_code,
        members.tier_code,
        members.tier_rank,
        count(*) as users,
        count(*) / sum(count(*)) over (partition by members.program_code)
            as user_share,
        sum(members.net_amount_365d) as net_amount_365d,
        sum(members.net_amount_365d)
        / nullif(
            sum(sum(members.net_amount_365d)) over (partition by members.program_code),
            0
        ) as net_amount_share
    from members
    group by members.program_code, members.tier_code, members.tier_rank
)

select * from final
order by final.program_code, final.tier_rank
