"""Paths, held against plain Python and against the cases of reference systems.

Each case is a definition of its own in one warehouse. The names of its events begin
with its number, so that its rules match no event of another case.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from funnel_cases import OPERATORS
from oracles import compare
from oracles.paths import TABLES, read_paths
from oracles.spine import spine_of
from published import Case, can_be_told, read_cases
from warehouses import Warehouse

from strata.check import check_rules
from strata.rules import Row

KNOWN = {
    "include",
    "date_from",
    "date_to",
    "session_gap_minutes",
    "max_steps",
    "where",
    "start_point",
    "end_point",
    "exclude",
    "groups",
    "min_edge_weight",
    "max_edge_weight",
    "edge_limit",
    "cleaning",
}
# What the cases may call the same thing.
OTHER_NAMES = {
    "start": "start_point",
    "end": "end_point",
    "step_limit": "max_steps",
    "exclude_events": "exclude",
    "exclusions": "exclude",
    "path_groupings": "groups",
    "groupings": "groups",
    "wildcard_groups": "groups",
    "path_cleaning": "cleaning",
    "path_cleaning_filters": "cleaning",
    "local_path_cleaning_filters": "cleaning",
}
PAGE, SCREEN = "$pageview", "$screen"


def walk(
    person: str, nodes: str, start: str = "2021-06-15T12:00:00", minutes: float = 5
) -> list[dict[str, Any]]:
    """The events of a person: pages where they begin with a slash, else by name."""
    moment = datetime.fromisoformat(start)
    events = []
    for number, node in enumerate(nodes.split()):
        event: dict[str, Any] = {
            "person": person,
            "distinct_id": f"{person}-{number % 2}",
            "ts": (moment + number * timedelta(minutes=minutes)).isoformat(),
            "event": PAGE if node.startswith("/") else node,
        }
        if node.startswith("/"):
            event["props"] = {"$current_url": node}
        events.append(event)
    return events


def case(spec: Mapping[str, Any], events: Sequence[Any], *edges: Any) -> Case:
    """A case of our own: an edge is its step, its two nodes and how often."""
    return {
        "spec": {
            "include": ["pageview"],
            "date_from": "2021-06-08T00:00:00",
            "date_to": "2021-06-15T23:59:59",
            "session_gap_minutes": 30,
            "max_steps": 5,
            **spec,
        },
        "events": events,
        "expected": {
            "edges": [
                dict(zip(("step", "from", "to", "count"), edge, strict=True))
                for edge in edges
            ]
        },
    }


SHOP = [
    *walk("a", "/ /about/ /about"),
    *walk("b", "/ /pricing/ /about"),
    *walk("c", "/pricing / /about/"),
    *walk("d", "/pricing /about /pricing/ /help"),
]
LONG = walk("a", "/x /a /b /c /d /e /f /g /y")
OWN: Mapping[str, Case] = {
    "own_start": case(
        {"start_point": "/pricing/"},
        SHOP,
        (1, "/pricing", "/about", 2),
        (1, "/pricing", "/", 1),
        (2, "/", "/about", 1),
        (2, "/about", "/pricing", 1),
        (3, "/pricing", "/help", 1),
    ),
    "own_end_shows_the_last_steps": case(
        {"end_point": "/y", "max_steps": 3},
        LONG,
        (1, "/f", "/g", 1),
        (2, "/g", "/y", 1),
    ),
    "own_end_is_the_first_time": case(
        {"end_point": "/about"},
        SHOP,
        (1, "/", "/about", 1),
        (1, "/", "/pricing", 1),
        (2, "/pricing", "/about", 1),
        (1, "/pricing", "/", 1),
        (2, "/", "/about", 1),
        (1, "/pricing", "/about", 1),
    ),
    "own_between_two_points": case(
        {"start_point": "/a", "end_point": "/c"},
        LONG,
        (1, "/a", "/b", 1),
        (2, "/b", "/c", 1),
    ),
    "own_far_between_two_points": case(
        {"start_point": "/x", "end_point": "/y", "max_steps": 4},
        LONG,
        (1, "/x", "/a", 1),
        (2, "/a", "...", 1),
        (3, "...", "/g", 1),
        (4, "/g", "/y", 1),
    ),
    "own_the_end_comes_after_the_start": case(
        {"start_point": "/c", "end_point": "/a"}, LONG
    ),
    "own_four_steps": case(
        {"max_steps": 4},
        LONG,
        (1, "/x", "/a", 1),
        (2, "/a", "/b", 1),
        (3, "/b", "/c", 1),
    ),
    "own_silence_of_the_gap_ends_a_path": case(
        {},
        [
            *walk("a", "/ /about", minutes=30),
            *walk("b", "/ /pricing", minutes=29.99999),
        ],
        (1, "/", "/pricing", 1),
    ),
    "own_a_page_and_an_act": case(
        {"include": ["pageview", "custom"]},
        walk("a", "/ buy /thanks"),
        (1, "/", "buy", 1),
        (2, "buy", "/thanks", 1),
    ),
    "own_what_is_left_out_joins_its_neighbours": case(
        {"include": ["pageview", "custom"], "exclude": ["/health", "ping"]},
        walk("a", "/ /health / ping /about"),
        (1, "/", "/about", 1),
    ),
    "own_pages_of_a_kind": case(
        {"groups": ["/product/*"]},
        [*walk("a", "/ /product/1 /product/2 /cart"), *walk("b", "/ /product/3/")],
        (1, "/", "/product/*", 2),
        (2, "/product/*", "/cart", 1),
    ),
    "own_a_group_is_found_anywhere_in_pages_and_acts": case(
        {"include": ["pageview", "custom"], "groups": ["/item/*", "add *"]},
        walk("a", "/shop/item/1 add_1 /item/2/more add_2")
        + [
            {
                "person": "b",
                "distinct_id": "b",
                "ts": f"2021-06-15T12:0{number}:00",
                "event": name,
            }
            for number, name in enumerate(("add one", "add two", "pay"))
        ],
        (1, "/item/*", "add_1", 1),
        (2, "add_1", "/item/*", 1),
        (3, "/item/*", "add_2", 1),
        (1, "add *", "pay", 1),
    ),
    "own_pages_are_cleaned_before_they_are_grouped": case(
        {
            "cleaning": [
                {"regex": "[?#].*", "alias": ""},
                {"regex": "/\\d+", "alias": "/<n>"},
            ],
            "groups": ["/shop/<n>"],
            "start_point": "/shop/<n>",
        },
        [
            *walk("a", "/ /shop/12/ /order/7?paid=1 /order/8"),
            *walk("b", "/shop/3?x /order/77#top"),
        ],
        (1, "/shop/<n>", "/order/<n>", 2),
    ),
    "own_an_act_may_be_named_like_a_page": case(
        {"include": ["pageview", "custom"], "exclude": ["/ping"], "end_point": "/pay"},
        [
            event | {"event": event["props"]["$current_url"], "props": {}}
            if event["props"]["$current_url"] in ("/ping", "/pay")
            else event
            for event in walk("a", "/ /cart /ping /pay /thanks")
        ],
        (1, "/", "/cart", 1),
        (2, "/cart", "/pay", 1),
    ),
    "own_weights": case(
        {"min_edge_weight": 2, "max_edge_weight": 2},
        [
            *walk("a", "/ /a /b"),
            *walk("b", "/ /a /b"),
            *walk("c", "/ /a /c"),
        ],
        (2, "/a", "/b", 2),
    ),
    "own_what_hangs_in_the_air_is_not_shown": case(
        {"edge_limit": 2},
        [
            *walk("a", "/1 /a /b"),
            *walk("b", "/2 /a /b"),
            *walk("c", "/3 /c"),
            *walk("d", "/3 /c"),
        ],
        (1, "/3", "/c", 2),
    ),
    "own_numbers": case(
        {
            "where": [
                {"key": "n", "op": "gte", "value": "10", "of": "event"},
                {"key": "page", "op": "is_not", "value": "/x", "of": "event"},
            ]
        },
        [
            event | {"props": {**event["props"], "n": number}}
            for person, number in (("a", 10), ("b", 9))
            for event in walk(person, "/ /x /about")
        ],
        (1, "/", "/about", 1),
    ),
    "own_people_and_properties": case(
        {
            "where": [
                {"key": "plan", "op": "icontains", "value": "PRO", "of": "event"},
                {
                    "key": "email",
                    "op": "not_icontains",
                    "value": "@test",
                    "of": "person",
                },
            ]
        },
        [
            event | {"props": {**event["props"], "plan": plan}}
            for person, plan in (("a", "Pro"), ("b", "free"), ("tester", "pro"))
            for event in walk(person, "/ /about")
        ],
        (1, "/", "/about", 1),
    )
    | {"persons": [{"person": "tester", "properties": {"email": "x@test.org"}}]},
}


def known(each: Case) -> Case:
    """A case in our own words; what is not asked for is as if it were not there."""
    spec = {
        OTHER_NAMES.get(name, name): value
        for name, value in each["spec"].items()
        if value not in (None, [], "")
    }
    return {**each, "spec": spec}


CASES = {
    **{each: known(case) for each, case in read_cases("paths").items()},
    **OWN,
}
NUMBERS = {case_id: f"case{number:03d}:" for number, case_id in enumerate(CASES)}


def quoted(value: Any) -> str:
    """A value as SQL."""
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, date):
        return f"date '{value}'"
    return "'" + str(value).replace("'", "''") + "'"


def values(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as SQL."""
    return ", ".join(f"({', '.join(map(quoted, row))})" for row in rows)


RULE = ("x", "x", date(1900, 1, 1), date(9999, 12, 31), "x")
KINDS = {"pageview": PAGE, "screen": SCREEN}


def node_rules(case_id: str) -> list[tuple[Any, ...]]:
    """The rules of what an event is: what is out, exclusions, groups, then the rest.

    A name is that of a page, a screen or an event, whatever it begins with. A group is
    found anywhere in a name; where several are, it is of the one that was named last.
    """
    spec, prefix = CASES[case_id]["spec"], NUMBERS[case_id]
    groups = spec.get("groups", ())
    patterns = {each: "%" + each.replace("*", "%") + "%" for each in groups}
    named = [
        (patterns.get(name, name), "none", None) for name in spec.get("exclude", ())
    ]
    named += [(patterns[each], "label", each) for each in reversed(groups)]
    rules: list[tuple[str, str | None, str, str | None]] = []
    for kind, event in KINDS.items():
        if kind in spec["include"]:
            rules += ((event, *rule) for rule in (*named, (None, "page", None)))
        else:
            rules.append((event, None, "none", None))
    if "custom" in spec["include"]:
        rules += ((pattern, None, *rule) for pattern, *rule in named)
        rules.append(("%", None, "event_name", None))
    return [
        (case_id, number, prefix + event, *rule, *RULE)
        for number, (event, *rule) in enumerate(rules, 1)
    ]


def definition(case_id: str) -> tuple[Any, ...]:
    """The definition of a case, whose gap ends a path at exactly its length."""
    spec, prefix = CASES[case_id]["spec"], NUMBERS[case_id]
    names = {event["event"] for event in CASES[case_id]["events"]}

    def point(name: str | None) -> str | None:
        return prefix + name if name in names else name

    return (
        case_id,
        "gap",
        spec["session_gap_minutes"] * 60 - 1e-6,
        point(spec.get("start_point")),
        point(spec.get("end_point")),
        spec["max_steps"],
        True,
        None,
        None,
        spec.get("min_edge_weight"),
        spec.get("max_edge_weight"),
        spec.get("edge_limit"),
        None,
        "x",
        "x",
        date.fromisoformat(spec["date_from"][:10]),
        date.fromisoformat(spec["date_to"][:10]) + timedelta(days=1),
        "x",
    )


def cleanings(case_id: str) -> list[tuple[Any, ...]]:
    """What is replaced in the pages of a case, in its order."""
    return [
        (case_id, number, each["regex"], each["alias"], *RULE)
        for number, each in enumerate(CASES[case_id]["spec"].get("cleaning", ()), 1)
    ]


def wanted_of(condition: Mapping[str, Any]) -> str | None:
    """The value that a condition asks for, which may be told as a list of one."""
    value = condition.get("value")
    if isinstance(value, list):
        (value,) = value or [None]
    return value if value is None or isinstance(value, str) else json.dumps(value)


def filters(case_id: str) -> list[tuple[Any, ...]]:
    """The conditions on properties of events."""
    return [
        (case_id, each["key"], OPERATORS[each["op"]], wanted_of(each), *RULE)
        for each in CASES[case_id]["spec"].get("where", ())
        if each["of"] == "event"
    ]


def is_out(person: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    """True if a person does not meet a condition on the person."""
    value = str(person.get("properties", {}).get(condition["key"]) or "").lower()
    wanted = (wanted_of(condition) or "").lower()
    return {
        "exact": value != wanted,
        "is_not": value == wanted,
        "icontains": wanted not in value,
        "not_icontains": wanted in value,
        "is_set": not value,
        "is_not_set": bool(value),
    }[condition["op"]]


def raw_rows(
    case_ids: Iterable[str],
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The events, and the accounts: who does not meet a condition is internal."""
    events, accounts = [], []
    for case_id in case_ids:
        each = CASES[case_id]
        people = {person["person"]: person for person in each.get("persons", ())}
        wanted = [c for c in each["spec"].get("where", ()) if c["of"] == "person"]
        for person in {event["person"] for event in each["events"]}:
            out = any(is_out(people.get(person, {}), each) for each in wanted)
            accounts.append((f"{case_id}/{person}", out))
        for number, event in enumerate(each["events"]):
            props = event.get("props", {})
            page = "$screen_name" if event["event"] == SCREEN else "$current_url"
            events.append(
                (
                    f"{case_id}-{number:05d}",
                    f"{case_id}/{event['distinct_id']}",
                    f"{case_id}/{event['person']}",
                    NUMBERS[case_id] + event["event"],
                    event["ts"],
                    props.get(page),
                    json.dumps(props),
                )
            )
    return events, accounts


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse with the paths of every case."""
    warehouse = Warehouse(tmp_path_factory.mktemp("paths") / "strata.duckdb")
    told = can_be_told(
        CASES, node_rules, definition, cleanings, filters, lambda each: raw_rows([each])
    )
    events, accounts = raw_rows(told)
    warehouse.execute(
        "create schema raw",
        "create table raw.events as select * replace (event_at::timestamp as event_at)"
        f" from (values {values(events)}) as t(event_id, anonymous_id, user_id,"
        " event_name, event_at, page, properties)",
        "create table raw.users as select *, timestamp '2010-01-01' as registered_at,"
        f" 'x' as city from (values {values(accounts)}) as t(user_id, is_internal)",
    )
    warehouse.seed()
    tables = {
        "path_nodes": [row for each in told for row in node_rules(each)],
        "path_cleanings": [row for each in told for row in cleanings(each)],
        "path_filters": [row for each in told for row in filters(each)],
        "path_definitions": [definition(each) for each in told],
    }
    warehouse.execute(
        *(
            statement
            for seed, rows in tables.items()
            for statement in (
                f"delete from strata_rules.strata__{seed}",
                f"insert into strata_rules.strata__{seed} values {values(rows)}",
            )
        )
    )
    outcome = warehouse.dbt(
        "run", "--select", *(f"+{table}" for table in TABLES), "+metric_path_steps"
    )
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return warehouse


@pytest.mark.xdist_group("paths")
@pytest.mark.parametrize("case_id", CASES)
def test_the_edges_of_a_case_are_those_expected(found: Warehouse, case_id: str) -> None:
    each = CASES[case_id]
    assert each["spec"].keys() <= KNOWN, "the case asks for something new"
    assert each["expected"].keys() == {"edges"}
    edges = {
        (step, before.removeprefix(NUMBERS[case_id]), after): count
        for step, before, after, count in found.rows(
            "select step_number, from_node, replace(to_node, ?, ''), sessions"
            " from strata_metrics.metric_path_edges where path_code = ? and is_shown",
            NUMBERS[case_id],
            case_id,
        )
    }
    assert edges == {
        (edge["step"], edge["from"], edge["to"]): edge["count"]
        for edge in each["expected"]["edges"]
    }


@pytest.mark.xdist_group("simulated")
@pytest.mark.parametrize("table", TABLES)
def test_paths_are_those_of_the_sessions(simulated: Warehouse, table: str) -> None:
    spine = spine_of(simulated)
    key, read = TABLES[table]
    node_rules = simulated.records("from strata_rules.strata__path_nodes")
    cleanings = simulated.records("from strata_rules.strata__path_cleanings")
    expected = [
        row
        for rule in simulated.records("from strata_rules.strata__path_definitions")
        for row in read(rule, read_paths(rule, node_rules, cleanings, spine.sessions))
    ]
    assert expected
    said = compare.differences(
        simulated.records(f"from strata_metrics.{table}"), expected, key
    )
    assert not said, said


def test_a_path_that_cannot_be_is_refused_before_a_build() -> None:
    def faults(definition: Mapping[str, str], **node: str) -> list[str]:
        own = {"path_code": "a", "unit": "session", "max_steps": "5"} | definition
        rule = {"path_code": "a", "priority": "1", "node_kind": "page"} | node
        seeds = {"strata__path_definitions": own, "strata__path_nodes": rule}
        return [
            str(fault)
            for fault in check_rules(
                {name: [Row("rules.csv", 2, row)] for name, row in seeds.items()}
            )
        ]

    assert faults({}) == []
    assert faults({"unit": "gap", "gap_seconds": "1800"}) == []
    (fault,) = faults({"unit": "gap"})
    assert "gap_seconds is blank for the unit gap" in fault
    (fault,) = faults({"gap_seconds": "1800"})
    assert "gap_seconds is 1800 for the unit session" in fault
    (fault,) = faults({"max_steps": "1"})
    assert "a path has two steps or more" in fault
    (fault,) = faults({}, node_kind="label")
    assert "node_label is blank for the kind label" in fault
    (fault,) = faults({}, node_label="Shop")
    assert "node_label is Shop for the kind page" in fault
    unnamed, unruled = sorted(faults({}, path_code="b"))
    assert "b is not in strata__path_definitions" in unnamed + unruled
    assert "no rule says what an event is in a" in unnamed + unruled
