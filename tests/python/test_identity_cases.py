"""Who is one person in the published cases of other systems.

Each case is a story of its own. A record names ids that were seen together; it merges
or links two; or it is an event of an id. Where a case allows a person one account, the
policy is that of accounts that never merge.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import pytest
from identities import ACCOUNT, DEVICE, SEPARATOR, Pair, Story, build, load, persons
from oracles.identity import CONNECTED, NEVER_MERGE
from published import Case, can_be_told, read_cases
from warehouses import ALWAYS, Warehouse

pytestmark = pytest.mark.xdist_group("identity")

# What the cases may call our types of ids.
TYPES = {
    "id": DEVICE,
    "distinct_id": DEVICE,
    "device_id": DEVICE,
    "$device_id": DEVICE,
    "$user_id": ACCOUNT,
    "email": "email_hash",
    "phone": "phone_hash",
}
# What a record may say besides ids.
NOT_IDS = {"event", "ids", "note", "path", "time", "timestamp", "ts", "type"}
# What the cases may call two ids that somebody joined.
JOINED = ("merge", "alias", "link")

# Nothing is known before the first event nor after the last, and a case may have none.
PASSER_BY = Story("passer_by").event("d1", None, 600)


def case(records: list[Mapping[str, Any]], expected: Mapping[str, Any], **spec) -> Case:
    """A case of our own."""
    return {"spec": spec, "records": records, "expected": expected}


def seen(device: str, account: str | None = None, number: int | None = None) -> dict:
    """An event on a device, perhaps of an account."""
    return {"event": number, "device_id": device, "user_id": account}


OWN: Mapping[str, Case] = {
    "own_a_device_belongs_to_its_account_before_the_login_too": case(
        [
            seen("d1", None, 1),
            seen("d1", "u1", 2),
            seen("d2", None, 3),
            seen("d2", "u1", 4),
        ],
        {"profiles": 1, "ids_in_profile": 3, "event_order_of_user": [1, 2, 3, 4]},
    ),
    "own_two_people_who_reset_the_device_between_them": case(
        [
            seen("d1", None, 1),
            seen("d1", "u1", 2),
            seen("d2", None, 3),
            seen("d2", "u2", 4),
        ],
        {"profiles": 2, "owners": {"1": "u1", "2": "u1", "3": "u2", "4": "u2"}},
    ),
    "own_a_second_account_with_an_address_is_a_second_person": case(
        [
            {"user_id": "u1", "email": "e"},
            {"user_id": "u1", "email": "e"},
            {"user_id": "u2", "email": "e"},
        ],
        {"profiles": 2, "profile_of": {"e": "u1"}},
        limits={"user_id": 1, "email": 5},
    ),
    "own_an_address_joins_two_accounts_where_two_are_allowed": case(
        [{"user_id": "u1", "email": "e"}, {"user_id": "u2", "email": "e"}],
        {"profiles": 1, "ids_in_profile": 3},
        limits={"user_id": 2, "email": 1},
    ),
    "own_a_blocked_value_joins_nobody": case(
        [
            {"user_id": "u1", "email": "void"},
            {"user_id": "u2", "email": "void"},
            {"user_id": "u2", "email": "e"},
        ],
        {"profiles": 2, "profile_of": {"e": "u2"}},
        blocked_values=["void"],
    ),
    "own_zeros_and_dashes_of_whatever_length_join_nobody": case(
        [
            {"user_id": "u1", "email": "e", "anonymous_id": "0000-0000"},
            {"user_id": "u2", "phone": "000000", "anonymous_id": "0000-0000"},
            {"user_id": "u3", "phone": "000000", "anonymous_id": "---"},
            {"event": 1, "ids": {"user_id": "u4", "anonymous_id": "---"}},
        ],
        {"profiles": 4},
        blocked_values=["^[0-]*$"],
    ),
}


CASES = {**read_cases("identity"), **OWN}


def policy_of(each: Case) -> str:
    """The policy of a case: a person has one account or may have several."""
    alone = each["spec"].get("limits", {}).get(ACCOUNT) == 1
    return NEVER_MERGE if alone else CONNECTED


def blocked_values(each: Case) -> list[str]:
    """The values that a case says are nobody."""
    return each["spec"].get("blocked_values", [])


def ids_of(record: Mapping[str, Any], blocked: list[str]) -> Iterator[Pair]:
    """The ids of a record; those of nobody are the same in all stories."""
    for name, value in {**record, **record.get("ids", {})}.items():
        if name not in NOT_IDS and value is not None:
            text = str(value)
            is_nobody = any(text == b or re.fullmatch(b, text) for b in blocked)
            yield TYPES.get(name, name), f"!{text}" if is_nobody else text


def told(case_id: str) -> tuple[Story, dict[str, Any]]:
    """A case as a story, a record a day; and what its events call themselves."""
    each, story, names = CASES[case_id], Story(case_id), {}

    def happen(ids: Mapping[str, str], day: int, name: Any = None) -> None:
        names[f"{case_id}{SEPARATOR}{len(names):04d}"] = name
        story.event(ids.get(DEVICE), ids.get(ACCOUNT), day)

    for day, record in enumerate(each["records"]):
        joined = next((record[name] for name in JOINED if name in record), None)
        if joined:
            story.link((DEVICE, joined[0]), (DEVICE, joined[1]), day)
            continue
        ids = dict(ids_of(record, blocked_values(each)))
        for one, other in combinations(ids.items(), 2):
            if {one[0], other[0]} != {ACCOUNT, DEVICE}:
                story.link(one, other, day)
        if DEVICE in ids or "event" in record:
            happen(ids, day, record.get("event"))
        if DEVICE in ids and "page_views_of_profile" in each["expected"]:
            happen({DEVICE: ids[DEVICE]}, 400 + day)
    return story, names


@pytest.fixture(scope="module")
def told_by(
    new_warehouse: Callable[[str], Warehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Warehouse]:
    """The cases of each policy in a warehouse."""
    warehouses = {}
    sound = can_be_told(CASES, told)
    for policy in (CONNECTED, NEVER_MERGE):
        named = [name for name in sound if policy_of(CASES[name]) == policy]
        blocked = {
            text
            for name in named
            for text in blocked_values(CASES[name])
            if not text.startswith("^")  # patterns are those that the rules know
        }
        warehouses[policy] = new_warehouse(f"cases_{policy}")
        load(
            warehouses[policy],
            tmp_path_factory.mktemp("raw_cases"),
            [PASSER_BY, *(told(name)[0] for name in named)],
            [
                "insert into strata_rules.strata__identity_denied values"
                f" ('any', '{text}', 'whole', {ALWAYS})"
                for text in sorted(blocked)
            ],
        )
        build(warehouses[policy], policy, "+core_owned_events")
    return warehouses


@dataclass(frozen=True)
class Answer:
    """What a warehouse says of a case, in the words of the cases."""

    warehouse: Warehouse
    case_id: str

    @cached_property
    def profiles(self) -> list[frozenset[str]]:
        """The ids of each person, who has most of them first."""
        return sorted(persons(self.warehouse, self.case_id), key=len, reverse=True)

    @cached_property
    def events(self) -> list[tuple[Any, str, bool]]:
        """What each event is called, its person and whether it names the account."""
        names = told(self.case_id)[1]
        rows = self.warehouse.rows(
            "select event_id, user_key, is_identified"
            " from strata_core.core_owned_events where starts_with(event_id, ?)"
            " order by event_at, event_id",
            self.case_id + SEPARATOR,
        )
        return [(names[event_id], *rest) for event_id, *rest in rows]

    @cached_property
    def accounts(self) -> dict[str, str]:
        """The account of each person, the first by the alphabet."""
        rows = self.warehouse.rows(
            "select user_key, min(id) from strata_core.core_identity_components"
            " where id_type = 'user_id' and starts_with(id, ?) group by user_key",
            self.case_id + SEPARATOR,
        )
        return {key: text.partition(SEPARATOR)[2] for key, text in rows}

    def account_with(self, text: str) -> str | None:
        """The account of the person whom an id belongs to."""
        (profile,) = (
            p for p in self.profiles if {i.partition(":")[2] for i in p} & {text}
        )
        accounts = sorted(i for i in profile if i.startswith(ACCOUNT))
        return accounts[0].partition(":")[2] if accounts else None

    def of(self, name: str, expected: Any) -> Any:
        """The answer to one question."""
        keys = [key for _, key, _ in self.events]
        match name:
            case "profiles" | "users" | "users_after_merges" | "clusters":
                return len(self.profiles)
            case "ids_in_profile":
                return len(self.profiles[0])
            case "users_before_merges":
                return len(self.events)
            case "event_order_of_user":
                first = max(sorted(set(keys)), key=keys.count)
                return [called for called, key, _ in self.events if key == first]
            case "page_views_of_profile":
                known = [is_identified for *_, is_identified in self.events]
                return {
                    "anonymous_only_rows_included": known.count(False),
                    "total": len(known),
                }
            case "owners":
                return {
                    str(called): self.accounts.get(key)
                    for called, key, _ in self.events
                }
            case "profile_of":
                return {text: self.account_with(text) for text in expected}
        raise AssertionError(f"the case asks for something new: {name}")


@pytest.mark.parametrize("case_id", CASES)
def test_a_published_case_comes_out(
    told_by: Mapping[str, Warehouse], case_id: str
) -> None:
    each = CASES[case_id]
    answer = Answer(told_by[policy_of(each)], case_id)
    expected = each["expected"]
    assert {
        name: answer.of(name, value) for name, value in expected.items()
    } == expected
