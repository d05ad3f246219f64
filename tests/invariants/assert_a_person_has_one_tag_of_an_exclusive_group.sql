-- At any time a person has one tag of an exclusive group, and each tag once.
with intervals as (
    select
        intervals.user_key,
        coalesce('group ' || tags.exclusive_group, 'tag ' || tags.tag_code) as choice,
        intervals.tag_code,
        intervals.valid_from,
        intervals.valid_to
    from {{ ref('tag_user_tags') }} as intervals
    inner join {{ ref('stg_strata__tags') }} as tags
        on intervals.tag_code = tags.tag_code
),

followed as (
    select
        intervals.*,
        lead(intervals.valid_from) over (
            partition by intervals.user_key, intervals.choice
            order by intervals.valid_from, intervals.tag_code
        ) as next_from
    from intervals
)

select *
from followed
where
    followed.valid_from >= followed.valid_to
    or followed.next_from < followed.valid_to
