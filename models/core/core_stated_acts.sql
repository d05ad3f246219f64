with messages as (
    select * from {{ ref('stg_strata__messages') }}
),

referrals as (
    select * from {{ ref('stg_strata__referrals') }}
),

acts as (
    select
        'points_ledger' as source_table,
        points.entry_id as row_key,
        'points_' || points.kind as act_kind,
        points.user_id,
        points.entry_at as act_at,
        points.entry_at as subject_at,
        points.points as amount
    from {{ ref('stg_strata__points_ledger') }} as points
    union all
    select
        'messages' as source_table,
        messages.message_id as row_key,
        'message_sent' as act_kind,
        messages.user_id,
        messages.sent_at as act_at,
        messages.sent_at as subject_at,
        cast(null as double) as amount
    from messages
    union all
    select
        'messages' as source_table,
        messages.message_id as row_key,
        'message_opened' as act_kind,
        messages.user_id,
        messages.opened_at as act_at,
        messages.sent_at as subject_at,
        cast(null as double) as amount
    from messages
    union all
    select
        'messages' as source_table,
        messages.message_id as row_key,
        'unsubscribed' as act_kind,
        messages.user_id,
        messages.unsubscribed_at as act_at,
        messages.sent_at as subject_at,
        cast(null as double) as amount
    from messages
    union all
    select
        'referrals' as source_table,
        referrals.referral_id as row_key,
        'invited' as act_kind,
        referrals.inviter_user_id as user_id,
        referrals.invited_at as act_at,
        referrals.invited_at as subject_at,
        cast(null as double) as amount
    from referrals
    union all
    select
        'referrals' as source_table,
        referrals.referral_id as row_key,
        'invite_accepted' as act_kind,
        referrals.inviter_user_id as user_id,
        referrals.accepted_at as act_at,
        referrals.invited_at as subject_at,
        cast(null as double) as amount
    from referrals
    union all
    select
        'referrals' as source_table,
        referrals.referral_id as row_key,
        'joined_by_invitation' as act_kind,
        referrals.invitee_user_id as user_id,
        referrals.accepted_at as act_at,
        referrals.invited_at as subject_at,
        cast(null as double) as amount
    from referrals
    union all
    select
        'feedback' as source_table,
        feedback.feedback_id as row_key,
        feedback.kind as act_kind,
        feedback.user_id,
        feedback.submitted_at as act_at,
        feedback.submitted_at as subject_at,
        feedback.score as amount
    from {{ ref('stg_strata__feedback') }} as feedback
    union all
    select
        'content' as source_table,
        content.content_id as row_key,
        'content_published' as act_kind,
        content.author_user_id as user_id,
        content.published_at as act_at,
        content.published_at as subject_at,
        cast(null as double) as amount
    from {{ ref('stg_strata__content') }} as content
    union all
    select
        'consents' as source_table,
        consents.user_id || ' | ' || consents.purpose || ' | '
        || {{ strata__time_text('consents.recorded_at') }} as row_key,
        'consent_' || consents.purpose as act_kind,
        consents.user_id,
        consents.recorded_at as act_at,
        consents.recorded_at as subject_at,
        case when consents.is_granted then 1 else 0 end as amount
    from {{ ref('stg_strata__consents') }} as consents
),

final as (
    select
        acts.source_table,
        acts.row_key,
        acts.act_kind,
        acts.user_id,
        acts.act_at,
        {{ strata__business_date('acts.act_at') }} as act_date,
        {{ strata__business_date('acts.subject_at') }} as subject_date,
        cast(acts.amount as double) as amount
    from acts
    where acts.user_id is not null and acts.act_at is not null
)

select * from final
