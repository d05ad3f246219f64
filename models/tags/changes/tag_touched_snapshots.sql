with snapshots as (
    select * from {{ ref('feat_touched_snapshots') }}
),

scores as (
    select * from {{ ref('score_touched_users') }}
),

users as (
    select * from {{ ref('tier_touched_moves') }}
),

history as (
    select * from {{ ref('tier_user_history') }}
),

programs as (
    select
        programs.program_code,
        row_number() over (order by programs.program_code) as position
    from {{ ref('stg_strata__programs') }} as programs
),

standing as (
    select * from {{ strata__previous('tag_user_tiers') }}
),

-- Who has other scores, or stands in other tiers than before, is told by comparing.
final as (
    select
        snapshots.user_key,
        snapshots.as_of_date
    from snapshots
    union
    select
        scores.user_key,
        scores.as_of_date
    from scores
    union
    select
        standing.user_key,
        standing.as_of_date
    from standing
    inner join users on standing.user_key = users.user_key
    inner join programs on users.program_code = programs.program_code
    left join history
        on
            standing.user_key = history.user_key
            and programs.program_code = history.program_code
            and {{ strata__add_days('standing.as_of_date', 1) }} >= history.valid_from
            and {{ strata__add_days('standing.as_of_date', 1) }} < history.valid_to
    where
        {{ strata__element('standing.tier_codes', 'programs.position') }}
        is distinct from history.tier_code
)

select * from final
where {{ strata__continues('tag_user_verdicts') }}
