"""A small shop by hand, where a channel with cheap registrations is found out."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from warehouses import TARGET, Warehouse

pytestmark = pytest.mark.xdist_group("attribution")

OPENING = datetime(2024, 1, 10, 9)
DAY = timedelta(days=1)


def visit(person: str, day: int, source: str | None, name: str = "page_view") -> str:
    """The row of an event; with a source it comes from an advertisement."""
    at = OPENING + day * DAY
    said = f"'{source}', 'cpc', 'c-{source}', 'Look'"
    marks = said if source else "null, null, null, null"
    return (
        f"('{person}-{day}-{name}', '{person}', '{person}', '{name}',"
        f" timestamp '{at}', {marks})"
    )


def shop() -> Mapping[str, list[str]]:
    """The rows of the raw tables.

    Ten people come by baidu for 1.00 each and register; none of them is seen again.
    Four come by google for 5.00 each; three return after four weeks, and two of them
    buy. One comes without an advertisement; one only registers and is never seen.
    """
    cheap = [f"cheap{n}" for n in range(10)]
    dear = [f"dear{n}" for n in range(4)]
    events = [visit(person, 0, "baidu") for person in cheap]
    events += [visit(person, 0, "google") for person in dear]
    events += [visit(person, 27, None) for person in dear[:3]]
    events += [visit("walkin", 1, None), visit("walkin", 120, None)]
    registered = OPENING + timedelta(minutes=5)
    users = [f"('{person}', timestamp '{registered}')" for person in (*cheap, *dear)]
    users.append(f"('paper', timestamp '{registered}')")
    orders = [
        f"('o-{person}', '{person}', timestamp '{OPENING + day * DAY}', 'paid',"
        f" {gross})"
        for person, day, gross in (("dear0", 27, "15.00"), ("dear1", 28, "5.00"))
    ]
    spend = [
        f"(date '2024-01-10', 'paid_search', '{media}', 'search', 'LOOK', null,"
        f" 'c-{media}', {amount}, 1000, {clicks})"
        for media, amount, clicks in (("baidu", "10.00", 40), ("google", "20.00", 20))
    ]
    spend.append(
        "(date '2024-01-11', 'display', 'adnet', 'banner', null, null, null, 7.00, 9,"
        " 0)"
    )
    return {
        "events(event_id, anonymous_id, user_id, event_name, event_at, utm_source,"
        " utm_medium, utm_campaign, utm_content)": events,
        "users(user_id, registered_at)": users,
        "orders(order_id, user_id, ordered_at, status, gross_amount)": orders,
        "ad_spend(spend_date, channel, media, ad_type, ad_content, keyword,"
        " campaign_id, amount, impressions, clicks)": spend,
    }


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The shop, built; each search engine is a channel of its own."""
    warehouse = Warehouse(tmp_path_factory.mktemp("shop") / "strata.duckdb")
    statements = ["create schema raw"]
    for table, rows in shop().items():
        name, _, columns = table.partition("(")
        statements.append(
            f"create table raw.{name} as from (values {', '.join(rows)}) as t({columns}"
        )
    warehouse.execute(*statements)
    warehouse.seed()
    outcome = warehouse.dbt(
        "run",
        "--select",
        "+metric_acquisition",
        "+metric_acquisition_quality",
        "+metric_attribution_channels",
    )
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return warehouse


@pytest.fixture(scope="module")
def by_media(warehouse: Warehouse) -> Mapping[str, dict[str, Any]]:
    """The row of the opening day by media."""
    rows = warehouse.records(
        "from strata_metrics.metric_acquisition where date = date '2024-01-10'"
    )
    return {row["media"]: row for row in rows}


def test_cheap_registrations_that_never_return_show_it(
    by_media: Mapping[str, dict[str, Any]],
) -> None:
    cheap, dear = by_media["baidu"], by_media["google"]
    assert (cheap["cost_per_registration"], dear["cost_per_registration"]) == (1, 5)
    assert (cheap["retention_rate_30d"], dear["retention_rate_30d"]) == (0, 0.75)
    assert (cheap["retained_90d"], dear["retained_90d"]) == (0, 0)
    assert (cheap["value_30d"], dear["value_30d"]) == (0, 20)
    assert (cheap["buyers"], dear["buyers"]) == (0, 2)


def test_paid_back_is_the_day_on_which_the_last_cent_came(
    by_media: Mapping[str, dict[str, Any]],
) -> None:
    assert by_media["baidu"]["payback_days"] is None
    assert by_media["google"]["payback_days"] == 28


def test_marks_meet_whatever_their_case(
    by_media: Mapping[str, dict[str, Any]],
) -> None:
    said = {
        media: (row["ad_type"], row["ad_content"]) for media, row in by_media.items()
    }
    assert said["baidu"] == said["google"] == ("search", "look")
    assert by_media["baidu"]["clicks"] == 40


def test_a_first_order_counts_on_its_own_day(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select date, media, first_orders, cac from strata_metrics.metric_acquisition"
        " where first_orders > 0 order by date"
    )
    assert rows == [
        (date(2024, 2, 6), "google", 1, 0.0),
        (date(2024, 2, 7), "google", 1, 0.0),
    ]


def test_who_was_never_seen_is_unattributed_and_spend_for_nobody_stays(
    warehouse: Warehouse, by_media: Mapping[str, dict[str, Any]]
) -> None:
    none = by_media["(none)"]
    assert (none["channel"], none["registrations"]) == ("(unattributed)", 1)
    rows = warehouse.rows(
        "select visitors, spend, cac from strata_metrics.metric_acquisition"
        " where media = 'adnet'"
    )
    assert rows == [(0, 7, None)]


def test_the_quality_of_a_channel_is_told_by_month(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select channel, visitors, registrations, retained_users, spend, cac,"
        " payback_days from strata_metrics.metric_acquisition_quality"
        " where horizon_days = 30 order by channel"
    )
    assert rows == [
        ("(unattributed)", 1, 1, 0, 0, None, None),
        ("all", 16, 15, 3, 37, 18.5, None),
        ("direct", 1, 0, 0, 0, None, None),
        ("display", 0, 0, 0, 7, None, None),
        ("paid_search", 14, 14, 3, 30, 15.0, None),
    ]


def test_a_registration_on_paper_has_no_touch(warehouse: Warehouse) -> None:
    rows = warehouse.rows(
        "select channel, credited_conversions"
        " from strata_metrics.metric_attribution_channels"
        " where definition_code = 'registration' and model_code = 'linear'"
        " and period_grain = 'lifetime' and credited_conversions > 0 order by channel"
    )
    assert rows == [("(unattributed)", 1.0), ("paid_search", 14.0)]


def test_the_analysis_puts_the_people_who_stay_first(warehouse: Warehouse) -> None:
    outcome = warehouse.dbt(
        "compile", "--select", "which_channels_bring_people_who_stay"
    )
    assert outcome.success, outcome.messages[-5:]
    name = "which_channels_bring_people_who_stay.sql"
    query = (TARGET / "compiled/strata/analyses" / name).read_text("utf-8")
    assert next(row[0] for row in warehouse.rows(query)) == "paid_search"
