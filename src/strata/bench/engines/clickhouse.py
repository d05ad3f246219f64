"""The jobs by hand in ClickHouse, through chdb."""

import tempfile
from pathlib import Path

from chdb.session import Session

from strata.bench.engines import Clock, Spent

SETTINGS = """
    max_threads = {threads}, join_use_nulls = 1,
    output_format_parquet_string_as_string = 1,
    output_format_parquet_date_as_uint16 = 0,
    output_format_parquet_compression_method = 'snappy'
"""


def make(folder: Path, threads: int) -> Spent:
    """Make the tables of a job as Parquet files; returns what it took."""
    settings = SETTINGS.format(threads=threads)
    with tempfile.TemporaryDirectory(dir=folder) as place, Session(place) as session:
        session.query("create database work")
        session.query("use work")
        clock = Clock()
        for target, query in MAKERS[folder.name]:
            query = query.replace("{given}", str(folder / "given"))
            if target.startswith("table "):
                head = f"create {target} engine = Memory as "
                tail = ""
            else:
                head = ""
                file = folder / f"made/clickhouse/{target}.parquet"
                tail = f" into outfile '{file}' truncate format Parquet"
            session.query(f"{head}{query}{tail} settings {settings}")
        return clock.spent()


SESSIONS = (
    (
        "table sessioned",
        """
        with spaced as (
            select
                events.*,
                platforms.gap as gap,
                platforms.longest as longest,
                lagInFrame(toNullable(events.event_at)) over turn as previous_at
            from file('{given}/core_owned_events.parquet') as events
            inner join (
                select
                    platform as name,
                    session_gap_seconds as gap,
                    max_session_seconds as longest
                from file('{given}/core_platforms.parquet')
            ) as platforms on events.platform = platforms.name
            window turn as (
                partition by events.user_key, events.platform
                order by events.event_at, events.event_id
                rows between 1 preceding and current row
            )
        ),

        opened as (
            select
                spaced.*,
                previous_at is null
                or dateDiff('microsecond', assumeNotNull(previous_at), event_at)
                > gap * 1000000 as opens
            from spaced
        ),

        grouped as (
            select
                opened.* except (gap, previous_at, opens),
                anyLast(if(opens, event_id, null)) over run as run_key,
                anyLast(if(opens, event_at, null)) over run as opened_at
            from opened
            window run as (
                partition by user_key, platform
                order by event_at, event_id
                rows between unbounded preceding and current row
            )
        ),

        cut as (
            select
                grouped.* except (longest, opened_at),
                intDiv(dateDiff('microsecond', opened_at, event_at), longest * 1000000)
                    as piece
            from grouped
        )

        select
            cut.*,
            first_value(event_id) over (
                partition by run_key, piece order by event_at, event_id
            ) as session_key
        from cut
        """,
    ),
    ("core_events", "select * except (piece) from sessioned"),
    (
        "core_sessions",
        """
        with visits as (
            select
                session_key,
                run_key,
                user_key,
                platform,
                min(event_at) as started_at,
                max(event_at) as ended_at,
                minIf(toNullable(event_at), is_identified) as identified_at,
                count() as event_count,
                countIf(event_type = 'page_view') as page_view_count,
                countIf(event_type in ('purchase', 'sign_up')) > 0 as has_conversion,
                argMin(page, (event_at, event_id)) as landing_page,
                argMax(page, (event_at, event_id)) as exit_page,
                argMin(traffic_source, (event_at, event_id)) as traffic_source
            from sessioned
            group by session_key, run_key, user_key, platform
        )

        select
            visits.*,
            toDate32(started_at) as session_date,
            intDiv(dateDiff('microsecond', started_at, ended_at), 1000000)
                as duration_seconds,
            channels.channel as channel,
            event_count = 1 as is_bounce,
            has_conversion
            or event_count >= platforms.enough_events
            or duration_seconds >= platforms.enough_seconds as is_engaged
        from visits
        inner join (
            select
                platform as name,
                engaged_event_count as enough_events,
                engaged_seconds as enough_seconds
            from file('{given}/core_platforms.parquet')
        ) as platforms on visits.platform = platforms.name
        inner join (
            select traffic_source as name, channel
            from file('{given}/core_traffic_sources.parquet')
        ) as channels on visits.traffic_source = channels.name
        """,
    ),
)

PERSON_DAYS = (
    (
        "core_user_days",
        """
        select
            user_key,
            activity_date,
            sum(event_count) as event_count,
            sum(page_view_count) as page_view_count,
            sum(product_view_count) as product_view_count,
            sum(search_count) as search_count,
            sum(cart_count) as cart_count,
            sum(content_view_count) as content_view_count,
            sum(content_publish_count) as content_publish_count,
            sum(share_count) as share_count,
            sum(night_event_count) as night_event_count,
            sum(session_count) as session_count,
            sum(engaged_session_count) as engaged_session_count,
            sum(session_seconds) as session_seconds,
            sum(order_count) as order_count,
            sum(gross_amount) as gross_amount,
            sum(discount_amount) as discount_amount,
            sum(refunded_amount) as refunded_amount,
            sum(net_amount) as net_amount
        from (
            select
                user_key,
                event_date as activity_date,
                count() as event_count,
                countIf(event_type = 'page_view') as page_view_count,
                countIf(event_type = 'product_view') as product_view_count,
                countIf(event_type = 'search') as search_count,
                countIf(event_type = 'add_to_cart') as cart_count,
                countIf(event_type = 'content_view') as content_view_count,
                countIf(event_type = 'content_publish') as content_publish_count,
                countIf(event_type = 'share') as share_count,
                countIf(toHour(event_at) in (
                    select hour from file('{given}/stg_strata__day_parts.parquet')
                    where day_part = 'night'
                )) as night_event_count,
                0 as session_count,
                0 as engaged_session_count,
                0 as session_seconds,
                0 as order_count,
                toDecimal64(0, 2) as gross_amount,
                toDecimal64(0, 2) as discount_amount,
                toDecimal64(0, 2) as refunded_amount,
                toDecimal64(0, 2) as net_amount
            from file('{given}/core_events.parquet')
            group by user_key, event_date
            union all
            select
                user_key, activity_date, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                countIf(is_first_day),
                countIf(is_first_day and is_engaged),
                sum(duration_seconds),
                0, 0, 0, 0, 0
            from file('{given}/core_session_days.parquet')
            group by user_key, activity_date
            union all
            select
                user_key, order_date, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                countIf(not is_cancelled),
                sumIf(gross_amount, not is_cancelled),
                sumIf(discount_amount, not is_cancelled),
                sumIf(refunded_amount, not is_cancelled),
                sum(net_amount)
            from file('{given}/core_orders.parquet')
            group by user_key, order_date
        )
        group by user_key, activity_date
        """,
    ),
)

SNAPSHOTS = (
    (
        "table spine",
        """
        select user_key, as_of_date
        from file('{given}/feat_touched_snapshots.parquet')
        where is_written
        """,
    ),
    (
        "feat_user_activity",
        """
        with
        (select groupUniqArray(as_of_date) from spine) as dates,

        windowed as (
            select
                days.*,
                arrayJoin(arrayFilter(
                    x -> x >= activity_date and x < activity_date + 90, dates
                )) as as_of_date,
                dateDiff('day', activity_date, as_of_date) as days_ago,
                toDayOfWeek(activity_date) >= 6 as is_weekend
            from file('{given}/core_user_days.parquet') as days
        )

        select
            user_key,
            as_of_date,
            countIf(days_ago < 7) as active_day_count_7d,
            countIf(days_ago < 30) as active_day_count_30d,
            countIf(days_ago between 30 and 59) as active_day_count_previous_30d,
            count() as active_day_count_90d,
            sumIf(event_count, days_ago < 30) as event_count_30d,
            sum(event_count) as event_count_90d,
            sumIf(session_count, days_ago < 30) as session_count_30d,
            sum(session_count) as session_count_90d,
            sum(engaged_session_count) / nullIf(session_count_90d, 0)
                as engaged_session_rate_90d,
            event_count_90d / nullIf(session_count_90d, 0) as events_per_session_90d,
            sum(session_seconds) / nullIf(session_count_90d, 0)
                as seconds_per_session_90d,
            sumIf(product_view_count, days_ago < 30) as product_view_count_30d,
            sum(search_count) as search_count_90d,
            sumIf(cart_count, days_ago < 30) as cart_count_30d,
            sum(content_view_count) as content_view_count_90d,
            sum(content_publish_count) as content_publish_count_90d,
            sum(share_count) as share_count_90d,
            sum(night_event_count) / nullIf(event_count_90d, 0)
                as night_event_rate_90d,
            sumIf(event_count, is_weekend) / nullIf(event_count_90d, 0)
                as weekend_event_rate_90d,
            search_count_90d / nullIf(event_count_90d, 0) as search_event_rate_90d
        from windowed
        where (user_key, as_of_date) in (select user_key, as_of_date from spine)
        group by user_key, as_of_date
        """,
    ),
    (
        "feat_user_orders",
        """
        with
        (select groupUniqArray(as_of_date) from spine) as dates,

        standing as (
            select
                user_key,
                arrayJoin(arrayFilter(x -> x >= entry_date, dates)) as as_of_date,
                order_key,
                order_date,
                business_line,
                dateDiff('day', order_date, as_of_date) as days_ago,
                sum(gross_amount) as gross,
                sum(discount_amount) as discount,
                sum(refunded_amount) as refunded,
                sum(net_amount) as net
            from file('{given}/core_order_entries.parquet')
            where (user_key, as_of_date) in (select user_key, as_of_date from spine)
            group by user_key, as_of_date, order_key, order_date, business_line
            having sum(order_count) > 0
        ),

        counted as (
            select
                user_key,
                as_of_date,
                count() as order_count_lifetime,
                uniqExact(order_date) as order_day_count_lifetime,
                countIf(days_ago < 365) as order_count_365d,
                countIf(days_ago < 90) as order_count_90d,
                countIf(days_ago < 30) as order_count_30d,
                sum(net) as net_amount_lifetime,
                sumIf(net, days_ago < 365) as net_amount_365d,
                sumIf(net, days_ago < 90) as net_amount_90d,
                sumIf(net, days_ago < 30) as net_amount_30d,
                sumIf(gross, days_ago < 365) as gross_365d,
                sumIf(discount, days_ago < 365) as discount_365d,
                sumIf(refunded, days_ago < 365) as refunded_365d,
                maxOrNullIf(net, days_ago < 365) as max_order_amount_365d,
                countIf(days_ago < 365 and discount > 0) as discounted,
                countIf(days_ago < 365 and order_date in (
                    select date from file('{given}/stg_strata__holidays.parquet')
                )) as holiday,
                uniqExactIf(business_line, days_ago < 365) as business_line_count_365d,
                min(days_ago) as days_since_last_order,
                max(days_ago) as days_since_first_order
            from standing
            group by user_key, as_of_date
        )

        select
            counted.* except (
                gross_365d, discount_365d, refunded_365d, discounted, holiday
            ),
            toFloat64(net_amount_365d) / nullIf(order_count_365d, 0)
                as net_amount_per_order_365d,
            toFloat64(discount_365d) / nullIf(toFloat64(gross_365d), 0)
                as discount_rate_365d,
            discounted / nullIf(order_count_365d, 0) as discounted_order_rate_365d,
            toFloat64(refunded_365d) / nullIf(toFloat64(gross_365d - discount_365d), 0)
                as refund_rate_365d,
            holiday / nullIf(order_count_365d, 0) as holiday_order_rate_365d,
            (days_since_first_order - days_since_last_order)
            / nullIf(order_day_count_lifetime - 1, 0) as days_between_orders,
            coalesce(items.category_count_365d, 0) as category_count_365d,
            items.* except (user_key, as_of_date, category_count_365d)
        from counted
        left join file('{given}/feat_user_items.parquet') as items
            on
                counted.user_key = items.user_key
                and counted.as_of_date = items.as_of_date
        """,
    ),
)

RFM = (
    (
        "score_user_rfm",
        """
        with ranked as (
            select
                user_key,
                as_of_date,
                is_current,
                toFloat64(days_since_last_order) as recency_value,
                toFloat64(order_day_count_lifetime) as frequency_value,
                toFloat64(net_amount_lifetime) as monetary_value,
                count() over (partition by as_of_date) as users,
                rank() over (partition by as_of_date order by recency_value desc) - 1
                    as r,
                rank() over (partition by as_of_date order by frequency_value) - 1 as f,
                rank() over (partition by as_of_date order by monetary_value) - 1 as m
            from file('{given}/feat_user_snapshots.parquet')
            where
                order_count_lifetime > 0
                and (user_key, as_of_date) not in (
                    select snapshots.user_key, snapshots.as_of_date
                    from file('{given}/feat_user_snapshots.parquet') as snapshots
                    inner join (
                        select user_key, valid_from, valid_to
                        from file('{given}/feat_user_consents.parquet')
                        where not is_granted and purpose = 'profiling'
                    ) as refusals on snapshots.user_key = refusals.user_key
                    where
                        snapshots.as_of_date >= refusals.valid_from
                        and snapshots.as_of_date < refusals.valid_to
                )
        ),

        scored as (
            select
                ranked.* except (users, r, f, m),
                1 + toInt64(floor(5 * r / users)) as recency_score,
                1 + toInt64(floor(5 * f / users)) as frequency_score,
                1 + toInt64(floor(5 * m / users)) as monetary_score
            from ranked
        )

        select scored.*, segments.segment_code as segment_code
        from scored
        left join (
            select
                segment_code,
                arrayJoin(range(toUInt8(r_low), toUInt8(r_high + 1))) as r,
                arrayJoin(range(toUInt8(f_low), toUInt8(f_high + 1))) as f,
                arrayJoin(range(toUInt8(m_low), toUInt8(m_high + 1))) as m
            from file('{given}/stg_strata__rfm_segments.parquet')
        ) as segments
            on
                scored.recency_score = segments.r
                and scored.frequency_score = segments.f
                and scored.monetary_score = segments.m
        """,
    ),
)

FUNNEL = (
    (
        "metric_funnel_attempts",
        """
        select user_key, level
        from (
            select
                user_key,
                windowFunnel(86400000000, 'strict_once')(
                    toUInt64(toUnixTimestamp64Micro(event_at)),
                    event_name = 'add_to_cart',
                    event_name = 'begin_checkout',
                    event_name = 'purchase'
                ) as level
            from file('{given}/core_events.parquet')
            where event_name in ('add_to_cart', 'begin_checkout', 'purchase')
            group by user_key
        )
        where level > 0
        """,
    ),
)

RETENTION = (
    (
        "metric_retention_cohorts",
        """
        with
        (select as_of_date from file('{given}/core_clock.parquet')) as today,

        people as (
            select
                groupUniqArray(toMonday(activity_date)) as weeks,
                arrayMin(weeks) as cohort_date
            from file('{given}/core_user_days.parquet')
            group by user_key
        ),

        returned as (
            select
                cohort_date,
                intDiv(arrayJoin(weeks) - cohort_date, 7) as number,
                count() as users
            from people
            group by cohort_date, number
        ),

        cells as (
            select
                cohort_date,
                users as cohort_users,
                arrayJoin(range(13)) as period_number,
                intDiv(toMonday(today + 1) - cohort_date, 7) > period_number as is_over
            from returned
            where number = 0
        )

        select
            'activity_weekly' as definition_code,
            cells.cohort_date as cohort_date,
            0 as cohort_hour,
            cells.period_number as period_number,
            cells.cohort_users as cohort_users,
            if(is_over, cells.cohort_users, 0) as mature_users,
            coalesce(returned.users, 0) as retained_users,
            if(is_over, retained_users, 0) as mature_retained_users,
            mature_retained_users / nullIf(mature_users, 0) as retention_rate,
            mature_users = cohort_users as is_mature
        from cells
        left join returned
            on
                cells.cohort_date = returned.cohort_date
                and cells.period_number = returned.number
        where intDiv(toMonday(today) - cells.cohort_date, 7) + 1 > cells.period_number
        """,
    ),
)

MAKERS = {
    "sessions": SESSIONS,
    "person_days": PERSON_DAYS,
    "snapshots": SNAPSHOTS,
    "rfm": RFM,
    "funnel": FUNNEL,
    "retention": RETENTION,
}
