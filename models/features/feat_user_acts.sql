with spine as (
    select * from {{ ref('feat_touched_snapshots') }}
    where is_written
),

acts as (
    select * from {{ ref('core_user_acts') }}
),

done as (
    select
        spine.user_key,
        spine.as_of_date,
        acts.act_kind,
        acts.act_at,
        {{ strata__days_between('acts.act_date', 'spine.as_of_date') }} as days_ago,
        {{ strata__days_between('acts.subject_date', 'spine.as_of_date') }}
            as subject_days_ago,
        acts.amount,
        cast(acts.amount as decimal(18, 2)) as points
    from spine
    left join acts
        on spine.user_key = acts.user_key and spine.as_of_date >= acts.act_date
),

counted as (
    select
        done.user_key,
        done.as_of_date,
        sum(done.points) filter (where done.act_kind like 'points%')
            as points_balance,
        sum(done.points) filter (
            where done.act_kind = 'points_earn' and done.days_ago < 365
        ) as points_earned,
        -sum(done.points) filter (
            where done.act_kind = 'points_redeem' and done.days_ago < 365
        ) as points_redeemed,
        count(*) filter (where done.act_kind = 'message_sent' and done.days_ago < 90)
            as message_count_90d,
        count(*) filter (
            where
            done.act_kind = 'message_opened'
            and done.subject_days_ago >= 0
            and done.subject_days_ago < 90
        ) as message_open_count_90d,
        count(*) filter (where done.act_kind = 'unsubscribed' and done.days_ago < 365)
            as unsubscribe_count_365d,
        count(*) filter (where done.act_kind = 'invited') as invite_count_lifetime,
        count(*) filter (where done.act_kind = 'invite_accepted')
            as invite_accepted_count_lifetime,
        count(*) filter (where done.act_kind = 'joined_by_invitation')
            as invitation_received_count_lifetime,
        count(*) filter (where done.act_kind = 'ticket' and done.days_ago < 365)
            as ticket_count_365d,
        count(*) filter (where done.act_kind = 'review' and done.days_ago < 365)
            as review_count_365d,
        count(*) filter (
            where done.act_kind = 'content_published' and done.days_ago < 365
        ) as content_published_count_365d
    from done
    group by done.user_key, done.as_of_date
),

-- Few acts say something that the next one may take back; in one moment the lesser
-- word stands.
said as (
    select
        done.user_key,
        done.as_of_date,
        {{ strata__last_by(
            "case when done.act_kind = 'nps' then done.amount end",
            ['done.act_at', '-done.amount']
        ) }} as nps_score_last,
        {{ strata__last_by(
            "case when done.act_kind = 'consent_marketing' then done.amount end",
            ['done.act_at', '-done.amount']
        ) }} as marketing_consent
    from done
    where done.act_kind in ('nps', 'consent_marketing')
    group by done.user_key, done.as_of_date
),

final as (
    select
        counted.user_key,
        counted.as_of_date,
        cast(coalesce(counted.points_balance, 0) as double) as points_balance,
        cast(coalesce(counted.points_earned, 0) as double) as points_earned_365d,
        cast(coalesce(counted.points_redeemed, 0) as double) as points_redeemed_365d,
        counted.message_count_90d,
        cast(counted.message_open_count_90d as double)
        / nullif(counted.message_count_90d, 0) as message_open_rate_90d,
        counted.unsubscribe_count_365d,
        counted.invite_count_lifetime,
        counted.invite_accepted_count_lifetime,
        counted.invitation_received_count_lifetime,
        counted.ticket_count_365d,
        counted.review_count_365d,
        counted.content_published_count_365d,
        said.nps_score_last,
        case
            when said.marketing_consent = 1 then 'granted'
            when said.marketing_consent = 0 then 'withdrawn'
        end as marketing_consent
    from counted
    left join said
        on counted.user_key = said.user_key and counted.as_of_date = said.as_of_date
)

select * from final
