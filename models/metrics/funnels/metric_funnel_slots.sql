with entries as (
    select *
    from {{ ref('metric_funnel_entries') }}
    where order_mode = 'any'
),

covers as (
    select * from {{ ref('metric_funnel_covers') }}
),

-- An event that serves one of several steps is one event.
events as (
    select
        entries.funnel_number,
        entries.chain_key,
        entries.event_key,
        entries.served_steps,
        entries.moment,
        min(entries.place_key) as entry_key,
        bool_or(entries.is_entry) as is_entry,
        min(entries.barred_moment) as barred_moment,
        min(entries.barred_by) as barred_by
    from entries
    group by
        entries.funnel_number,
        entries.chain_key,
        entries.event_key,
        entries.served_steps,
        entries.moment
),

beyond as (
    select
        events.*,
        covers.kin,
        covers.cover,
        covers.cover_size,
        covers.kin_size,
        case
            when
                (events.served_steps & covers.kin_steps) > 0
                and (events.served_steps & covers.cover) != events.served_steps
                then 1
            else 0
        end as is_beyond
    from events
    inner join covers on events.funnel_number = covers.funnel_number
),

counted as (
    select
        beyond.*,
        cast(sum(beyond.is_beyond) over (
            partition by
                beyond.funnel_number, beyond.chain_key, beyond.kin, beyond.cover
            order by beyond.moment, beyond.entry_key, beyond.event_key
            rows between unbounded preceding and current row
        ) as bigint) as number,
        cast(coalesce(sum(beyond.is_beyond) over (
            partition by
                beyond.funnel_number, beyond.chain_key, beyond.kin, beyond.cover
            order by beyond.moment
            range between unbounded preceding and 1 preceding
        ), 0) as bigint) as earlier
    from beyond
),

-- Step n of an attempt is done once each set of fewer steps, with as many events
-- besides, makes n.
final as (
    select
        opened.funnel_number,
        opened.chain_key,
        opened.entry_key,
        opened.event_key,
        opened.moment as entry_moment,
        opened.barred_moment,
        opened.barred_by,
        opened.kin,
        opened.cover_size + series.number + 1 as slot,
        case when count(*) = count(later.moment) then max(later.moment) end as moment
    from counted as opened
    inner join {{ strata__series(strata__funnel_length()) }} as series
        on opened.kin_size - opened.cover_size > series.number
    left join counted as later
        on
            opened.funnel_number = later.funnel_number
            and opened.chain_key = later.chain_key
            and opened.kin = later.kin
            and opened.cover = later.cover
            and opened.earlier + series.number + 1 = later.number
            and later.is_beyond = 1
    where opened.is_entry
    group by
        opened.funnel_number,
        opened.chain_key,
        opened.entry_key,
        opened.event_key,
        opened.moment,
        opened.barred_moment,
        opened.barred_by,
        opened.kin,
        opened.cover_size + series.number + 1
)

select * from final
