"""Small worlds of ids, told as stories, many of them side by side in one warehouse."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from warehouses import Warehouse

Row = dict[str, Any]
Pair = tuple[str, str]

START = datetime(2026, 1, 1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SEPARATOR = "/"
ACCOUNT, DEVICE = "user_id", "anonymous_id"
SCHEMAS: Mapping[str, Mapping[str, pa.DataType]] = {
    "events": {
        "event_id": pa.string(),
        "anonymous_id": pa.string(),
        "user_id": pa.string(),
        "event_name": pa.string(),
        "event_at": pa.timestamp("us"),
    },
    "users": {
        "user_id": pa.string(),
        "registered_at": pa.timestamp("us"),
        "city": pa.string(),
        "email_hash": pa.string(),
        "phone_hash": pa.string(),
        "is_internal": pa.bool_(),
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
    "orders": {
        "order_id": pa.string(),
        "user_id": pa.string(),
        "ordered_at": pa.timestamp("us"),
        "gross_amount": pa.decimal128(18, 2),
    },
    "erasure_requests": {
        "user_id": pa.string(),
        "requested_at": pa.timestamp("us"),
    },
}


@dataclass
class Story:
    """A world of its own: ids get the name of the story, but for those of nobody."""

    name: str
    rows: dict[str, list[Row]] = field(
        default_factory=lambda: {table: [] for table in SCHEMAS}
    )
    overrides: list[tuple[str, Pair, Pair, date, date]] = field(default_factory=list)

    def id(self, text: str | None) -> str | None:
        """An id of this story; what begins with a ! is the same in all stories."""
        if text is None or text.startswith("!"):
            return text and text[1:]
        return f"{self.name}{SEPARATOR}{text}"

    def event(
        self, device: str | None, account: str | None, at: datetime | float
    ) -> "Story":
        """An event on a device or of an account; times may be days from the start."""
        moment = at if isinstance(at, datetime) else START + at * DAY
        events = self.rows["events"]
        events.append(
            {
                "event_id": f"{self.name}{SEPARATOR}{len(events):04d}",
                "anonymous_id": self.id(device),
                "user_id": self.id(account),
                "event_name": "page_view",
                "event_at": moment,
            }
        )
        return self

    def user(
        self,
        account: str,
        registered: float | None = None,
        loaded: float | None = None,
        **said: Any,
    ) -> "Story":
        """A version of an account."""
        hashes = {
            name: self.id(said.pop(name))
            for name in ("email_hash", "phone_hash") & said.keys()
        }
        self.rows["users"].append(
            {
                "user_id": self.id(account),
                "registered_at": None
                if registered is None
                else START + registered * DAY,
                "loaded_at": None if loaded is None else START + loaded * DAY,
                **hashes,
                **said,
            }
        )
        return self

    def link(
        self, one: Pair, other: Pair, at: float = 0, source: str | None = "crm"
    ) -> "Story":
        """A sighting of two ids together."""
        self.rows["identity_links"].append(
            {
                "id_type_1": one[0],
                "id_1": self.id(one[1]),
                "id_type_2": other[0],
                "id_2": self.id(other[1]),
                "observed_at": START + at * DAY,
                "source": source,
            }
        )
        return self

    def order(self, account: str, at: float, amount: int = 10) -> "Story":
        """An order of an account."""
        orders = self.rows["orders"]
        orders.append(
            {
                "order_id": f"{self.name}{SEPARATOR}{len(orders):04d}",
                "user_id": self.id(account),
                "ordered_at": START + at * DAY,
                "gross_amount": amount,
            }
        )
        return self

    def erase(self, account: str, at: float) -> "Story":
        """A request to erase an account."""
        self.rows["erasure_requests"].append(
            {"user_id": self.id(account), "requested_at": START + at * DAY}
        )
        return self

    def override(
        self,
        action: str,
        one: Pair,
        other: Pair,
        valid: tuple[date, date] = (date(1900, 1, 1), date(9999, 12, 31)),
    ) -> "Story":
        """Two ids joined (include) or parted (exclude) by hand."""
        ends = [(kind, self.id(text) or "") for kind, text in (one, other)]
        self.overrides.append((action, ends[0], ends[1], *valid))
        return self


def load(
    warehouse: Warehouse,
    folder: Path,
    stories: Iterable[Story],
    rules: Sequence[str] = (),
    shuffle: Random | None = None,
) -> None:
    """Load the stories and the rules of identity into an empty warehouse."""
    told = [*stories]
    assert len({each.name for each in told}) == len(told), "two stories of one name"
    folder.mkdir(parents=True, exist_ok=True)
    for table, schema in SCHEMAS.items():
        rows = [row for story in told for row in story.rows[table]]
        if shuffle:
            shuffle.shuffle(rows)
        parquet = pa.Table.from_pylist(rows, pa.schema(schema))
        pq.write_table(parquet, folder / f"{table}.parquet")
    warehouse.load_folder(folder)
    warehouse.seed()
    warehouse.execute(
        *rules,
        *(
            "insert into strata_rules.strata__identity_overrides values"
            f" ('{one[0]}', '{one[1]}', '{other[0]}', '{other[1]}', '{action}',"
            f" '', '', date '{begin}', date '{end}', 'a story')"
            for story in told
            for action, one, other, begin, end in story.overrides
        ),
    )


def build(warehouse: Warehouse, policy: str, *select: str) -> None:
    """Build the models of identity, and others that are named, by a policy."""
    outcome = warehouse.dbt(
        "run",
        "--select",
        "+core_identity_changes",
        *select,
        variables={"strata__identity_policy": policy},
    )
    assert outcome.success, outcome.failed or outcome.messages[-5:]


def persons(warehouse: Warehouse, story: str) -> set[frozenset[str]]:
    """The ids of each person of a story, each as type:id."""
    found: dict[str, set[str]] = {}
    for id_type, text, key in warehouse.rows(
        "select id_type, id, user_key from strata_core.core_identity_components"
        f" where starts_with(id, '{story}{SEPARATOR}')"
    ):
        found.setdefault(key, set()).add(f"{id_type}:{text.partition(SEPARATOR)[2]}")
    return {frozenset(each) for each in found.values()}


def owner(warehouse: Warehouse, story: str, device: str, at: float) -> str | None:
    """The id that names the person whom a device belongs to at a time."""
    rows = warehouse.rows(
        "select components.canonical_id"
        " from strata_core.core_identity_map as identities"
        " inner join strata_core.core_identity_components as components"
        " on components.user_key = identities.user_key"
        " and components.id = components.canonical_id"
        " and components.id_type = components.canonical_id_type"
        " where identities.id_type = 'anonymous_id' and identities.id = ?"
        " and identities.valid_from <= ? and identities.valid_to > ?",
        f"{story}{SEPARATOR}{device}",
        START + at * DAY,
        START + at * DAY,
    )
    assert len(rows) <= 1, rows
    return rows[0][0].removeprefix(f"{story}{SEPARATOR}") if rows else None


class Draw:
    """Draws a random world: few ids and many ways in which they meet."""

    def __init__(self, seed: int, name: str) -> None:
        """Draw the ids and the moments."""
        self.random, self.story = Random(seed), Story(name)
        draw = self.random
        self.accounts = [f"u{each}" for each in range(draw.randint(1, 6))]
        self.devices = [f"d{each}" for each in range(draw.randint(1, 5))]
        self.hashes = [f"h{each}" for each in range(draw.randint(1, 4))]
        self.moments = [float(draw.randint(-90, 90)) for _ in range(8)]

    def told(self) -> Story:
        """The story of it."""
        self._events()
        self._profiles()
        self._links()
        return self.story

    def _id(self) -> Pair:
        """Any id, at times one that is nobody."""
        kind = self.random.choice((ACCOUNT, DEVICE, "email_hash", "phone_hash", "card"))
        named = {ACCOUNT: self.accounts, DEVICE: self.devices}.get(kind, self.hashes)
        return kind, self.random.choice((*named, *named, "!null"))

    def _events(self) -> None:
        """Events with an account, a device or both; the first of each are common."""
        draw = self.random
        for _ in range(draw.randint(0, 14)):
            account = draw.choice((*self.accounts[:2], *self.accounts, "!null", None))
            device = draw.choice((*self.devices[:1], *self.devices, "!0", None))
            instant = draw.choice((0, 0, 1e-6 / 86400, 0.5))
            if account or device:
                at = draw.choice(self.moments) + instant
                self.story.event(device, draw.choice((account, None)), at)

    def _profiles(self) -> None:
        """Versions of accounts, orders, and who is erased."""
        draw = self.random
        for account in self.accounts:
            registered = draw.choice((None, *self.moments))
            for version in range(draw.choice((0, 1, 1, 2))):
                self.story.user(
                    account,
                    registered,
                    draw.choice(self.moments) + version * 0.25 + 0.001,
                    email_hash=draw.choice((*self.hashes, None, "!none")),
                    phone_hash=draw.choice((*self.hashes, None, "!0")),
                    is_internal=draw.random() < 0.03,
                    city=draw.choice(("Oslo", "Bergen")),
                )
            if draw.random() < 0.3:
                self.story.order(account, draw.choice(self.moments), draw.randint(0, 9))
        if draw.random() < 0.1:
            self.story.erase(draw.choice(self.accounts), draw.choice(self.moments))

    def _links(self) -> None:
        """Links of every kind, and pairs joined or parted by hand."""
        draw = self.random
        for _ in range(draw.choice((0, 1, 3, 6))):
            at, source = draw.choice(self.moments), draw.choice((None, "crm", "login"))
            self.story.link(self._id(), self._id(), at, source)
        for _ in range(draw.choice((0, 0, 1, 2))):
            one, other = self._id(), self._id()
            if one != other and "!null" not in (one[1], other[1]):
                self.story.override(draw.choice(("include", "exclude")), one, other)
