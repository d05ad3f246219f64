-- The intervals of an id, of the versions of an account and of a person in a program
-- follow one another, and the last one is open. Ids have been somebody's for ever.
with identities as (
    select
        'identity ' || ids.id_type as kind,
        ids.id as subject,
        ids.valid_from,
        ids.valid_to
    from {{ ref('core_identity_intervals') }} as ids
),

versions as (
    select
        'version' as kind,
        accounts.user_id as subject,
        cast(accounts.valid_from as timestamp) as valid_from,
        cast(accounts.valid_to as timestamp) as valid_to
    from {{ ref('core_user_versions') }} as accounts
),

tiers as (
    select
        'tier ' || history.program_code as kind,
        history.user_key as subject,
        cast(history.valid_from as timestamp) as valid_from,
        cast(history.valid_to as timestamp) as valid_to
    from {{ ref('tier_user_history') }} as history
),

intervals as (
    select * from identities
    union all
    select * from versions
    union all
    select * from tiers
),

followed as (
    select
        intervals.*,
        lead(intervals.valid_from) over (
            partition by intervals.kind, intervals.subject
            order by intervals.valid_from, intervals.valid_to
        ) as next_from,
        lag(intervals.valid_to) over (
            partition by intervals.kind, intervals.subject
            order by intervals.valid_from, intervals.valid_to
        ) as previous_to
    from intervals
)

select *
from followed
where
    followed.valid_from >= followed.valid_to
    or coalesce(followed.next_from, timestamp '9999-12-31 00:00:00')
    != followed.valid_to
    or (
        followed.kind like 'identity%'
        and coalesce(followed.previous_to, timestamp '1900-01-01 00:00:00')
        != followed.valid_from
    )
