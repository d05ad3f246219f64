with snapshots as (
    select *
    from {{ ref('feat_user_snapshots') }}
    where is_current
),

scores as (
    select * from {{ ref('score_user_features') }}
),

history as (
    select *
    from {{ ref('tier_user_history') }}
    where is_current
),

statuses as (
    select *
    from {{ ref('tag_user_statuses') }}
    where is_current and status = 'assigned'
),

verdicts as (
    select *
    from {{ ref('tag_recent_verdicts') }}
    where is_current
),

sets as (
    select *
    from {{ ref('tag_unassessed_sets') }}
    where is_current
),

tags as (
    select * from {{ ref('stg_strata__tags') }}
),

standing as (
    select
        history.user_key,
        {{ strata__text_list(
            "history.program_code || ' ' || history.tier_code",
            ["history.program_code || ' ' || history.tier_code"]
        ) }} as tiers
    from history
    group by history.user_key
),

marked as (
    select
        statuses.user_key,
        tags.tag_code,
        tags.family,
        tags.exclusive_group
    from statuses
    inner join tags on statuses.tag_code = tags.tag_code
),

-- A column for each exclusive group and family that the contract of this model names.
told as (
    select
        marked.user_key,
        count(*) as tag_count,
        {{ strata__tag_columns('marked') }},
        {{ strata__text_list('marked.tag_code', ['marked.tag_code']) }} as tags
    from marked
    group by marked.user_key
),

unassessed as (
    select
        sets.unknown_rules,
        sets.shared_rules,
        {{ strata__text_list('sets.tag_code', ['sets.tag_code']) }} as tags
    from sets
    group by sets.unknown_rules, sets.shared_rules
),

final as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        snapshots.has_account = 1 as has_account,
        snapshots.age_years,
        snapshots.gender,
        snapshots.city,
        snapshots.region,
        snapshots.country,
        snapshots.language,
        snapshots.signup_channel,
        snapshots.first_channel,
        snapshots.main_platform_90d,
        snapshots.main_channel_90d,
        snapshots.days_since_first_seen,
        snapshots.days_since_registration,
        snapshots.days_since_last_activity,
        snapshots.active_day_count_30d,
        snapshots.active_day_count_90d,
        snapshots.days_since_last_order,
        snapshots.order_count_365d,
        snapshots.order_count_lifetime,
        snapshots.net_amount_365d,
        snapshots.net_amount_lifetime,
        snapshots.net_amount_per_order_365d,
        scores.rfm_recency_score,
        scores.rfm_frequency_score,
        scores.rfm_monetary_score,
        scores.rfm_segment,
        standing.tiers,
        coalesce(told.tag_count, 0) as tag_count,
        {{ strata__tag_columns() }},
        told.tags,
        unassessed.tags as not_assessed_tags
    from snapshots
    left join scores
        on
            snapshots.user_key = scores.user_key
            and snapshots.as_of_date = scores.as_of_date
    left join standing on snapshots.user_key = standing.user_key
    left join told on snapshots.user_key = told.user_key
    left join verdicts on snapshots.user_key = verdicts.user_key
    left join unassessed
        on
            verdicts.unknown_rules = unassessed.unknown_rules
            and verdicts.shared_rules = unassessed.shared_rules
)

select * from final
