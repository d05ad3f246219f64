"""What each mart of the spine must hold, row by row, and the key of a row."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from oracles import compare
from oracles.clock import is_month_end
from oracles.figures import read_figures
from oracles.identity import Person
from oracles.lateness import TIMES, read_delays, read_lateness
from oracles.orders import ZERO, Order, numbers
from oracles.people import ATTRIBUTES, Life, versions_by_day
from oracles.raw import read_contract
from oracles.retention import end_of, is_counted, period_start
from oracles.sessions import ABSENT, MARKS, channel_of, traffic_source
from oracles.spine import Record, Spine
from oracles.tags import (
    read_catalog,
    read_intervals,
    read_profiles,
    read_statuses,
)
from oracles.tiers import FALLS, OUTSIDE, Membership, Move

PERSON_DAY = ("person", "as_of_date")
PAIR = ("id_type_1", "id_1", "id_type_2", "id_2")


@dataclass(frozen=True)
class Mart:
    """A table of the warehouse, its key, and its rows by the oracles."""

    table: str
    key: Sequence[str]
    expected: Callable[[Spine], Iterable[Record]]
    found: Callable[[Spine, str], list[Record]] = Spine.mart

    def differences(self, spine: Spine) -> str:
        """What the warehouse says otherwise than the oracles."""
        found = self.found(spine, self.table)
        return compare.differences(found, self.expected(spine), self.key)


def _staging(table: str, key: Sequence[str], columns: Sequence[str]) -> Mart:
    """The staging table of a raw table."""
    return Mart(
        table=f"strata_staging.stg_strata__{table}",
        key=key,
        expected=lambda spine: [
            _with_defaults({name: row[name] for name in columns})
            for row in spine.kept(table)
        ],
        found=lambda spine, name: [_with_defaults(row) for row in spine.mart(name)],
    )


def _with_defaults(row: Record) -> Record:
    """A row with what null stands for."""
    meant = {"status": "paid", "is_internal": False}
    stated = {
        name: meant[name] if value is None and name in meant else value
        for name, value in row.items()
    }
    if "discount_amount" in stated:
        stated["discount_amount"] = stated["discount_amount"] or ZERO
    return stated


STAGING = {
    table.name: _staging(
        table.name,
        (*table.key, "loaded_at") if table.keep == "every" else table.key,
        [column.name for column in table.columns],
    )
    for table in read_contract()
}


def _clock(spine: Spine) -> list[Record]:
    """The clock."""
    return [
        {"first_date": spine.clock.first_date, "as_of_date": spine.clock.as_of_date}
    ]


def _as_of_dates(spine: Spine) -> list[Record]:
    """The as-of dates."""
    return [
        {
            "as_of_date": day,
            "is_month_end": is_month_end(day),
            "is_current": day == spine.clock.as_of_date,
        }
        for day in spine.clock.as_of_dates
    ]


def _delays(spine: Spine) -> Iterator[Record]:
    """The rows of each source by days of happening and arrival, and delay."""
    delays = read_delays({source: spine.kept(source) for source in TIMES})
    for (source, happened, arrived, seconds), count in delays.items():
        yield {
            "source_table": source,
            "happened_date": happened,
            "arrived_date": arrived,
            "delay_seconds": seconds,
            "row_count": count,
        }


def _lateness(spine: Spine) -> Iterable[Record]:
    """The rows of each source by day of arrival and band of delay."""
    delays = read_delays({source: spine.kept(source) for source in TIMES})
    return read_lateness(delays, spine.rules.delay_bands)


def _identity_map(spine: Spine) -> list[Record]:
    """Whose each id is, and when."""
    return [owned._asdict() for owned in spine.identity.ownerships()]


def _identity_edges(spine: Spine) -> Iterator[Record]:
    """The edges between ids, kept or cut."""
    for edge in spine.identity.edges:
        yield {
            "id_type_1": edge.one.id_type,
            "id_1": edge.one.id,
            "id_type_2": edge.other.id_type,
            "id_2": edge.other.id,
            "source": edge.source,
            "first_seen_at": edge.first,
            "last_seen_at": edge.last,
            "observation_count": len(edge.times),
            "is_kept": edge.cut_reason is None,
            "cut_reason": edge.cut_reason,
        }


def _identity_components(spine: Spine) -> Iterator[Record]:
    """The person of every id that is somebody."""
    for each, person in spine.identity.person_of.items():
        yield {
            **each._asdict(),
            "canonical_id_type": person.id_type,
            "canonical_id": person.id,
            "user_key": person.key,
        }


def _identity_changes(spine: Spine) -> Iterator[Record]:
    """The ids that a merge moved, and what moved with them."""
    identity, day = spine.identity, spine.clock.as_of_date
    joins, events = identity.joins(), identity.event_counts()
    bought: defaultdict[Person, list[Order]] = defaultdict(list)
    for order in spine.orders:
        bought[Person("user_id", order.account)].append(order)
    for each, person in identity.person_of.items():
        if each == person or person in identity.absent:
            continue
        at, source = joins[each]
        yield {
            **each._asdict(),
            "from_user_key": each.key,
            "to_user_key": person.key,
            "changed_at": at,
            "source": source,
            "event_count": events[each],
            "order_count": len(bought[each]),
            "net_amount": sum((order.net(day) for order in bought[each]), ZERO),
        }


EVENT_COLUMNS = (
    "event_id",
    "event_name",
    "event_at",
    "loaded_at",
    "page",
    "product_id",
    "content_id",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "referrer",
    "properties",
)


def _events(spine: Spine) -> Iterator[Record]:
    """The events of persons."""
    for event in spine.events:
        yield {
            **{name: event.row[name] for name in EVENT_COLUMNS},
            "person": event.person,
            "is_identified": event.is_identified,
            "event_type": event.event_type,
            "event_date": event.day,
            "platform": event.platform,
            "traffic_source": traffic_source(event.row),
        }


def _traffic_sources(spine: Spine) -> Iterator[Record]:
    """The combinations of source, medium and referrer seen."""
    for marks in {tuple(event.row[name] for name in MARKS) for event in spine.events}:
        rule = channel_of(spine.rules.channels, marks)
        source, medium, referrer = (each or ABSENT for each in marks)
        yield {
            "traffic_source": f"{source} / {medium} / {referrer}",
            "source": source,
            "medium": medium,
            "referrer": referrer,
            "channel": rule["channel"],
            "is_paid": rule["is_paid"],
        }


def _sessions(spine: Spine) -> Iterator[Record]:
    """The sessions, by the set of their events."""
    for session in spine.sessions:
        pages = session.pages
        yield {
            "event_ids": frozenset(event.event_id for event in session.events),
            "session_key": session.events[0].event_id,
            "run_key": session.opening_event_id,
            "person": session.person,
            "started_at": session.started_at,
            "ended_at": session.ended_at,
            "identified_at": session.identified_at,
            "session_date": session.day,
            "duration_seconds": session.seconds,
            "event_count": len(session.events),
            "page_view_count": session.page_view_count,
            "platform": session.platform,
            "channel": session.channel,
            "traffic_source": session.traffic_source,
            "landing_page": pages[0] if pages else None,
            "exit_page": pages[-1] if pages else None,
            "has_conversion": session.has_conversion,
            "is_bounce": len(session.events) == 1,
            "is_engaged": session.is_engaged,
        }


def _orders(spine: Spine) -> Iterator[Record]:
    """The orders, net, with their numbers."""
    day = spine.clock.as_of_date
    placed = numbers(spine.orders, day)
    items: dict[str, list[float]] = {}
    for row in spine.kept("order_items"):
        items.setdefault(row["order_id"], []).append(row["quantity"])
    for order in spine.orders:
        order_number, purchase_number = placed.get(order.order_id, (None, None))
        yield {
            "order_id": order.order_id,
            "person": order.person,
            "ordered_at": order.ordered_at,
            "order_date": order.day,
            "cancelled_at": order.cancelled_at,
            "is_cancelled": order.cancelled_at is not None,
            "is_purchase": order.is_purchase(day),
            "order_number": order_number,
            "purchase_number": purchase_number,
            "gross_amount": order.gross,
            "discount_amount": order.discount,
            "refunded_amount": order.refunded(day),
            "net_amount": order.net(day),
            "line_count": len(items.get(order.order_id, ())),
            "unit_quantity": sum(items.get(order.order_id, ()), 0.0),
            "business_line": order.business_line,
            "platform": order.platform,
        }


def _order_headers(spine: Spine) -> Iterator[Record]:
    """The orders in their latest version."""
    for order in spine.orders:
        yield {
            "order_id": order.order_id,
            "user_id": order.account,
            "person": order.person,
            "ordered_at": order.ordered_at,
            "order_date": order.day,
            "cancelled_at": order.cancelled_at,
            "currency_factor": order.rate,
            "gross_amount": order.gross,
            "discount_amount": order.discount,
            "business_line": order.business_line,
            "platform": order.platform,
        }


def _entry(order: Order, kind: str, entry_id: str, day: date, **sums: Any) -> Record:
    """An entry of an order; what it does not name is 0."""
    gross, discount = sums.get("gross", ZERO), sums.get("discount", ZERO)
    refunded = sums.get("refunded", ZERO)
    return {
        "entry_kind": kind,
        "entry_id": entry_id,
        "person": order.person,
        "order_date": order.day,
        "entry_date": max(day, order.day),
        "business_line": order.business_line,
        "order_count": sums.get("count", 0),
        "gross_amount": gross,
        "discount_amount": discount,
        "refunded_amount": refunded,
        "net_amount": gross - discount - refunded,
    }


def _order_entries(spine: Spine) -> Iterator[Record]:
    """Sales, refunds and cancellations on the day they became known."""
    for order in spine.orders:
        yield _entry(
            order,
            "sale",
            order.order_id,
            order.day,
            count=1,
            gross=order.gross,
            discount=order.discount,
        )
        for refund in order.refunds:
            day = refund.refunded_at.date()
            yield _entry(order, "refund", refund.refund_id, day, refunded=refund.amount)
        if order.cancelled_at is not None:
            yield _entry(
                order,
                "cancellation",
                order.order_id,
                order.cancelled_at.date(),
                count=-1,
                gross=-order.gross,
                discount=-order.discount,
                refunded=-order.refunded(spine.clock.as_of_date),
            )


def _user_days(spine: Spine) -> Iterator[Record]:
    """The person-days."""
    for (person, when), day in spine.days.items():
        yield {
            "person": person,
            "activity_date": when,
            "event_count": day.events,
            "page_view_count": day.types["page_view"],
            "product_view_count": day.types["product_view"],
            "search_count": day.types["search"],
            "cart_count": day.types["add_to_cart"],
            "content_view_count": day.types["content_view"],
            "content_publish_count": day.types["content_publish"],
            "share_count": day.types["share"],
            "night_event_count": day.night_events,
            "session_count": day.sessions,
            "engaged_session_count": day.engaged_sessions,
            "session_seconds": day.session_seconds,
            "order_count": day.orders,
            "gross_amount": day.gross,
            "discount_amount": day.discount,
            "refunded_amount": day.refunded,
            "net_amount": day.net,
        }


def _user(life: Life, day: date) -> Record:
    """What is known of a person."""
    session, seen = life.first_session(day), life.first_seen_at
    is_account = life.person.is_account
    return {
        **{name: life.attributes(day)[name] for name in ATTRIBUTES},
        "person": life.person,
        "user_id": life.person.id if is_account else None,
        "has_account": is_account,
        "account_count": len(life.accounts),
        "registered_at": life.registered_at,
        "device_count": life.device_count,
        "first_seen_at": seen,
        "first_seen_date": seen.date() if seen else None,
        "account_since_at": life.account_since_at,
        "first_order_at": life.orders[0].ordered_at if life.orders else None,
        "first_platform": life.first_platform(day),
        "first_channel": session.channel if session else None,
    }


def _with_events(spine: Spine, table: str) -> list[Record]:
    """The sessions of the warehouse with the ids of their events."""
    ids: dict[str, set[str]] = {}
    for row in spine.mart("strata_core.core_events"):
        ids.setdefault(row["session_key"], set()).add(row["event_id"])
    return [
        {**row, "event_ids": frozenset(ids[row["session_key"]])}
        for row in spine.mart(table)
    ]


CORE = [
    Mart("strata_core.core_clock", ("as_of_date",), _clock),
    Mart("strata_core.core_as_of_dates", ("as_of_date",), _as_of_dates),
    Mart(
        "strata_core.core_arrival_delays",
        ("source_table", "happened_date", "arrived_date", "delay_seconds"),
        _delays,
    ),
    Mart(
        "strata_core.core_lateness",
        ("source_table", "arrived_date", "delay_band"),
        _lateness,
    ),
    Mart(
        "strata_core.core_identity_map", ("id_type", "id", "valid_from"), _identity_map
    ),
    Mart("strata_core.core_identity_edges", (*PAIR, "source"), _identity_edges),
    Mart(
        "strata_core.core_identity_components",
        ("id_type", "id"),
        _identity_components,
        Spine.records,
    ),
    Mart("strata_core.core_identity_changes", ("id_type", "id"), _identity_changes),
    Mart("strata_core.core_events", ("event_id",), _events),
    Mart("strata_core.core_traffic_sources", ("traffic_source",), _traffic_sources),
    Mart("strata_core.core_sessions", ("event_ids",), _sessions, _with_events),
    Mart("strata_core.core_order_headers", ("order_id",), _order_headers),
    Mart("strata_core.core_orders", ("order_id",), _orders),
    Mart("strata_core.core_order_entries", ("entry_kind", "entry_id"), _order_entries),
    Mart("strata_core.core_user_days", ("person", "activity_date"), _user_days),
    Mart(
        "strata_core.core_users",
        ("person",),
        lambda spine: [
            _user(life, spine.clock.as_of_date)
            for life in spine.lives.values()
            if life.accounts or life.events
        ],
    ),
    Mart(
        "strata_core.core_user_versions",
        ("user_id", "valid_from"),
        lambda spine: [
            row for life in spine.lives.values() for row in versions_by_day(life)
        ],
    ),
]


def _snapshots(spine: Spine) -> Iterator[Record]:
    """Everyone on every as-of date."""
    for (person, day), snapshot in spine.snapshots.items():
        yield {
            "person": person,
            "as_of_date": day,
            "is_current": day == spine.clock.as_of_date,
            "is_month_end": is_month_end(day),
            **snapshot,
        }


def _rfm(spine: Spine) -> Iterator[Record]:
    """The scores of buyers."""
    for (person, day), score in spine.rfm.items():
        yield {
            "person": person,
            "as_of_date": day,
            "is_current": day == spine.clock.as_of_date,
            **score,
        }


FEATURES = [
    Mart("strata_features.feat_user_snapshots", PERSON_DAY, _snapshots),
    Mart("strata_scores.score_user_rfm", PERSON_DAY, _rfm),
]


def _rank(rank: int) -> int | None:
    """A rank as the warehouse tells it."""
    return None if rank == OUTSIDE else rank


def _history(spine: Spine) -> Iterator[Record]:
    """The intervals of every membership, with the conditions behind each."""
    for membership in _live(spine):
        for row, move in zip(membership.history(), membership.moves, strict=True):
            yield {**row, "reason": _reason(spine, membership, move)}


def _live(spine: Spine) -> list[Membership]:
    """The lives in programs, without the versions that are only tried."""
    return [each for each in spine.memberships if not each.program.is_trial]


def _reason(spine: Spine, membership: Membership, move: Move) -> frozenset[str]:
    """What the reason of a move names: the condition and each value observed."""
    program, rank, day = membership.program, move.explained_rank, move.review_date
    snapshot = spine.programs.snapshots[membership.person, day]
    judge = spine.programs.judge
    asked = [
        rule
        for rule in program.in_force(rank, day)
        if rule["condition"] == move.explained_by
    ]
    # Of several ways only those that were taken explain; of a fall, all that failed.
    missed = {
        rule["rule_group"]
        for rule in asked
        if move.kind not in FALLS
        and judge.assess(program, rule, snapshot, day)
        not in ((True, None) if move.kind == "renewed" else (True,))
    }
    values = {
        f"{rule['feature_code']} {_told(snapshot[rule['feature_code']])}"
        + " not met"
        * (
            move.kind in FALLS
            and judge.assess(program, rule, snapshot, day) is not True
        )
        for rule in asked
        if rule["rule_group"] not in missed
    }
    by_hand = spine.programs.by_hand(membership.person, program, day)
    is_out = any(rule["action"].lower() == "opt_out" for rule in by_hand)
    if is_out or (not values and by_hand):
        return frozenset(
            {"decision", *(f"{rule['action'].lower()} " for rule in by_hand)}
        )
    values = values or {"no condition"}
    condition = f"{move.explained_by} of {program.tier(rank)}"
    return frozenset({"no " * (move.kind in FALLS) + condition, *values})


def _told(value: Any) -> str:
    """A value as a reason tells it, numbers to two digits."""
    if value is None:
        return "unknown"
    return value if isinstance(value, str) else f"{round(float(value), 6):.2f}"


def _with_reasons(spine: Spine, table: str) -> list[Record]:
    """The history of the warehouse with the parts of each reason."""
    found = []
    for row in spine.mart(table):
        condition, _, rest = row["reason"].partition(": ")
        values = {
            _retold(each.partition(" (")[0]) + " not met" * (" (not " in each)
            for each in rest.split(", ")
        }
        found.append({**row, "reason": frozenset({condition, *values})})
    return found


def _retold(observed: str) -> str:
    """A feature and its value, however many digits the warehouse gives."""
    feature, _, value = observed.partition(" ")
    is_number = value.lstrip("-").replace(".", "", 1).isdigit()
    return f"{feature} {_told(float(value) if is_number else value)}"


def _reviews(spine: Spine) -> Iterator[Record]:
    """The rank after each review."""
    for membership in spine.memberships:
        for day, rank in membership.ranks.items():
            yield {
                "person": membership.person,
                "program_code": membership.program.code,
                "review_date": day,
                "tier_rank": _rank(rank),
                "failed_reviews": membership.failed[day],
            }


def _moves(spine: Spine) -> Iterator[Record]:
    """The reviews that changed a tier."""
    for membership in _live(spine):
        following = [move.review_date for move in membership.moves[1:]]
        for move, after in zip(membership.moves, [*following, None], strict=False):
            yield {
                "person": membership.person,
                "program_code": membership.program.code,
                "review_date": move.review_date,
                "tier_rank": _rank(move.to_rank),
                "previous_rank": _rank(move.from_rank),
                "move": move.kind,
                "explained_rank": move.explained_rank,
                "explained_by": move.explained_by,
                "next_review_date": after,
            }


REVIEW = ("person", "program_code", "review_date")

TIERS = [
    Mart("strata_tiers.tier_user_reviews", REVIEW, _reviews),
    Mart("strata_tiers.tier_user_moves", REVIEW, _moves),
    Mart(
        "strata_tiers.tier_user_history",
        ("person", "program_code", "valid_from"),
        _history,
        _with_reasons,
    ),
]


def _tags(spine: Spine) -> Iterator[Record]:
    """The intervals of every tag."""
    return read_intervals(spine.portraits, spine.rules, spine.clock)


def _in_columns(spine: Spine, table: str, rows: Iterable[Record]) -> Iterator[Record]:
    """Rows without the columns of groups that only the rules of a test name."""
    columns = {"person", *spine.records(f"{table} limit 1")[0]}
    return ({k: v for k, v in row.items() if k in columns} for row in rows)


def _catalog(spine: Spine) -> Iterator[Record]:
    """Every tag with its health."""
    return read_catalog(spine.portraits, [*_tags(spine)], spine.rules, spine.clock)


def _with_evidence(spine: Spine, table: str) -> list[Record]:
    """The intervals of the warehouse with the parts of each evidence."""
    found = []
    for row in spine.mart(table):
        parts = row["evidence"].split("), ")
        values = {_retold(each.partition(" (")[0]) for each in parts}
        found.append({**row, "evidence": frozenset(values)})
    return found


TAGS = [
    Mart(
        "strata_tags.tag_user_tags",
        ("person", "tag_code", "valid_from"),
        _tags,
        _with_evidence,
    ),
    Mart(
        "strata_tags.tag_user_statuses",
        ("person", "as_of_date", "tag_code"),
        lambda spine: read_statuses(spine.portraits, spine.clock),
    ),
    Mart(
        "strata_tags.tag_user_profiles",
        ("person",),
        lambda spine: _in_columns(
            spine,
            "strata_tags.tag_user_profiles",
            read_profiles(spine.portraits, spine.rules, spine.clock),
        ),
    ),
    Mart("strata_tags.tag_catalog", ("tag_code",), _catalog),
]


def _starts(spine: Spine) -> Iterator[Record]:
    """Who started in which cohort."""
    for cohort in spine.cohorts:
        for person, started in cohort.started.items():
            yield {
                **cohort.place,
                "person": person,
                "started_date": started.date(),
                "counts_from_at": cohort.counts_from(person),
            }


def _retained(spine: Spine) -> Iterator[Record]:
    """Who is retained in which period, where it is told of persons."""
    for cohort in spine.cohorts:
        if is_counted(cohort.definition):
            continue
        for number in cohort.numbers(end_of(spine.clock)):
            for person in cohort.retained(number):
                yield {**cohort.place, "person": person, "period_number": number}


def _returns(spine: Spine) -> Iterator[Record]:
    """How many came back in which period, in that period alone."""
    for cohort in spine.cohorts:
        if not is_counted(cohort.definition):
            continue
        counts = Counter(
            number for numbers in cohort.returned.values() for number in numbers
        )
        for number, users in counts.items():
            yield {
                "definition_code": cohort.definition["definition_code"],
                "cohort_date": cohort.begins.date(),
                "return_date": period_start(
                    cohort.definition["grain"], cohort.index + number
                ),
                "returned_users": users,
            }


COHORT = ("definition_code", "cohort_date", "cohort_hour")


def _spans(spine: Spine, table: str) -> list[Record]:
    """The spans of the warehouse, one row a period; two of one period are an error."""
    grids = {
        tuple(cohort.place.values()): cohort.numbers(end_of(spine.clock))
        for cohort in spine.cohorts
    }
    return [
        {**dict(zip(COHORT, place, strict=True)), **own, "period_number": number}
        for row in spine.mart(table)
        for own in ({"person": row["person"]},)
        for place in (tuple(row[name] for name in COHORT),)
        for number in grids[place]
        if row["from_number"] <= number <= row["to_number"]
    ]


def _figures(spine: Spine) -> list[Record]:
    """The daily figures."""
    return [
        {"metric_code": code, "metric_date": day, "value": value}
        for (code, day), value in read_figures(spine).items()
    ]


METRICS = [
    Mart(
        "strata_metrics.metric_daily_figures",
        ("metric_code", "metric_date"),
        _figures,
        lambda spine, name: [row for row in spine.mart(name) if row["value"]],
    ),
    Mart("strata_metrics.metric_activity_daily", ("date",), lambda s: s.activity),
    Mart("strata_metrics.metric_retention_starts", (*COHORT, "person"), _starts),
    Mart(
        "strata_metrics.metric_retention_returns",
        ("definition_code", "cohort_date", "return_date"),
        _returns,
    ),
    Mart(
        "strata_metrics.metric_retention_spans",
        (*COHORT, "person", "period_number"),
        _retained,
        _spans,
    ),
    Mart(
        "strata_metrics.metric_retention_cohorts",
        (*COHORT, "period_number"),
        lambda spine: spine.retention,
    ),
    Mart(
        "strata_metrics.metric_retention_segments",
        (*COHORT, "dimension", "member", "period_number"),
        lambda spine: spine.segments,
    ),
    Mart(
        "strata_metrics.metric_lifecycle",
        ("activity_code", "grain", "period_date", "period_hour"),
        lambda spine: spine.lifecycle,
    ),
    Mart(
        "strata_metrics.metric_stickiness",
        ("stickiness_code", "window_date", "period_count"),
        lambda spine: spine.stickiness,
    ),
    Mart(
        "strata_metrics.metric_repurchase",
        ("period_grain", "period", "segment", "business_line", "tier", "category"),
        lambda spine: spine.repurchase,
    ),
]
