"""Raw tables and rules that try every corner of the contract at once.

Few people, but two years that end in the middle of a month: shared devices, equal
times, silences to the microsecond, orders cancelled late, early or never seen
alive, refunds before and after, versions of one day, and every kind of bad row.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from warehouses import ALWAYS, Warehouse

Row = dict[str, Any]

START = datetime(2024, 1, 3)
DAYS = 684
LAST_MOMENT = START + timedelta(days=DAYS)
SEED = 20_260_730
MICROSECOND = timedelta(microseconds=1)

ACCOUNTS = [f"u{number}" for number in range(36)]
INTERNAL = {"u5", "u6"}
DEVICES = [f"d{number}" for number in range(30)]
PLATFORMS = ("web", "web", " WEB ", "ios", "ios", "android", " ALL ", "", None)
PAGES = ("/", "/a", " /b ", "  ", None)
SILENCES = (0.0, 0.0, 1.0, 9.0, 9.999999, 10.0, 600.0, 600.000001, 1800.0, 1800.000001)
EVENT_NAMES = (
    "page_view",
    "page_view",
    "app_open",
    "product_view",
    "view",
    "search",
    "add_to_cart",
    " cart ",
    "purchase",
    "sign_up",
    "share",
    "content_view",
    "content_publish",
    "wink",
)
SOURCES = (
    (None, None, None),
    (None, None, None),
    ("", " ", "https://www.GOOGLE.com/search"),
    ("Facebook", "CPC", None),
    ("tiktok", "cpc", "https://t.example"),
    ("google", "cpc", None),
    ("promo_x", None, None),
    ("promox", "social", None),
    ("crm", None, "https://blog.example"),
    (None, None, "https://blog.example"),
)
MONEY = pa.decimal128(18, 2)
SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "events": {
        "event_id": pa.string(),
        "anonymous_id": pa.string(),
        "user_id": pa.string(),
        "event_name": pa.string(),
        "event_at": pa.timestamp("us"),
        "loaded_at": pa.timestamp("us"),
        "platform": pa.string(),
        "page": pa.string(),
        "product_id": pa.string(),
        "referrer": pa.string(),
        "utm_source": pa.string(),
        "utm_medium": pa.string(),
        "properties": pa.string(),
    },
    "users": {
        "user_id": pa.string(),
        "registered_at": pa.timestamp("us"),
        "signup_channel": pa.string(),
        "birth_date": pa.date32(),
        "gender": pa.string(),
        "city": pa.string(),
        "country": pa.string(),
        "email_hash": pa.string(),
        "phone_hash": pa.string(),
        "is_internal": pa.bool_(),
        "loaded_at": pa.timestamp("us"),
    },
    "orders": {
        "order_id": pa.string(),
        "user_id": pa.string(),
        "ordered_at": pa.timestamp("us"),
        "status": pa.string(),
        "gross_amount": MONEY,
        "discount_amount": MONEY,
        "currency": pa.string(),
        "business_line": pa.string(),
        "platform": pa.string(),
        "loaded_at": pa.timestamp("us"),
    },
    "order_items": {
        "order_id": pa.string(),
        "line_number": pa.int64(),
        "quantity": pa.float64(),
        "unit_price": pa.float64(),
        "loaded_at": pa.timestamp("us"),
    },
    "refunds": {
        "refund_id": pa.string(),
        "order_id": pa.string(),
        "refunded_at": pa.timestamp("us"),
        "amount": MONEY,
        "loaded_at": pa.timestamp("us"),
    },
    "identity_links": {
        "id_type_1": pa.string(),
        "id_1": pa.string(),
        "id_type_2": pa.string(),
        "id_2": pa.string(),
        "observed_at": pa.timestamp("us"),
        "source": pa.string(),
    },
    "erasure_requests": {
        "user_id": pa.string(),
        "requested_at": pa.timestamp("us"),
    },
}

# Ids that are nobody, as collectors spell them.
NOBODY = ("null", " NULL", "Guest", "undefined", "0", None)
NOTHING = "d41d8cd98f00b204e9800998ecf8427e"
E_MAILS = [f"e{number}" for number in range(12)]

# Rules after the shipped ones: gaps by platform, an underscore in a pattern, rates
# that change, the tiers of the last 90 days, and programs that drop and that hold.
ENDED = "'', '', date '1900-01-01', date '2025-11-01', ''"
RULES = (
    "update strata_rules.strata__platforms set session_gap_seconds = 600,"
    " engaged_event_count = 4 where platform = 'ios'",
    "update strata_rules.strata__platforms set max_session_seconds = 3600,"
    " engaged_seconds = 60 where platform = 'web'",
    "insert into strata_rules.strata__channels values"
    f" (5, 'promo__', null, null, 'promo', true, {ALWAYS})",
    "update strata_rules.strata__exchange_rates set valid_to = date '2025-01-01'"
    " where currency = 'EUR'",
    "insert into strata_rules.strata__exchange_rates values"
    " ('EUR', 1.1, '', '', date '2025-01-01', date '9999-12-31', ''),"
    " ('GBP', 1.25, '', '', date '2025-01-01', date '9999-12-31', '')",
    "update strata_rules.strata__tier_rules"
    " set feature_code = replace(feature_code, '_365d', '_90d')"
    " where program_code = 'membership'",
    "insert into strata_rules.strata__programs values"
    f" ('club', 'tier', 'month', 'absolute', 2, 'drop', 'marketing', {ALWAYS}),"
    f" ('keeper', 'tier', 'month', 'absolute', 1, 'hold', null, {ALWAYS})",
    "insert into strata_rules.strata__tiers values"
    f" ('club', 'a', 1, '', 0, {ALWAYS}),"
    f" ('club', 'b', 2, '', 0, {ALWAYS}),"
    f" ('club', 'c', 3, '', 0, {ALWAYS}),"
    f" ('keeper', 'high', 1, '', 0, {ALWAYS}),"
    f" ('keeper', 'low', 2, '', 0, {ALWAYS})",
    "insert into strata_rules.strata__tier_overrides values"
    f" ('club', 'u14', 'grant', 'a', {ALWAYS}),"
    f" ('club', 'u15', 'grant', 'b', {ENDED}),"
    f" ('club', 'u16', 'freeze', null, {ALWAYS}),"
    f" ('keeper', ' u17', 'Freeze', null, {ENDED}),"
    f" ('membership', 'u7', 'grant', 'gold', {ENDED}),"
    f" ('membership', 'u8', 'freeze', null, {ENDED}),"
    f" ('keeper', 'u12', 'OPT_OUT', null, {ENDED}),"
    f" ('club', 'u14', 'opt_out', null, {ENDED}),"
    f" ('rfm', 'u18', 'grant', 'champions', {ENDED})",
    "update strata_rules.strata__identity_types set max_accounts = 2"
    " where id_type in ('email_hash', 'user_id')",
    "update strata_rules.strata__identity_types set login_gap_days = 60"
    " where id_type = 'anonymous_id'",
    f"insert into strata_rules.strata__identity_types values ('card', 1, 9, {ALWAYS})",
    "insert into strata_rules.strata__identity_denied values"
    f" ('card', 'c7', 'whole', {ALWAYS}), ('phone_hash', 'p', 'made_of', {ALWAYS})",
    "insert into strata_rules.strata__rfm_cuts values"
    f" ('recency', 3, {ALWAYS}), ('recency', 9, {ALWAYS}),"
    f" ('recency', 30, {ALWAYS}), ('recency', 60, {ALWAYS})",
    "insert into strata_rules.strata__identity_overrides values"
    f" ('user_id', 'u7', 'user_id', 'u8', 'include', {ALWAYS}),"
    f" ('user_id', 'u9', 'email_hash', '{NOTHING}', 'include', {ALWAYS}),"
    f" (' User_ID ', 'u10 ', 'anonymous_id', 'd3', 'exclude', {ALWAYS}),"
    f" ('anonymous_id', 'd4', 'user_id', 'u11', 'include', {ALWAYS}),"
    f" ('user_id', 'u12', 'user_id', 'u13', 'exclude', {ALWAYS}),"
    f" ('user_id', 'u30', 'anonymous_id', 'd30', 'exclude', {ENDED}),"
    f" ('user_id', 'u31', 'user_id', 'u32', 'include', {ENDED})",
    "insert into strata_rules.strata__tags values"
    f" ('odd_one', 'risk', 'odd', 2, '', 'profiling', {ALWAYS}),"
    f" ('odd_two', 'risk', 'odd', 1, '', null, {ALWAYS}),"
    f" ('odd_past', 'risk', null, 1, '', null, {ENDED}),"
    f" ('odd_texts', 'risk', null, 1, '', null, {ALWAYS})",
    "update strata_rules.strata__tag_rules set valid_to = date '2025-01-31'"
    " where tag_code = 'ordinary_user'",
)
# tag, group, feature, operator, low, high, text
TAG_CONDITIONS = (
    ("odd_one", 1, "active_day_count_30d", "ne", 3, None, None),
    ("odd_one", 1, "age_years", "not_null", None, None, None),
    ("odd_two", 1, "order_count_lifetime", "gt", 0, None, None),
    ("odd_two", 1, "order_count_lifetime", "lt", None, 3, None),
    ("odd_two", 1, "net_amount_365d", "between", 10, 200, None),
    ("odd_two", 1, "age_years", "is_null", None, None, None),
    ("odd_two", 2, "tier_club", "eq", None, None, "a"),
    ("odd_past", 1, "has_account", "eq", 1, None, None),
    ("odd_texts", 1, "gender", "is_null", None, None, None),
    ("odd_texts", 1, "tier_keeper", "ne", None, None, "low"),
    ("odd_texts", 2, "main_platform_90d", "not_null", None, None, None),
    ("odd_texts", 2, "rfm_segment", "ne", None, None, "hibernating"),
)
# tier, condition, group, feature, operator, low, high, text, valid_from, valid_to
CONDITIONS = (
    ("club", "a", "enter", 1, "active_day_count_30d", "between", 6, 31, None),
    ("club", "a", "enter", 2, "days_since_last_order", "lte", None, 20, None),
    ("club", "a", "enter", 2, "net_amount_90d", "gt", 150, None, None),
    ("club", "a", "enter", 3, "gender", "eq", None, None, "female"),
    ("club", "a", "enter", 3, "active_day_count_30d", "gte", 4, None, None),
    ("club", "a", "stay", 1, "active_day_count_30d", "gte", 5, None, None),
    ("club", "a", "stay", 2, "days_since_last_order", "lt", None, 41, None),
    ("club", "a", "stay", 3, "gender", "eq", None, None, "female"),
    ("club", "a", "stay", 3, "active_day_count_30d", "gte", 2, None, None),
    ("club", "b", "enter", 1, "active_day_count_30d", "gte", 4, None, None),
    ("club", "b", "enter", 2, "days_since_last_order", "lte", None, 20, None),
    ("club", "b", "stay", 1, "active_day_count_30d", "gte", 2, None, None),
    ("club", "b", "stay", 2, "days_since_last_order", "lte", None, 45, None),
    ("club", "c", "enter", 1, "active_day_count_30d", "gte", 1, None, None),
    ("club", "c", "enter", 2, "days_since_last_order", "lte", None, 60, None),
    ("club", "c", "stay", 1, "active_day_count_30d", "gte", 1, None, None),
    ("club", "c", "stay", 2, "days_since_last_order", "lte", None, 60, None),
    ("keeper", "high", "enter", 1, "order_count_90d", "gte", 2, None, None),
    ("keeper", "high", "stay", 1, "order_count_90d", "gte", 1, None, None),
    (
        "keeper",
        "low",
        "enter",
        1,
        "days_since_first_order",
        "not_null",
        None,
        None,
        None,
    ),
    ("keeper", "low", "stay", 1, "order_count_30d", "gte", 1, None, None),
)


def _literal(value: str | int | None) -> str:
    """A value as SQL text."""
    if value is None:
        return "null"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _condition(row: Sequence[str | int | None], begin: str, end: str) -> str:
    """The statement that adds a condition of a tier."""
    values = ", ".join(map(_literal, (*row, "hostile")))
    return (
        "insert into strata_rules.strata__tier_rules values"
        f" ({values}, '', '', date '{begin}', date '{end}', '')"
    )


def rule_statements() -> list[str]:
    """The statements that make the shipped rules hostile."""
    easier = ("club", "b", "enter", 9, "active_day_count_30d", "gte", 3, None, None)
    return [
        *RULES,
        *(_condition(row, "1900-01-01", "9999-12-31") for row in CONDITIONS),
        _condition(easier, "2024-06-30", "2025-02-28"),
        *(
            "insert into strata_rules.strata__tag_rules values"
            f" ({', '.join(map(_literal, row))}, {ALWAYS})"
            for row in TAG_CONDITIONS
        ),
        # A group that changes on a day: another condition comes to the first.
        "insert into strata_rules.strata__tag_rules values ('odd_one', 1,"
        " 'event_count_30d', 'lte', null, 9, null, '', '', date '2025-01-31',"
        " date '9999-12-31', '')",
    ]


def _seconds(value: float) -> timedelta:
    """Seconds to the microsecond."""
    return timedelta(microseconds=round(value * 1_000_000))


class Hostile:
    """Draws the raw tables."""

    def __init__(self, seed: int = SEED) -> None:
        """Draw everything."""
        self.random = Random(seed)
        self.events: list[Row] = []
        self.users: list[Row] = []
        self.orders: list[Row] = []
        self.order_items: list[Row] = []
        self.refunds: list[Row] = []
        self.identity_links: list[Row] = []
        self.erasure_requests: list[Row] = []
        self._visits()
        self._handovers()
        self._runaways()
        self._bad_events()
        self._accounts()
        self._purchases()
        self._nobody(Random(seed + 1))
        self._join(Random(seed + 2))

    def _moment(self) -> datetime:
        """A time on a coarse grid, so that times meet."""
        minutes = self.random.randrange(DAYS * 24 * 12)
        return START + timedelta(minutes=5 * minutes)

    def _event(self, at: datetime, device: str | None, account: str | None) -> Row:
        """Add an event with whatever marks."""
        draw = self.random
        source, medium, referrer = draw.choice(SOURCES)
        row = {
            "event_id": f"e{draw.randrange(10**9):09d}",
            "anonymous_id": device,
            "user_id": account and draw.choice((account, f" {account} ")),
            "event_name": draw.choice(EVENT_NAMES),
            "event_at": at,
            "loaded_at": draw.choice(
                (None, at, at + timedelta(minutes=draw.randrange(5000)))
            ),
            "platform": draw.choice(PLATFORMS),
            "page": draw.choice(PAGES),
            "product_id": draw.choice((None, "p1")),
            "referrer": referrer,
            "utm_source": source,
            "utm_medium": medium,
            "properties": draw.choice((None, '{"a": 1}')),
        }
        self.events.append(row)
        return row

    def _visits(self) -> None:
        """Visits of accounts and devices, on one platform or on several."""
        draw = self.random
        for _ in range(900):
            at, account = self._moment(), draw.choice(ACCOUNTS)
            device = draw.choice([*DEVICES[:24], *DEVICES[:6], None])
            known = device is None or (
                draw.random() < 0.3 and device not in DEVICES[:3]
            )
            platform = draw.choice(PLATFORMS)
            for _ in range(draw.choice((1, 1, 2, 4, 7))):
                row = self._event(at, device, account if known else None)
                row["platform"] = draw.choice((platform, platform, row["platform"]))
                if at > LAST_MOMENT - timedelta(hours=2):
                    break
                known = known or (device not in DEVICES[:3] and draw.random() < 0.2)
                at += _seconds(draw.choice(SILENCES))

    def _handovers(self) -> None:
        """Devices that change hands, with anonymous events at the very moment."""
        draw = self.random
        for device in DEVICES[24:]:
            at = self._moment()
            for account in (*draw.sample(ACCOUNTS, 3), "u5", "u1"):
                for _ in range(draw.randrange(1, 3)):
                    for moment in (at - MICROSECOND, at, at + MICROSECOND):
                        self._event(min(moment, LAST_MOMENT), device, None)
                    self._event(min(at, LAST_MOMENT), device, account)
                    at += _seconds(draw.choice((0.0, 0.000001, 3600.0)))
            self._event(min(at, LAST_MOMENT), device, None)

    def _runaways(self) -> None:
        """Sessions longer than the longest, with an event at the very cut."""
        for platform, longest in (("web", 3600), ("android", 86400)):
            opening = datetime(2025, 3, 29, 20) + timedelta(minutes=len(platform))
            steps = [*range(0, longest * 3, 1799), longest, 2 * longest]
            for step in sorted(steps):
                row = self._event(opening + timedelta(seconds=step), "d30", "u30")
                row["platform"] = platform

    def _bad_events(self) -> None:
        """Second deliveries with other contents, and rows out of the contract."""
        draw, good = self.random, [*self.events]
        for row in draw.sample(good, 150):
            loaded_at = (row["loaded_at"] or row["event_at"]) + timedelta(hours=1)
            changes = {"event_name": "search", "user_id": "u2", "page": "/late"}
            self.events.append({**row, **changes, "loaded_at": loaded_at})
        skew = timedelta(hours=24)
        for number in range(80):
            row = {**draw.choice(good), "event_id": f"bad{number}"}
            at = row["event_at"]
            faults: Sequence[Row] = (
                {"event_id": draw.choice((None, "", "  "))},
                {"event_name": draw.choice((None, " "))},
                {"event_at": None},
                {"event_at": datetime(1990, 1, 1) - MICROSECOND},
                {"event_at": datetime(2091, 1, 1), "loaded_at": None},
                {"loaded_at": at - skew - MICROSECOND},
                {"loaded_at": at - skew},
                {"anonymous_id": " ", "user_id": None},
            )
            self.events.append({**row, **faults[number % len(faults)]})

    def _accounts(self) -> None:
        """Versions of accounts, some of one day, some not known for long."""
        draw = self.random
        births = (None, date(2000, 2, 29), date(1988, 6, 30), date(1880, 1, 1))
        for account in [*ACCOUNTS[:28], "u90", "u91"]:
            registered = draw.choice((None, self._moment(), self._moment()))
            loaded = (registered or self._moment()) + timedelta(minutes=5)
            for version in range(draw.choice((1, 1, 2, 3, 5))):
                if registered is None and version == 2 and loaded < LAST_MOMENT:
                    registered = loaded
                self.users.append(
                    {
                        "user_id": account,
                        "registered_at": registered,
                        "signup_channel": draw.choice((None, " ads ", "web")),
                        "birth_date": draw.choice(births),
                        "gender": draw.choice((None, " Female", "MALE", "")),
                        "city": draw.choice((None, "Oslo", "Bergen ")),
                        "country": "NO",
                        "is_internal": (account in INTERNAL and version == 0) or None,
                        "loaded_at": loaded,
                    }
                )
                loaded += draw.choice((timedelta(hours=1), timedelta(days=40)))
        self.users.extend(draw.sample(self.users, 5))

    def _nobody(self, draw: Random) -> None:
        """Events and orders of ids that are nobody."""
        for row in draw.sample(self.events, 120):
            column = draw.choice(("user_id", "anonymous_id"))
            row[column] = draw.choice(NOBODY) or row[column]
        for row in draw.sample(self.events, 15):
            row |= {"user_id": "null", "anonymous_id": draw.choice(("0", None))}
        for row in draw.sample(self.orders, 5):
            row["user_id"] = "guest"

    def _join(self, draw: Random) -> None:
        """Hashes that accounts share, links of every kind, and who is erased."""
        for row in self.users:
            own = f"of {row['user_id']}"
            row["email_hash"] = draw.choice((own, own, own, None, "", NOTHING))
            row["phone_hash"] = draw.choice((own, own, None, " Unknown "))
            if draw.random() < 0.07:
                row["email_hash"] = draw.choice(E_MAILS)
        for account in ACCOUNTS[14:18]:
            self._link(draw, ("email_hash", "crowd"), ("user_id", account))
        for number in range(3):
            links = ("user_id", f"u{18 + number}"), ("user_id", f"u{19 + number}")
            self._link(draw, *links[:: draw.choice((1, -1))])
        for _ in range(36):
            ends = [
                draw.choice(
                    (
                        ("anonymous_id", draw.choice((*DEVICES, "d77"))),
                        ("email_hash", draw.choice(E_MAILS)),
                        (" Card", draw.choice(("c1", "c2", "c3", "c7"))),
                        ("user_id", draw.choice((*ACCOUNTS[20:], "u95", "null"))),
                    )
                )
                for _ in range(2)
            ]
            if draw.random() < 0.5:
                self._link(draw, *ends)
        for account in ("u20", "u34", "u35", "u99"):
            at = LAST_MOMENT + timedelta(days=draw.choice((-100, 1)))
            self.erasure_requests.append({"user_id": account, "requested_at": at})

    def _link(self, draw: Random, one: tuple[str, str], other: tuple[str, str]) -> None:
        """Some sightings of two ids together, the last perhaps after the end."""
        for _ in range(draw.choice((1, 1, 2))):
            at = LAST_MOMENT - timedelta(days=draw.randrange(-20, 600))
            self.identity_links.append(
                {
                    "id_type_1": one[0],
                    "id_1": one[1],
                    "id_type_2": other[0],
                    "id_2": other[1],
                    "observed_at": at,
                    "source": draw.choice((None, "crm", "login")),
                }
            )

    def _amount(self) -> Decimal:
        """An amount, often one that rounds at half a cent in another currency."""
        whole = self.random.choice((0, 5, 12, 40, 99, 260))
        return Decimal(whole) + self.random.choice(
            (Decimal(0), Decimal("0.25"), Decimal("0.75"), Decimal("0.99"))
        )

    def _purchases(self) -> None:
        """Orders in versions, their lines, and what was paid back."""
        for number in range(420):
            order_id = f"o{number:04d}"
            self._order(order_id, number)
            self._lines(order_id)
        draw = self.random
        for row in draw.sample(self.orders, 20):
            changes = draw.choice(
                (
                    {"status": "lost"},
                    {"gross_amount": Decimal("-0.01")},
                    {"user_id": ""},
                    {"order_id": None},
                    {"currency": "XXX"},
                    {"discount_amount": Decimal("-1.00")},
                )
            )
            named = {"order_id": f"{row['order_id']}x", "currency": None}
            self.orders.append({**row, **named, **changes})

    def _order(self, order_id: str, number: int) -> None:
        """One order: its versions as they arrive, and its refunds."""
        draw = self.random
        ordered = self._moment() + timedelta(seconds=number)
        gross = self._amount()
        row = {
            "order_id": order_id,
            "user_id": draw.choice([*ACCOUNTS[:20], *ACCOUNTS[:8], "u91", "u92"]),
            "ordered_at": ordered,
            "gross_amount": gross,
            "discount_amount": draw.choice((None, Decimal(0), gross / 4)),
            "currency": draw.choice((None, "USD", "EUR", "CNY", "GBP")),
            "business_line": draw.choice((None, " ", "Retail", " retail", "all")),
            "platform": draw.choice(PLATFORMS),
        }
        quantized = (row["discount_amount"] or Decimal(0)).quantize(Decimal("0.01"))
        row["discount_amount"] = row["discount_amount"] and quantized
        story = draw.choice(STORIES)
        loaded = ordered + draw.choice((timedelta(0), timedelta(hours=-20)))
        arrivals = []
        for status in story:
            self.orders.append({**row, "status": status, "loaded_at": loaded})
            arrivals.append(loaded)
            loaded += draw.choice(DELAYS)
        for part in range(draw.choice((0, 0, 1, 2))):
            at = draw.choice((*arrivals, *arrivals, ordered + draw.choice(DELAYS)))
            at += draw.choice((timedelta(0), MICROSECOND, -MICROSECOND))
            self._refund(f"r{number}-{part}", order_id, at)

    def _refund(self, refund_id: str, order_id: str, at: datetime) -> None:
        """A refund, perhaps corrected later, perhaps of no order."""
        draw = self.random
        for version in range(draw.choice((1, 1, 2))):
            self.refunds.append(
                {
                    "refund_id": refund_id,
                    "order_id": draw.choice((order_id,) * 9 + ("nowhere",)),
                    "refunded_at": at,
                    "amount": self._amount() / 2 // Decimal("0.01") * Decimal("0.01"),
                    "loaded_at": at + timedelta(hours=version),
                }
            )

    def _lines(self, order_id: str) -> None:
        """The lines of an order, of which the latest delivery stays."""
        draw = self.random
        for line in range(draw.choice((0, 1, 3))):
            for version in range(draw.choice((1, 2))):
                self.order_items.append(
                    {
                        "order_id": order_id,
                        "line_number": line + 1,
                        "quantity": draw.choice((1.0, 0.5, 3.0, -1.0)),
                        "unit_price": draw.choice((None, 9.99)),
                        "loaded_at": LAST_MOMENT + timedelta(hours=version),
                    }
                )


STORIES: Sequence[tuple[str | None, ...]] = (
    ("paid",),
    (None,),
    ("placed", " PAID "),
    ("placed", "paid", "paid"),
    ("paid", "Cancelled"),
    ("paid", "cancelled"),
    ("placed", "cancelled", "cancelled"),
    ("cancelled",),
    ("cancelled", "cancelled"),
    ("cancelled", "paid"),
    ("paid", "cancelled", "paid"),
    ("paid", "cancelled", "paid", "cancelled"),
)
DELAYS = (
    timedelta(minutes=7),
    timedelta(hours=5),
    timedelta(days=1),
    timedelta(days=25),
    timedelta(days=70),
)


def write_hostile(folder: Path, seed: int = SEED) -> None:
    """Write the raw tables as Parquet files into a folder."""
    drawn = Hostile(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in SCHEMAS.items():
        table = pa.Table.from_pylist(getattr(drawn, name), pa.schema(schema))
        pq.write_table(table, folder / f"{name}.parquet")


def build_hostile(warehouse: Warehouse, folder: Path, seed: int = SEED) -> None:
    """Load the raw tables, make the rules hostile, and build every model."""
    write_hostile(folder, seed)
    warehouse.load_folder(folder)
    warehouse.seed()
    warehouse.execute(*rule_statements())
    outcome = warehouse.dbt("run")
    assert outcome.success, outcome.failed or outcome.messages[-5:]
