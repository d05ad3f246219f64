"""The jobs by hand in Polars, as somebody would write them who knows it well."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from strata.bench.engines import Clock, Spent

Given = Callable[[str], pl.LazyFrame]
Frames = dict[str, pl.LazyFrame]
PERSON_DATE = ["user_key", "as_of_date"]
NUMBER = pl.Float64


def make(folder: Path, threads: int) -> Spent:
    """Make the tables of a job as Parquet files; returns what it took.

    The threads are those that POLARS_MAX_THREADS said as Polars was imported.
    """
    assert pl.thread_pool_size() == threads
    given, made = folder / "given", folder / "made/polars"
    clock = Clock()
    frames = MAKERS[folder.name](
        lambda name: pl.scan_parquet(given / f"{name}.parquet")
    )
    results = pl.collect_all(list(frames.values()), engine="streaming")
    for name, frame in zip(frames, results, strict=True):
        frame.write_parquet(made / f"{name}.parquet")
    return clock.spent()


def sessions(given: Given) -> Frames:
    """Silence longer than the gap of the platform opens a session."""
    keys = ["user_key", "platform"]
    settings = given("core_platforms").drop("engaged_event_count", "engaged_seconds")
    spaced = (
        given("core_owned_events")
        .join(settings, on="platform")
        .sort("user_key", "platform", "event_at", "event_id")
        .with_columns(
            opens=(
                (pl.col("user_key") != pl.col("user_key").shift())
                | (pl.col("platform") != pl.col("platform").shift())
                | (
                    pl.col("event_at") - pl.col("event_at").shift()
                    > pl.duration(seconds="session_gap_seconds")
                )
            ).fill_null(True)
        )
    )
    opened = spaced.with_columns(
        run_key=pl.when("opens").then("event_id").forward_fill(),
        opened_at=pl.when("opens").then("event_at").forward_fill(),
    ).with_columns(
        piece=(pl.col("event_at") - pl.col("opened_at")).dt.total_seconds()
        // pl.col("max_session_seconds")
    )
    events = opened.with_columns(
        session_key=pl.col("event_id").first().over("run_key", "piece")
    ).drop("opens", "opened_at", "piece", "session_gap_seconds", "max_session_seconds")
    events = events.collect(engine="streaming").lazy()
    started, ended = pl.col("event_at").min(), pl.col("event_at").max()
    converts = pl.col("event_type").is_in(["purchase", "sign_up"]).any()
    visits = events.group_by("session_key", "run_key", *keys, maintain_order=True).agg(
        started_at=started,
        ended_at=ended,
        identified_at=pl.col("event_at").filter("is_identified").min(),
        event_count=pl.len(),
        page_view_count=(pl.col("event_type") == "page_view").sum(),
        has_conversion=converts,
        landing_page=pl.col("page").drop_nulls().first(),
        exit_page=pl.col("page").drop_nulls().last(),
        traffic_source=pl.col("traffic_source").drop_nulls().first(),
    )
    engaged = given("core_platforms").select(
        "platform", "engaged_event_count", "engaged_seconds"
    )
    channels = given("core_traffic_sources").select("traffic_source", "channel")
    visits = (
        visits.with_columns(
            session_date=pl.col("started_at").dt.date(),
            duration_seconds=(
                pl.col("ended_at") - pl.col("started_at")
            ).dt.total_seconds(),
        )
        .join(engaged, on="platform")
        .join(channels, on="traffic_source")
        .with_columns(
            is_bounce=pl.col("event_count") == 1,
            is_engaged=pl.col("has_conversion")
            | (pl.col("event_count") >= pl.col("engaged_event_count"))
            | (pl.col("duration_seconds") >= pl.col("engaged_seconds")),
        )
    )
    return {"core_events": events, "core_sessions": visits}


def person_days(given: Given) -> Frames:
    """Events, sessions and orders of a person and a day."""
    day = ["user_key", "activity_date"]
    kinds = {
        "page_view_count": "page_view",
        "product_view_count": "product_view",
        "search_count": "search",
        "cart_count": "add_to_cart",
        "content_view_count": "content_view",
        "content_publish_count": "content_publish",
        "share_count": "share",
    }
    night = given("stg_strata__day_parts").filter(pl.col("day_part") == "night")
    hours = night.select("hour").collect()["hour"].to_list()
    events = (
        given("core_events")
        .group_by("user_key", activity_date="event_date")
        .agg(
            pl.len().alias("event_count"),
            *((pl.col("event_type") == v).sum().alias(k) for k, v in kinds.items()),
            night_event_count=pl.col("event_at").dt.hour().is_in(hours).sum(),
        )
    )
    sessions = (
        given("core_session_days")
        .group_by(day)
        .agg(
            session_count=pl.col("is_first_day").sum(),
            engaged_session_count=(pl.col("is_first_day") & pl.col("is_engaged")).sum(),
            session_seconds=pl.col("duration_seconds").sum(),
        )
    )
    stands = ~pl.col("is_cancelled")
    amounts = ("gross_amount", "discount_amount", "refunded_amount")
    orders = (
        given("core_orders")
        .group_by("user_key", activity_date="order_date")
        .agg(
            stands.sum().alias("order_count"),
            *(pl.col(name).filter(stands).sum() for name in amounts),
            pl.col("net_amount").sum(),
        )
    )
    days = events.join(sessions, on=day, how="full", coalesce=True)
    days = days.join(orders, on=day, how="full", coalesce=True)
    return {"core_user_days": days.with_columns(pl.exclude(day).fill_null(0))}


def snapshots(given: Given) -> Frames:
    """What people did and bought before the end of each month."""
    spine = given("feat_touched_snapshots").filter("is_written").select(PERSON_DATE)
    dates = spine.select("as_of_date").unique().collect()["as_of_date"].sort()
    return {
        "feat_user_activity": _activity(given, list(dates)).join(
            spine, on=PERSON_DATE, how="semi"
        ),
        "feat_user_orders": _orders(given, list(dates)).join(
            spine, on=PERSON_DATE, how="semi"
        ),
    }


def _activity(given: Given, dates: list[date]) -> pl.LazyFrame:
    """The last 90 days of each date."""
    ago = (pl.col("as_of_date") - pl.col("activity_date")).dt.total_days()
    recent, weekend = ago < 30, pl.col("activity_date").dt.weekday() >= 6
    days = given("core_user_days")
    parts = [
        days.filter(
            pl.col("activity_date") <= each,
            pl.col("activity_date") > each - timedelta(days=90),
        )
        .with_columns(as_of_date=pl.lit(each))
        .group_by(PERSON_DATE)
        .agg(
            (ago < 7).sum().alias("active_day_count_7d"),
            recent.sum().alias("active_day_count_30d"),
            ago.is_between(30, 59).sum().alias("active_day_count_previous_30d"),
            pl.len().alias("active_day_count_90d"),
            *(
                pl.col(name).filter(recent).sum().alias(f"{name}_30d")
                for name in (
                    "event_count",
                    "session_count",
                    "product_view_count",
                    "cart_count",
                )
            ),
            *(
                pl.col(name).sum().alias(f"{name}_90d")
                for name in (
                    "event_count",
                    "session_count",
                    "engaged_session_count",
                    "session_seconds",
                    "search_count",
                    "content_view_count",
                    "content_publish_count",
                    "share_count",
                    "night_event_count",
                )
            ),
            pl.col("event_count").filter(weekend).sum().alias("weekend_event_count"),
        )
        for each in dates
    ]
    sessions = _not_zero("session_count_90d")
    events = _not_zero("event_count_90d")
    return pl.concat(parts).with_columns(
        engaged_session_rate_90d=pl.col("engaged_session_count_90d") / sessions,
        events_per_session_90d=pl.col("event_count_90d") / sessions,
        seconds_per_session_90d=pl.col("session_seconds_90d") / sessions,
        night_event_rate_90d=pl.col("night_event_count_90d") / events,
        weekend_event_rate_90d=pl.col("weekend_event_count") / events,
        search_event_rate_90d=pl.col("search_count_90d") / events,
    )


def _orders(given: Given, dates: list[date]) -> pl.LazyFrame:
    """The orders as they stood on each date."""
    amounts = ["gross_amount", "discount_amount", "refunded_amount", "net_amount"]
    order = ["user_key", "as_of_date", "order_key", "order_date", "business_line"]
    entries = given("core_order_entries")
    holidays = given("stg_strata__holidays").select("date").collect()["date"].to_list()
    standing = pl.concat(
        [
            entries.filter(pl.col("entry_date") <= each)
            .with_columns(as_of_date=pl.lit(each))
            .group_by(order)
            .agg(pl.col("order_count", *amounts).sum())
            .filter(pl.col("order_count") > 0)
            for each in dates
        ]
    )
    ago = (pl.col("as_of_date") - pl.col("order_date")).dt.total_days()
    year = ago < 365
    net = pl.col("net_amount")
    counted = standing.group_by(PERSON_DATE).agg(
        order_count_lifetime=pl.len(),
        order_day_count_lifetime=pl.col("order_date").n_unique(),
        order_count_365d=year.sum(),
        order_count_90d=(ago < 90).sum(),
        order_count_30d=(ago < 30).sum(),
        net_amount_lifetime=net.sum(),
        net_amount_365d=net.filter(year).sum(),
        net_amount_90d=net.filter(ago < 90).sum(),
        net_amount_30d=net.filter(ago < 30).sum(),
        gross=pl.col("gross_amount").filter(year).sum(),
        discount=pl.col("discount_amount").filter(year).sum(),
        refunded=pl.col("refunded_amount").filter(year).sum(),
        max_order_amount_365d=net.filter(year).max(),
        discounted=(year & (pl.col("discount_amount") > 0)).sum(),
        holiday=(year & pl.col("order_date").is_in(holidays)).sum(),
        business_line_count_365d=pl.col("business_line")
        .filter(year)
        .drop_nulls()
        .n_unique(),
        days_since_last_order=ago.min(),
        days_since_first_order=ago.max(),
    )
    orders = _not_zero("order_count_365d")
    gross, discount = pl.col("gross"), pl.col("discount")
    paid = (gross - discount).cast(NUMBER)
    between = pl.col("days_since_first_order") - pl.col("days_since_last_order")
    days = pl.col("order_day_count_lifetime").cast(pl.Int64) - 1
    ratios = counted.with_columns(
        net_amount_per_order_365d=pl.col("net_amount_365d").cast(NUMBER) / orders,
        discount_rate_365d=discount.cast(NUMBER)
        / pl.when(gross > 0).then(gross.cast(NUMBER)),
        discounted_order_rate_365d=pl.col("discounted") / orders,
        refund_rate_365d=pl.col("refunded").cast(NUMBER)
        / pl.when(paid != 0).then(paid),
        holiday_order_rate_365d=pl.col("holiday") / orders,
        days_between_orders=between / pl.when(days != 0).then(days),
    )
    return ratios.join(
        given("feat_user_items"), on=PERSON_DATE, how="left"
    ).with_columns(pl.col("category_count_365d").fill_null(0))


def rfm(given: Given) -> Frames:
    """Five bands of three values among the buyers of each date who may be scored."""
    values = {
        "recency": (pl.col("days_since_last_order"), True),
        "frequency": (pl.col("order_day_count_lifetime"), False),
        "monetary": (pl.col("net_amount_lifetime"), False),
    }
    refusals = given("feat_user_consents").filter(
        ~pl.col("is_granted"), pl.col("purpose") == "profiling"
    )
    refused = (
        given("feat_user_snapshots")
        .select(PERSON_DATE)
        .join(refusals, on="user_key")
        .filter(
            pl.col("as_of_date") >= pl.col("valid_from"),
            pl.col("as_of_date") < pl.col("valid_to"),
        )
    )
    buyers = (
        given("feat_user_snapshots")
        .filter(pl.col("order_count_lifetime") > 0)
        .join(refused, on=PERSON_DATE, how="anti")
    )
    scores = []
    for name, (value, is_low_better) in values.items():
        worse = value.rank("min", descending=is_low_better).over("as_of_date") - 1
        users = pl.len().over("as_of_date")
        score = 1 + (worse.cast(pl.Int64) * 5 / users).floor().cast(pl.Int64)
        scores.append(score.alias(f"{name}_score"))
    scored = buyers.select(
        *PERSON_DATE,
        "is_current",
        *(v.cast(pl.Float64).alias(f"{n}_value") for n, (v, _) in values.items()),
        *scores,
    )
    boxes = given("stg_strata__rfm_segments").collect().to_dicts()
    segment = pl.lit(None, dtype=pl.String)
    for box in boxes:
        inside = pl.lit(True)
        for letter, name in zip("rfm", values, strict=True):
            inside &= pl.col(f"{name}_score").is_between(
                box[f"{letter}_low"], box[f"{letter}_high"]
            )
        segment = pl.when(inside).then(pl.lit(box["segment_code"])).otherwise(segment)
    return {"score_user_rfm": scored.with_columns(segment_code=segment)}


def funnel(given: Given) -> Frames:
    """The next step after each entry, as long as it is within a day of the entry."""
    events = given("core_events").select("user_key", "event_name", "event_at")
    reached, chain = [], None
    for number, step in enumerate(("add_to_cart", "begin_checkout", "purchase"), 1):
        here = (
            events.filter(pl.col("event_name") == step)
            .select("user_key", pl.col("event_at").alias(f"at_{number}"))
            .sort(f"at_{number}")
        )
        if chain is None:
            chain = here
        else:
            chain = chain.join_asof(
                here,
                left_on=f"at_{number - 1}",
                right_on=f"at_{number}",
                by="user_key",
                strategy="forward",
                check_sortedness=False,
            ).filter(pl.col(f"at_{number}") <= pl.col("at_1") + pl.duration(days=1))
            chain = chain.sort(f"at_{number}")
        reached.append(chain.select("user_key", level=pl.lit(number)))
    levels = pl.concat(reached).group_by("user_key").agg(pl.col("level").max())
    return {"metric_funnel_attempts": levels}


def retention(given: Given) -> Frames:
    """Weeks of first activity by weeks of return."""
    (today,) = given("core_clock").select("as_of_date").collect()["as_of_date"]
    weeks = (
        given("core_user_days")
        .select("user_key", week=pl.col("activity_date").dt.truncate("1w"))
        .unique()
        .with_columns(cohort_date=pl.col("week").min().over("user_key"))
    )
    number = (pl.col("week") - pl.col("cohort_date")).dt.total_days() // 7
    returned = (
        weeks.group_by("cohort_date", period_number=number)
        .agg(retained_users=pl.len())
        .filter(pl.col("period_number") <= 12)
    )
    this_week = today - timedelta(days=today.weekday())
    tomorrow = today + timedelta(days=1)
    next_week = tomorrow - timedelta(days=tomorrow.weekday())
    begun = (pl.lit(this_week) - pl.col("cohort_date")).dt.total_days() // 7 + 1
    complete = (pl.lit(next_week) - pl.col("cohort_date")).dt.total_days() // 7
    is_over = complete > pl.col("period_number")
    matrix = (
        returned.filter(pl.col("period_number") == 0)
        .select("cohort_date", cohort_users="retained_users")
        .join(pl.LazyFrame({"period_number": range(13)}), how="cross")
        .filter(begun > pl.col("period_number"))
        .join(returned, on=["cohort_date", "period_number"], how="left")
        .with_columns(pl.col("retained_users").fill_null(0))
        .with_columns(
            mature_users=pl.when(is_over).then("cohort_users").otherwise(0),
            mature_retained_users=pl.when(is_over).then("retained_users").otherwise(0),
        )
        .with_columns(
            definition_code=pl.lit("activity_weekly"),
            cohort_hour=pl.lit(0),
            retention_rate=pl.col("mature_retained_users") / _not_zero("mature_users"),
            is_mature=pl.col("mature_users") == pl.col("cohort_users"),
        )
    )
    return {"metric_retention_cohorts": matrix}


def _not_zero(name: str) -> pl.Expr:
    """A column, null where it is zero."""
    return pl.when(pl.col(name) != 0).then(pl.col(name))


MAKERS = {
    "sessions": sessions,
    "person_days": person_days,
    "snapshots": snapshots,
    "rfm": rfm,
    "funnel": funnel,
    "retention": retention,
}
