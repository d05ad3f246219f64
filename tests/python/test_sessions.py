"""Sessions against the cases of reference systems, through the real models.

Each case is a shop of its own in one warehouse: its people are devices, and its gap is
that of a platform with its name. A gap of 0 seconds is a case, too, though no rule file
may hold it: the rows go into the seed once dbt has loaded it. The rule is in whole
seconds: where the gap is not, the clock of the case goes as much slower as it takes.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from published import NO_CASES, Case, can_be_told, read_cases
from warehouses import ALWAYS, Warehouse

pytestmark = pytest.mark.xdist_group("sessions")

ORIGIN = datetime(2024, 1, 1)
SECOND = 1_000_000
SESSIONS = """
    select map.id, sessions.platform, sessions.duration_seconds, sessions.is_bounce
    from strata_core.core_sessions as sessions
    inner join strata_core.core_identity_map as map using (user_key)
    order by sessions.started_at, sessions.session_key
"""

CASES = read_cases("sessions")


def gap(case: Case) -> int:
    """The silence that a session survives, in microseconds."""
    spec = case["spec"]
    return int(spec.get("gap_microseconds", spec.get("gap_seconds", 0) * SECOND))


def slowness(case: Case) -> int:
    """By how much the clock of a case is slowed down, for a gap in whole seconds."""
    return SECOND // math.gcd(gap(case), SECOND)


def moments(case: Case) -> Iterator[datetime | None]:
    """When the events of a case happened; microseconds are counted from the first."""
    told = [event.get("t_us") for event in case["events"]]
    begin = min((at for at in told if at is not None), default=0)
    for event, at in zip(case["events"], told, strict=True):
        if event.get("ts") is not None:
            yield datetime.fromisoformat(event["ts"])
        elif at is not None:
            yield ORIGIN + timedelta(microseconds=slowness(case) * (at - begin))
        else:
            yield None


def events_of(case_id: str) -> Iterator[str]:
    """The events of a case as rows, each case a platform of its own."""
    case = CASES[case_id]
    told = zip(case["events"], moments(case), strict=True)
    for number, (event, at) in enumerate(told):
        yield (
            f"('{case_id}-{number}', '{case_id}/{event['person']}', '{case_id}',"
            f" '{event['event']}', try_cast('{at}' as timestamp))"
        )


def platform_of(case_id: str) -> Iterator[str]:
    """The rule of a case."""
    case = CASES[case_id]
    yield (
        f"('{case_id}', {gap(case) * slowness(case) // SECOND}, 86400, 2, 10, {ALWAYS})"
    )


@pytest.fixture(scope="module")
def found(
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, list[tuple[str, int, bool]]]:
    """By case: the person, the seconds and the bounce of each session, by time."""
    if not CASES:
        pytest.skip(NO_CASES)
    warehouse = Warehouse(tmp_path_factory.mktemp("sessions") / "strata.duckdb")
    told = can_be_told(CASES, events_of, platform_of)
    events = [row for case_id in told for row in events_of(case_id)]
    warehouse.execute(
        "create schema raw",
        f"create table raw.events as from (values {', '.join(events)})"
        " as t(event_id, anonymous_id, platform, event_name, event_at)",
    )
    warehouse.seed()
    platforms = [row for case_id in told for row in platform_of(case_id)]
    warehouse.execute(
        f"insert into strata_rules.strata__platforms values {', '.join(platforms)}"
    )
    outcome = warehouse.dbt("run", "--select", "+core_sessions")
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    sessions: dict[str, list[tuple[str, int, bool]]] = {case: [] for case in told}
    for device, case_id, seconds, is_bounce in warehouse.rows(SESSIONS):
        person = device.removeprefix(f"{case_id}/")
        sessions[case_id].append((person, seconds, is_bounce))
    return sessions


@pytest.mark.parametrize("case_id", CASES or ["none"])
def test_the_sessions_of_a_reference_case_are_those_expected(
    found: Mapping[str, list[tuple[str, int, bool]]], case_id: str
) -> None:
    expected = CASES[case_id]["expected"]
    sessions = found[case_id]
    by_person: dict[str, list[tuple[int, bool]]] = {}
    for person, seconds, is_bounce in sessions:
        by_person.setdefault(person, []).append((seconds, is_bounce))
    told = {
        "sessions": len(sessions),
        "sessions_by_person": {who: len(own) for who, own in by_person.items()},
        "bounce_sessions": {
            who: sum(bounce for _, bounce in own) for who, own in by_person.items()
        },
        "duration_seconds": {
            who: [seconds / slowness(CASES[case_id]) for seconds, _ in own]
            for who, own in by_person.items()
        },
    }
    assert expected.keys() <= told.keys(), "the case asks for something new"
    assert {name: told[name] for name in expected} == expected


def test_the_cases_try_the_gap_to_the_microsecond() -> None:
    if not CASES:
        pytest.skip(NO_CASES)
    silences = {
        (after - before) / timedelta(microseconds=1) - gap(case) * slowness(case)
        for case in map(CASES.get, can_be_told(CASES, events_of, platform_of))
        for before, after in pairwise(at for at in moments(case) if at is not None)
    }
    assert {0, 1} <= silences
