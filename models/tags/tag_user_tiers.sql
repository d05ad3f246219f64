with snapshots as (
    select * from {{ strata__touched(
        ref('feat_user_snapshots'),
        ref('tag_touched_snapshots'),
        ['user_key', 'as_of_date']
    ) }}
),

programs as (
    select * from {{ ref('stg_strata__programs') }}
),

history as (
    select * from {{ ref('tier_user_history') }}
),

-- What is known at the end of a day holds from the next day on, as the tags do.
final as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        {{ strata__text_array('history.tier_code', ['programs.program_code']) }}
            as tier_codes
    from snapshots
    cross join programs
    left join history
        on
            snapshots.user_key = history.user_key
            and programs.program_code = history.program_code
            and {{ strata__add_days('snapshots.as_of_date', 1) }} >= history.valid_from
            and {{ strata__add_days('snapshots.as_of_date', 1) }} < history.valid_to
    group by snapshots.user_key, snapshots.as_of_date
)

select * from final
