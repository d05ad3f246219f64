"""Cases of our own of retention, lifecycle, stickiness and funnels, in the form of the
reference cases: what their suites ask for, with numbers that were counted by hand.
"""

from collections.abc import Mapping
from typing import Any

from published import Case


def did(person: str, event: str, *times: str, **props: Any) -> list[dict[str, Any]]:
    """The events of a person; an hour is written as one, a day is told at noon."""
    return [
        {
            "person": person,
            "distinct_id": person,
            "event": event,
            "ts": at if "T" in at else f"{at}T12:00:00",
            "props": props,
        }
        for at in times
    ]


def retained(
    spec: Mapping[str, Any], table: list[list[int]], *events: list[dict[str, Any]]
) -> Case:
    """A case of retention: of a first `start` and a later `back`, if not said else."""
    return {
        "spec": {
            "type": "first_time",
            "period": "day",
            "first_period_start": "2020-06-10T00:00:00",
            "start_event": {"event": "start"},
            "return_event": {"event": "back"},
            **spec,
        },
        "events": [event for own in events for event in own],
        "expected": {"table": table},
    }


def lived(spec: Mapping[str, Any], states: str, *events: list[dict[str, Any]]) -> Case:
    """A case of a lifecycle: how many are new, returning, resurrecting and dormant, who
    are negative there.
    """
    told = [
        [
            sign * int(each)
            for sign, each in zip((1, 1, 1, -1), part.split(), strict=True)
        ]
        for part in states.split("|")
    ]
    persons = {event["person"] for own in events for event in own}
    return {
        "spec": {"event": {"event": "view"}, "periods": len(told), **spec},
        "persons": [
            {"person": each, "properties": {"plan": each}, "created_at": BORN[each]}
            for each in sorted(persons)
        ],
        "events": [event for own in events for event in own],
        "expected": dict(
            zip(
                ("new", "returning", "resurrecting", "dormant"),
                ([*each] for each in zip(*told, strict=True)),
                strict=True,
            )
        ),
    }


BORN = {"ann": "2020-01-12T10:00:00", "bob": "2019-01-01T00:00:00"}


def stuck(
    spec: Mapping[str, Any], users: Mapping[str, int], *events: list[dict[str, Any]]
) -> Case:
    """A case of stickiness: how many were active in so many periods."""
    return {
        "spec": {"event": {"event": "view"}, **spec},
        "events": [event for own in events for event in own],
        "expected": {"histogram": users, "users": sum(users.values())},
    }


def where(key: str, op: str, value: Any = None, of: str = "event") -> dict[str, Any]:
    """A condition."""
    return {"key": key, "op": op, "value": value, "of": of}


HOURS = [
    *did("ann", "start", "2020-06-10T10:59:59", "2020-06-10T11:10:00"),
    *did("ann", "start", "2020-06-10T13:00:00"),
    *did("bob", "start", "2020-06-10T11:30:00", "2020-06-10T12:05:00"),
]
SOME = ("exact", "a", "person")
STARTS = did("ann", "start", "2020-06-10"), did("bob", "start", "2020-06-10")
RETENTION: Mapping[str, Case] = {
    "each_hour_is_a_cohort": retained(
        {
            "type": "recurring",
            "period": "hour",
            "first_period_start": "2020-06-10T10:00:00",
            "return_event": {"event": "start"},
        },
        [[1, 1, 0, 1], [2, 1, 1], [1, 0], [1]],
        HOURS,
    ),
    "the_first_hour_alone": retained(
        {
            "period": "hour",
            "first_period_start": "2020-06-10T10:00:00",
            "return_event": {"event": "start"},
        },
        [[1, 1, 0, 1], [1, 1, 0]],
        HOURS,
    ),
    "an_hour_is_of_the_zone": retained(
        {
            "period": "hour",
            "timezone": "US/Pacific",
            "first_period_start": "2020-06-09T23:00:00",
            "return_event": {"event": "start"},
        },
        [[1, 1, 1], [0, 0]],
        did("ann", "start", "2020-06-10T06:30:00", "2020-06-10T07:30:00"),
        did("ann", "start", "2020-06-10T08:00:00"),
    ),
    "hours_from_the_start": retained(
        {
            "period": "hour",
            "clock": "rolling",
            "first_period_start": "2020-06-10T10:00:00",
        },
        [[1, 0, 1]],
        did("ann", "start", "2020-06-10T10:40:00"),
        did("ann", "back", "2020-06-10T11:39:59", "2020-06-10T12:40:00"),
    ),
    "brackets": retained(
        {"brackets": [1, 3]},
        [[3, 1, 1]],
        *STARTS,
        did("cat", "start", "2020-06-10"),
        did("ann", "back", "2020-06-11"),
        did("bob", "back", "2020-06-12", "2020-06-14"),
        did("cat", "back", "2020-06-15"),
    ),
    "brackets_of_weeks_by_their_first_day": retained(
        {
            "period": "week",
            "week_start": "sunday",
            "first_period_start": "2020-06-07T00:00:00",
            "brackets": [2, 2],
        },
        [[2, 1, 1]],
        *STARTS,
        did("ann", "back", "2020-06-27"),
        did("bob", "back", "2020-06-28"),
    ),
    "several_returns_of_a_bracket": retained(
        {"brackets": [2, 2], "minimum_occurrences": 2},
        [[2, 1, 0]],
        *STARTS,
        did("ann", "back", "2020-06-11", "2020-06-12"),
        did("bob", "back", "2020-06-12", "2020-06-13"),
    ),
    "on_or_after": retained(
        {"kind": "on_or_after"},
        [[2, 2, 1, 1, 0]],
        *STARTS,
        did("ann", "back", "2020-06-11"),
        did("bob", "back", "2020-06-13"),
    ),
    "any_event_returns": retained(
        {"return_event": {"event": None}},
        [[2, 1, 1]],
        *STARTS,
        did("ann", "x", "2020-06-11"),
        did("bob", "y", "2020-06-12"),
    ),
    "one_of_several_values": retained(
        {"start_event": {"event": "start", "where": [where("n", "exact", [1, "b"])]}},
        [[1, 1], [1, 0]],
        did("ann", "start", "2020-06-10", n=1),
        did("bob", "start", "2020-06-10", n="a"),
        did("bob", "start", "2020-06-11", n="b"),
        did("ann", "back", "2020-06-11"),
    ),
    "a_list_of_one_value": retained(
        {"return_event": {"event": "back", "where": [where("n", "exact", ["1"])]}},
        [[2, 1, 0]],
        *STARTS,
        did("ann", "back", "2020-06-11", n="1"),
        did("bob", "back", "2020-06-12", n="2"),
    ),
    "several_conditions": retained(
        {
            "where": [where("plan", "icontains", "PRO"), where("n", "gte", 10)],
            "start_event": {"event": "start", "where": [where("x", "is_set")]},
        },
        [[1, 1, 0]],
        did("ann", "start", "2020-06-10", plan="a pro", n=10, x=""),
        did("bob", "start", "2020-06-10", plan="a pro", n=9.5, x=""),
        did("cat", "start", "2020-06-10", plan="a pro", n=11),
        did("ann", "back", "2020-06-11", plan="PRO", n="10.5"),
        did("ann", "back", "2020-06-12", plan="free", n=12),
    ),
    "persons_of_several_values": retained(
        {"where": [where("plan", "exact", ["a", "b"], "person")]},
        [[2, 1]],
        *STARTS,
        did("cat", "start", "2020-06-10"),
        did("ann", "back", "2020-06-11"),
        did("cat", "back", "2020-06-11"),
    )
    | {
        "persons": [
            {"person": person, "properties": {"plan": plan}}
            for person, plan in (("ann", "a"), ("bob", "b"), ("cat", "c"))
        ]
    },
    "the_start_of_some_persons": retained(
        {"start_event": {"event": "start", "where": [where("plan", *SOME)]}},
        [[1, 1]],
        *STARTS,
        did("ann", "back", "2020-06-11"),
        did("bob", "back", "2020-06-11"),
    )
    | {
        "persons": [
            {"person": person, "properties": {"plan": plan}}
            for person, plan in (("ann", "a"), ("bob", "b"))
        ]
    },
    "each_id_of_some_persons": retained(
        {"aggregate_by": "distinct_id", "where": [where("plan", *SOME)]},
        [[2, 1]],
        *STARTS,
        [each | {"distinct_id": "ann2"} for each in STARTS[0]],
        did("ann", "back", "2020-06-11"),
        did("bob", "back", "2020-06-11"),
    )
    | {
        "persons": [
            {"person": person, "distinct_ids": ids, "properties": {"plan": plan}}
            for person, ids, plan in (
                ("ann", ["ann", "ann2"], "a"),
                ("bob", ["bob"], "b"),
            )
        ]
    },
    "a_team_is_one": retained(
        {"aggregate_by": "team"},
        [[1, 1]],
        did("ann", "start", "2020-06-10", team="red"),
        did("bob", "start", "2020-06-10"),
        did("cat", "back", "2020-06-11", team="red"),
    ),
    "the_first_of_a_name_must_meet_several_conditions": retained(
        {
            "type": "first_ever",
            "start_event": {
                "event": "start",
                "where": [where("n", "exact", 1), where("m", "exact", "x")],
            },
        },
        [[1, 1], [0, 0]],
        did("ann", "start", "2020-06-10", n=1, m="x"),
        did("bob", "start", "2020-06-10", n=1, m="y"),
        did("bob", "start", "2020-06-11", n=1, m="x"),
        did("ann", "back", "2020-06-11"),
        did("bob", "back", "2020-06-12"),
    ),
    "windows_of_24_hours_from_the_first_start": retained(
        {"type": "recurring", "time_window_mode": "24_hour_windows"},
        [[1, 0, 1], [0, 0]],
        did("ann", "start", "2020-06-10", "2020-06-11"),
        did("ann", "back", "2020-06-11T11:59:59", "2020-06-12T12:00:00"),
    ),
    "on_or_after_often_enough": retained(
        {"cumulative": True, "minimum_occurrences": 2},
        [[2, 1, 1, 0]],
        *STARTS,
        did("ann", "back", "2020-06-12", "2020-06-12T13:00:00"),
        did("bob", "back", "2020-06-11", "2020-06-12"),
    ),
    "a_bracket_or_later": retained(
        {"brackets": [2, 3], "cumulative": True},
        [[2, 2, 1]],
        *STARTS,
        did("ann", "back", "2020-06-14"),
        did("bob", "back", "2020-06-11"),
    ),
    "the_rest_of_the_values_and_none": retained(
        {"breakdown": {"property": "p", "type": "event", "return_must_match": True}},
        [],
        did("ann", "start", "2020-06-10", p="a"),
        did("bob", "start", "2020-06-10", p="b"),
        did("cat", "start", "2020-06-10"),
        did("bob", "back", "2020-06-11", p="c"),
        did("ann", "back", "2020-06-11"),
        did("cat", "back", "2020-06-12"),
    )
    | {
        "expected": {
            "tables": {"a": [[1, 0, 0]], "Other": [[1, 1, 0]], "(none)": [[1, 0, 1]]}
        }
    },
    "brackets_by_a_value": retained(
        {
            "brackets": [1, 2],
            "breakdown": {"property": "p", "type": "event"},
        },
        [],
        did("ann", "start", "2020-06-10", p="a"),
        did("bob", "start", "2020-06-10", p="b"),
        did("ann", "back", "2020-06-13"),
        did("bob", "back", "2020-06-11"),
    )
    | {"expected": {"tables": {"a": [[1, 0, 1]], "b": [[1, 1, 0]]}}},
    "long_after_the_others": retained(
        {"first_period_start": "2029-06-10T00:00:00"},
        [[1, 1]],
        did("ann", "start", "2029-06-10T23:00:00-01:00", "2029-06-10"),
        did("ann", "back", "2029-06-11T00:30:00Z"),
    ),
}
LIFECYCLE: Mapping[str, Case] = {
    "hours": lived(
        {"interval": "hour", "first_period_start": "2020-01-12T09:00:00"},
        "0 0 0 0|1 0 1 0|0 1 0 1|0 0 0 1",
        did("ann", "view", "2020-01-12T10:30:00", "2020-01-12T11:00:00"),
        did("bob", "view", "2020-01-12T10:00:00", "2020-01-12T07:00:00"),
    ),
    "months": lived(
        {"interval": "month", "first_period_start": "2020-01-01T00:00:00"},
        "1 0 1 0|0 1 0 1|0 0 0 1|0 0 1 0",
        did("ann", "view", "2020-01-31", "2020-02-29"),
        did("bob", "view", "2020-01-01", "2020-04-30"),
    ),
    "any_event": lived(
        {
            "event": {"event": None},
            "interval": "day",
            "first_period_start": "2020-01-12T00:00:00",
        },
        "1 0 0 0|0 1 0 0",
        did("ann", "view", "2020-01-12"),
        did("ann", "other", "2020-01-13"),
    ),
    "either_of_two_values_and_no_more": lived(
        {
            "event": {
                "event": "view",
                "where": [where("n", "exact", [1, 2]), where("m", "is_not", "x")],
            },
            "interval": "day",
            "first_period_start": "2020-01-12T00:00:00",
        },
        "1 0 0 0|0 1 0 0|0 0 0 1",
        did("ann", "view", "2020-01-12", n=1),
        did("ann", "view", "2020-01-13", n=2, m="y"),
        did("ann", "view", "2020-01-14", n=1, m="x"),
        did("bob", "view", "2020-01-13", n=3),
    ),
    "an_event_of_some_persons": lived(
        {
            "event": {
                "event": "view",
                "where": [where("plan", "exact", "ann", "person")],
            },
            "interval": "day",
            "first_period_start": "2020-01-12T00:00:00",
        },
        "1 0 0 0|0 0 0 1",
        did("ann", "view", "2020-01-12"),
        did("bob", "view", "2020-01-13"),
    ),
    "some_persons": lived(
        {
            "where": [where("plan", "exact", ["ann"], "person")],
            "interval": "day",
            "first_period_start": "2020-01-12T00:00:00",
        },
        "1 0 0 0|0 0 0 1",
        did("ann", "view", "2020-01-12"),
        did("bob", "view", "2020-01-12"),
    ),
}
STICKINESS: Mapping[str, Case] = {
    "months": stuck(
        {
            "interval": "month",
            "date_from": "2020-01-15T00:00:00",
            "date_to": "2020-03-20T23:59:59",
        },
        {"1": 1, "2": 0, "3": 1},
        did("ann", "view", "2020-01-31", "2020-02-01", "2020-02-29", "2020-03-20"),
        did("bob", "view", "2020-03-01", "2020-03-19", "2019-12-31"),
    ),
    "often_enough": stuck(
        {
            "interval": "day",
            "date_from": "2020-01-01T00:00:00",
            "date_to": "2020-01-03T23:59:59",
            "minimum_occurrences": 2,
        },
        {"1": 1, "2": 0, "3": 0},
        did("ann", "view", "2020-01-01", "2020-01-01T13:00:00", "2020-01-02"),
        did("bob", "view", "2020-01-01", "2020-01-02", "2020-01-03"),
    ),
    "seldom_enough": stuck(
        {
            "interval": "day",
            "date_from": "2020-01-01T00:00:00",
            "date_to": "2020-01-03T23:59:59",
            "criteria": {"operator": "lte", "value": 1},
        },
        {"1": 1, "2": 1, "3": 0},
        did("ann", "view", "2020-01-01", "2020-01-01T13:00:00", "2020-01-02"),
        did("bob", "view", "2020-01-01", "2020-01-02"),
        did("cat", "view", "2020-01-03", "2020-01-03", "2020-01-03"),
    ),
    "so_often_and_no_more": stuck(
        {
            "interval": "day",
            "date_from": "2020-01-01T00:00:00",
            "date_to": "2020-01-03T23:59:59",
            "criteria": {"operator": "exact", "value": 2},
        },
        {"1": 1, "2": 0, "3": 0},
        did("ann", "view", "2020-01-01", "2020-01-01T13:00:00", "2020-01-02"),
        did("cat", "view", "2020-01-03", "2020-01-03", "2020-01-03"),
    ),
    "periods_of_two_days_of_which_the_last_is_cut_short": stuck(
        {
            "interval": "day",
            "interval_count": 2,
            "date_from": "2020-01-01T00:00:00",
            "date_to": "2020-01-05T23:59:59",
        },
        {"1": 1, "2": 1, "3": 0},
        did("ann", "view", "2020-01-01", "2020-01-02"),
        did("bob", "view", "2020-01-02", "2020-01-05", "2020-01-06"),
    ),
    "so_many_periods_or_more": stuck(
        {
            "interval": "day",
            "date_from": "2020-01-01T00:00:00",
            "date_to": "2020-01-03T00:00:00",
            "cumulative": True,
        },
        {"1": 2, "2": 1, "3": 0},
        did("ann", "view", "2020-01-01", "2020-01-02"),
        did("bob", "view", "2020-01-02"),
    )
    | {"expected": {"histogram": {"1": 2, "2": 1, "3": 0}, "users": 2}},
    "weeks_that_end_within_one": stuck(
        {
            "interval": "week",
            "date_from": "2020-01-09T00:00:00",
            "date_to": "2020-01-21T23:59:59",
        },
        {"1": 1, "2": 0, "3": 1},
        did("ann", "view", "2020-01-05", "2020-01-18", "2020-01-20"),
        did("bob", "view", "2020-01-04", "2020-01-19"),
    ),
    "weeks_from_monday": stuck(
        {
            "interval": "week",
            "week_start": "monday",
            "date_from": "2020-01-09T00:00:00",
            "date_to": "2020-01-21T23:59:59",
        },
        {"1": 1, "2": 1, "3": 0},
        did("ann", "view", "2020-01-05", "2020-01-18", "2020-01-20"),
        did("bob", "view", "2020-01-12"),
    ),
    "several_conditions": stuck(
        {
            "event": {
                "event": "view",
                "where": [where("b", "not_icontains", "fire"), where("n", "lt", 3)],
            },
            "interval": "day",
            "date_from": "2020-01-01T00:00:00",
            "date_to": "2020-01-03T23:59:59",
        },
        {"1": 1, "2": 1, "3": 0},
        did("ann", "view", "2020-01-01", "2020-01-02", b="Chrome", n=2),
        did("ann", "view", "2020-01-03", b="Chrome", n=3),
        did("bob", "view", "2020-01-02", n=1),
        did("bob", "view", "2020-01-03", b="Firefox", n=1),
    ),
}
OWN: Mapping[str, Mapping[str, Case]] = {
    "retention": RETENTION,
    "lifecycle": LIFECYCLE,
    "stickiness": STICKINESS,
}


def funnel(
    steps: str, spec: Mapping[str, Any], expected: Mapping[str, Any], *events: Any
) -> Case:
    """A case of a funnel with the steps of these names in two weeks of May."""
    return {
        "spec": {
            "order": "ordered",
            "steps": [{"event": name} for name in steps.split()],
            "window": {"value": 7, "unit": "day"},
            "date_from": "2021-05-01T00:00:00",
            "date_to": "2021-05-31T23:59:59",
            **spec,
        },
        "events": [event for own in events for event in own],
        "expected": expected,
    }


def level(
    steps: list[Any],
    modes: list[str],
    paths: list[list[tuple[int, Any]]],
    *reached: int,
) -> Case:
    """A case of windowFunnel: how far each path of seconds and events comes."""
    return {
        "spec": {
            "function": "windowFunnel",
            "steps": [{"event": step} for step in steps],
            "window_seconds": 10_000,
            "modes": modes,
        },
        "events": [
            {"person": str(number), "ts": at, "event": event}
            for number, path in enumerate(paths, 1)
            for at, event in path
        ],
        "expected": {
            "level_by_person": {
                str(number): each for number, each in enumerate(reached, 1)
            }
        },
    }


def named(cases: Mapping[str, Case]) -> Mapping[str, Case]:
    """Cases by names that no reference case has."""
    return {
        f"own_{name}": {"id": f"own_{name}", "persons": [], **case}
        for name, case in cases.items()
    }


FUNNELS = named(
    {
        "a_month_has_31_days": funnel(
            "a b",
            {"window": {"value": 1, "unit": "month"}},
            {"counts": {"0": 2, "1": 1}},
            did("ann", "a", "2021-05-01"),
            did("ann", "b", "2021-06-01"),
            did("bob", "a", "2021-05-01"),
            did("bob", "b", "2021-06-01T12:00:01"),
        ),
        "two_weeks_where_no_window_is_said": funnel(
            "a b",
            {"window": None},
            {"counts": {"0": 2, "1": 1}},
            did("ann", "a", "2021-05-01"),
            did("ann", "b", "2021-05-15"),
            did("bob", "a", "2021-05-01"),
            did("bob", "b", "2021-05-15T12:00:01"),
        ),
        "any_order_with_an_exclusion": funnel(
            "a b",
            {
                "order": "unordered",
                "exclusions": [{"event": "x", "from_step": 0, "to_step": 1}],
            },
            {
                "counts": {"0": 3, "1": 2},
                "users_at_step": {"1": ["ann", "bob", "cat"], "2": ["ann", "cat"]},
            },
            did("ann", "b", "2021-05-01"),
            did("ann", "a", "2021-05-02"),
            did("bob", "a", "2021-05-01"),
            did("bob", "x", "2021-05-02"),
            did("bob", "b", "2021-05-03"),
            did("cat", "a", "2021-05-01"),
            did("cat", "b", "2021-05-02"),
            did("cat", "x", "2021-05-03"),
            did("dan", "b", "2021-05-01"),
            did("dan", "x", "2021-05-02"),
        ),
        "strict_with_a_step_that_is_done_again": funnel(
            "a b c",
            {"order": "strict"},
            {"counts": {"0": 3, "1": 3, "2": 1}, "users_at_step": {"3": ["ann"]}},
            did("ann", "a", "2021-05-01", "2021-05-02"),
            did("ann", "b", "2021-05-03", "2021-05-04"),
            did("ann", "c", "2021-05-05"),
            did("bob", "a", "2021-05-01"),
            did("bob", "b", "2021-05-02"),
            did("bob", "x", "2021-05-03"),
            did("bob", "c", "2021-05-04"),
            did("cat", "a", "2021-05-01"),
            did("cat", "b", "2021-05-02"),
            did("cat", "a", "2021-05-02T13:00:00"),
            did("cat", "c", "2021-05-02T14:00:00"),
        ),
        "strict_at_one_moment": funnel(
            "a b c",
            {"order": "strict"},
            {
                "counts": {"0": 3, "1": 3, "2": 2},
                "users_at_step": {"3": ["ann", "bob"]},
            },
            did("ann", "a", "2021-05-01"),
            did("ann", "x", "2021-05-01"),
            did("ann", "b", "2021-05-02"),
            did("ann", "c", "2021-05-03"),
            did("bob", "a", "2021-05-01"),
            did("bob", "b", "2021-05-02"),
            did("bob", "x", "2021-05-03"),
            did("bob", "c", "2021-05-03"),
            did("cat", "a", "2021-05-01"),
            did("cat", "b", "2021-05-02"),
            did("cat", "x", "2021-05-02T12:00:01"),
            did("cat", "c", "2021-05-03"),
        ),
        "a_property_named_as_a_column": funnel(
            "a b",
            {
                "breakdown": {
                    "property": "platform",
                    "type": "event",
                    "attribution": "first_touch",
                }
            },
            {"by_breakdown": [{"value": "ours", "counts": [1, 0]}]},
            did("ann", "a", "2021-05-01", platform="ours"),
        ),
        "a_value_named_as_the_total": funnel(
            "a b",
            {
                "breakdown": {
                    "property": "n",
                    "type": "event",
                    "attribution": "first_touch",
                }
            },
            {
                "counts": {"0": 2, "1": 1},
                "by_breakdown": [
                    {"value": "(all)", "counts": [1, 1]},
                    {"value": "some", "counts": [1, 0]},
                ],
            },
            did("ann", "a", "2021-05-01", n="all"),
            did("ann", "b", "2021-05-02", n="all"),
            did("bob", "a", "2021-05-01", n="some"),
        ),
        "a_step_that_is_optional": funnel(
            "a b c",
            {
                "steps": [
                    {"event": "a"},
                    {"event": "b", "optional": True},
                    {"event": "c"},
                ]
            },
            {
                "counts": {"0": 4, "1": 2, "2": 2},
                "users_at_step": {"2": ["ann", "bob"], "3": ["ann", "cat"]},
            },
            did("ann", "a", "2021-05-01"),
            did("ann", "b", "2021-05-02"),
            did("ann", "c", "2021-05-03"),
            did("bob", "a", "2021-05-01"),
            did("bob", "b", "2021-05-02"),
            did("cat", "a", "2021-05-01"),
            did("cat", "c", "2021-05-02"),
            did("dan", "a", "2021-05-01"),
        ),
        "addresses_without_the_marks_they_end_with": funnel(
            "a b",
            {
                "breakdown": {
                    "property": "at",
                    "type": "event",
                    "attribution": "first_touch",
                    "normalize_url": True,
                }
            },
            {
                "by_breakdown": [
                    {"value": "/cart", "counts": [2, 1]},
                    {"value": "/", "counts": [1, 0]},
                    {"value": "", "counts": [1, 0]},
                ]
            },
            did("ann", "a", "2021-05-01", at="/cart/?#"),
            did("ann", "b", "2021-05-02"),
            did("bob", "a", "2021-05-01", at="/cart"),
            did("cat", "a", "2021-05-01", at="#"),
            did("dan", "a", "2021-05-01"),
        ),
        "one_value_of_a_list": funnel(
            "a b",
            {"steps": [{"event": "a", "where": [where("tags", "exact", ["new"])]}]},
            {"counts": {"0": 1}, "users_at_step": {"1": ["ann"]}},
            did("ann", "a", "2021-05-01", tags=["old", "new"]),
            did("bob", "a", "2021-05-01", tags=["old", "newer"]),
        ),
        "none_of_several_values": funnel(
            "a b",
            {"where": [where("n", "is_not", [1, 2])]},
            {"counts": {"0": 2, "1": 1}, "users_at_step": {"1": ["cat", "dan"]}},
            did("ann", "a", "2021-05-01", n=1),
            did("bob", "a", "2021-05-01", n=2),
            did("cat", "a", "2021-05-01", n=3),
            did("dan", "a", "2021-05-01"),
            did("cat", "b", "2021-05-02", n=1),
            did("dan", "b", "2021-05-02"),
        ),
        "by_the_value_of_the_step_that_is_done_first": funnel(
            "a b",
            {
                "order": "unordered",
                "breakdown": {
                    "property": "n",
                    "type": "event",
                    "attribution": "step",
                    "attribution_step": 0,
                },
            },
            {
                "by_breakdown": [
                    {"value": "1", "counts": [2, 1], "avg_time": [None, 86400]},
                    {"value": "2", "counts": [2, 1], "avg_time": [None, 86400]},
                    {"value": "", "counts": [1, 0]},
                ]
            },
            did("ann", "a", "2021-05-01", n=1),
            did("ann", "b", "2021-05-02", n=2),
            did("bob", "b", "2021-05-01", n=2),
            did("bob", "a", "2021-05-02", n=1),
            did("cat", "a", "2021-05-01"),
        ),
        "by_the_value_of_either_of_two_steps_at_one_moment": funnel(
            "a b",
            {
                "order": "unordered",
                "breakdown": {
                    "property": "n",
                    "type": "event",
                    "attribution": "step",
                    "attribution_step": 0,
                },
            },
            {
                "by_breakdown": [
                    {"value": "1", "counts": [1, 1]},
                    {"value": "2", "counts": [1, 1]},
                ]
            },
            did("ann", "a", "2021-05-01", n=1),
            did("ann", "b", "2021-05-01", n=2),
        ),
        "any_order_of_a_step_and_a_part_of_it": funnel(
            "a a",
            {
                "order": "unordered",
                "steps": [
                    {"event": "a"},
                    {"event": "a", "where": [where("n", "gt", 50)]},
                ],
            },
            {
                "counts": {"0": 5, "1": 3},
                "users_at_step": {"2": ["ann", "bob", "cat"]},
            },
            did("ann", "a", "2021-05-01", n=90),
            did("ann", "a", "2021-05-02", n=10),
            did("bob", "a", "2021-05-01", "2021-05-12", n=10),
            did("bob", "a", "2021-05-13", n=90),
            did("cat", "a", "2021-05-01", "2021-05-02", n=90),
            did("dan", "a", "2021-05-01", "2021-05-02", n=10),
            did("eve", "a", "2021-05-01", "2021-05-12", n=90),
        ),
        "one_of_several_values_of_an_event_and_a_person": funnel(
            "a b",
            {
                "steps": [
                    {"event": "a", "where": [where("n", "exact", [1, "2"])]},
                    {
                        "event": "b",
                        "where": [
                            where("plan", "icontains", ["PRO", "team"], "person"),
                            where("n", "is_not_set"),
                        ],
                    },
                ]
            },
            {"counts": {"0": 3, "1": 1}, "users_at_step": {"2": ["ann"]}},
            did("ann", "a", "2021-05-01", n=1),
            did("ann", "b", "2021-05-02"),
            did("bob", "a", "2021-05-01", n=2),
            did("bob", "b", "2021-05-02"),
            did("cat", "a", "2021-05-01", n="2"),
            did("cat", "b", "2021-05-02", n=1),
            did("dan", "a", "2021-05-01", n=3),
        )
        | {
            "persons": [
                {"person": person, "properties": {"plan": plan}}
                for person, plan in (("ann", "a pro"), ("bob", "free"), ("cat", "team"))
            ]
        },
        "the_first_that_fits": funnel(
            "a b",
            {
                "steps": [
                    {
                        "event": "a",
                        "where": [where("n", "exact", 2)],
                        "math": "first_time_for_user_with_filters",
                    },
                    {"event": "b"},
                ]
            },
            {"counts": {"0": 1, "1": 1}, "users_at_step": {"1": ["ann"]}},
            did("ann", "a", "2021-04-01", n=1),
            did("ann", "a", "2021-05-01", n=2),
            did("ann", "b", "2021-05-02"),
            did("bob", "a", "2021-04-01", "2021-05-01", n=2),
            did("bob", "b", "2021-05-02"),
        ),
        "exclusions_of_different_steps": funnel(
            "a b c",
            {
                "exclusions": [
                    {"event": "x", "from_step": 0, "to_step": 1},
                    {"event": "y", "from_step": 1, "to_step": 2},
                ]
            },
            {
                "counts": {"0": 2, "1": 2, "2": 2},
                "users_at_step": {"3": ["ann", "bob"]},
            },
            did("ann", "a", "2021-05-01"),
            did("ann", "y", "2021-05-02"),
            did("ann", "b", "2021-05-03"),
            did("ann", "x", "2021-05-04"),
            did("ann", "c", "2021-05-05"),
            did("bob", "a", "2021-05-01"),
            did("bob", "b", "2021-05-02"),
            did("bob", "c", "2021-05-03"),
            did("cat", "a", "2021-05-01"),
            did("cat", "b", "2021-05-02"),
            did("cat", "y", "2021-05-03"),
            did("cat", "c", "2021-05-04"),
        ),
    }
)
TRENDS = named(
    {
        "a_week_from_sunday": funnel(
            "a b",
            {"interval": "week"},
            {
                "periods": [
                    {
                        "period_start": f"2021-05-{day}T00:00:00",
                        "reached_from_step_count": 1,
                        "reached_to_step_count": came,
                        "conversion_rate": 100 * came,
                    }
                    for day, came in (("02", 1), ("09", 0))
                ]
            },
            did("ann", "a", "2021-05-08"),
            did("ann", "b", "2021-05-09"),
            did("bob", "a", "2021-05-09"),
        ),
        "a_month": funnel(
            "a b",
            {"interval": "month"},
            {
                "periods": [
                    {
                        "period_start": "2021-05-01T00:00:00",
                        "reached_from_step_count": 2,
                        "reached_to_step_count": 1,
                    }
                ]
            },
            did("ann", "a", "2021-05-08", "2021-05-31"),
            did("ann", "b", "2021-06-01"),
            did("bob", "a", "2021-05-09"),
        ),
        "an_exclusion_of_another_day": funnel(
            "a b",
            {
                "interval": "day",
                "window": {"value": 1, "unit": "day"},
                "exclusions": [{"event": "x", "from_step": 0, "to_step": 1}],
            },
            {
                "periods": [
                    {
                        "period_start": f"2021-05-{day}T00:00:00",
                        "reached_from_step_count": entered,
                        "reached_to_step_count": 0,
                    }
                    for day, entered in (("03", 1), ("08", 0))
                ]
            },
            did("ann", "a", "2021-05-03"),
            did("ann", "a", "2021-05-08"),
            did("ann", "x", "2021-05-08T13:00:00"),
            did("ann", "b", "2021-05-08T14:00:00"),
            did("bob", "a", "2021-05-03"),
            did("bob", "a", "2021-05-08"),
            did("bob", "x", "2021-05-08T13:00:00"),
        ),
        "two_of_three_by_the_value_of_the_first": funnel(
            "a b",
            {"interval": "day", "breakdown": {"property": "n", "type": "event"}},
            {
                "by_breakdown": [
                    {
                        "value": value,
                        "periods": [
                            {
                                "period_start": "2021-05-08T00:00:00",
                                "reached_from_step_count": entered,
                                "conversion_rate": rate,
                            }
                        ],
                    }
                    for value, entered, rate in (("x", 3, 66.67), ("y", 1, 0))
                ]
            },
            did("ann", "a", "2021-05-08", n="x"),
            did("ann", "b", "2021-05-09", n="x"),
            did("bob", "a", "2021-05-08", n="x"),
            did("bob", "b", "2021-05-10", n="y"),
            did("cat", "a", "2021-05-08", n="x"),
            did("dan", "a", "2021-05-08", n="y"),
        ),
    }
)
TIMES = named(
    {
        "as_many_bins_as_the_cube_root": {
            "spec": {"min": 10, "max": 100, "samples": 27},
            "expected": {"bin_edges": [10, 40, 70, 100]},
        },
        "one_more_bin_past_the_cube": {
            "spec": {"min": 10, "max": 100, "samples": 28},
            "expected": {"bin_edges": [10, 33, 56, 79, 102]},
        },
        "a_single_time": {
            "spec": {"min": 90, "max": 90, "samples": 1},
            "expected": {"bin_edges": [90, 150]},
        },
    }
)
LETTERS = [
    [*enumerate(letters)]
    for letters in ("abc", "adbc", "aabbcc", "aaaabbcc", "aabbdcc", "ccbbaa")
]
REPEAT = [(0, 0), (10, 1), (20, 2), (21, 2), (30, 3)]
TIES = [(0, 0), (1, 1), (1, 2), (1, 3), (2, 4)]
ABC = ["a", "b", "c"]
WINDOW_FUNNELS = named(
    {
        "deduplicated": level(ABC, ["strict_deduplication"], LETTERS, 3, 3, 2, 2, 2, 1),
        "in_order_only": level(ABC, ["strict_order"], LETTERS, 3, 1, 3, 3, 2, 1),
        "deduplicated_in_order_only": level(
            ABC, ["strict_deduplication", "strict_order"], LETTERS, 3, 1, 2, 2, 2, 1
        ),
        "nothing_after_an_interruption": level(
            ["a", "b"],
            ["strict_order"],
            [[*enumerate("axab")], [*enumerate("xab")]],
            1,
            2,
        ),
        "nothing_after_a_repeat": level(
            ABC, ["strict_deduplication"], [[*enumerate("abbabc")]], 2
        ),
        "an_entry_again_is_allowed": level(
            ABC, ["strict_order", "allow_reentry"], [[*enumerate("abac")]], 3
        ),
        "times_beyond_every_date": level(
            ["a", "b"], [], [[(3 * 10**14, "a"), (3 * 10**14 + 9, "b")]], 2
        ),
        "a_range_of_events": level(["a", "b"], [], [[(0, 10), (1, 20), (2, 30)]], 2)
        | {
            "spec": {
                "steps": [
                    {"where": [where("event", "gte", 20)]},
                    {"where": [where("event", "gt", 20)]},
                ],
                "window_seconds": 10_000,
                "modes": ["strict_once"],
            }
        },
        "a_repeat_ends_it": level([0, 1, 2, 3], ["strict_deduplication"], [REPEAT], 3),
        "times_increase": level([0, 1, 2, 3, 4], ["strict_increase"], [TIES], 2),
        "one_event_for_all_steps": level([4, 4, 4], [], [TIES], 3),
        "one_event_once": level([4, 4, 4], ["strict_once"], [TIES], 1),
        "one_event_at_increasing_times": level(
            [4, 4, 4], ["strict_increase"], [TIES], 1
        ),
    }
)
