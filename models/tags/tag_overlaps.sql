with statuses as (
    select *
    from {{ ref('tag_user_statuses') }}
    where is_current and status = 'assigned'
),

counted as (
    select
        statuses.tag_code,
        count(*) as user_count
    from statuses
    group by statuses.tag_code
),

pairs as (
    select
        statuses.tag_code,
        others.tag_code as other_tag_code,
        count(*) as shared_count
    from statuses
    inner join statuses as others
        on
            statuses.user_key = others.user_key
            and statuses.tag_code < others.tag_code
    group by statuses.tag_code, others.tag_code
),

turned as (
    select
        pairs.tag_code,
        pairs.other_tag_code,
        pairs.shared_count
    from pairs
    union all
    select
        pairs.other_tag_code as tag_code,
        pairs.tag_code as other_tag_code,
        pairs.shared_count
    from pairs
),

final as (
    select
        turned.tag_code,
        turned.other_tag_code,
        turned.shared_count,
        cast(turned.shared_count as double)
        / (counted.user_count + others.user_count - turned.shared_count)
            as overlap_rate
    from turned
    inner join counted on turned.tag_code = counted.tag_code
    inner join counted as others on turned.other_tag_code = others.tag_code
)

select * from final
