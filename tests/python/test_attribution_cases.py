"""Attribution against the cases of reference systems, through the real models.

Each case is a definition of its own in one warehouse. Its paths are laid down as the
conversions, touches and journeys that make them up; everything from there on is built.
The cases have values with six digits, amounts have two: a case's unit is a million.

A case may name the touches of a single conversion instead: they are sessions then, and
who among them is a touch at all is built, too.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import isclose
from typing import Any

import pytest
from published import NO_CASES, Case, can_be_told, read_cases
from warehouses import ALWAYS, Warehouse

pytestmark = pytest.mark.xdist_group("attribution")

UNIT = 1_000_000
WHEN = "timestamp '2024-01-01 00:00:00'"
HEURISTICS = {
    "first_touch": "first",
    "last_touch": "last",
    "linear_touch": "linear",
    "position_based": "position",
}
# By what words the cases call our methods; the first that a text holds is meant.
METHODS = {
    "non_direct": "last_but",
    "non-direct": "last_but",
    "position": "position",
    "u-shaped": "position",
    "decay": "time_decay",
    "shapley": "shapley",
    "linear": "linear",
    "even": "linear",
    "first": "first",
    "last": "last",
}
CONVERTED_AT = datetime(2024, 6, 1)

SHARED_CASES = read_cases("attribution")
CASES = {name: case for name, case in SHARED_CASES.items() if "touches" not in case}


# Touches

Touch = str | Mapping[str, Any]


def before(*days: float) -> list[Touch]:
    """Touches of channels a, b, c and so on, so many days before the conversion."""
    return [
        {"channel": channel, "days_before": day}
        for channel, day in zip("abcdef", days, strict=False)
    ]


OWN: Mapping[str, Case] = {
    "own_every_model": {
        "spec": {},
        "touches": ["a", "b", "a", "Direct"],
        "conversion": {"value": 60},
        "expected": {
            "first_touch": [60, 0, 0, 0],
            "last_touch": [0, 0, 0, 60],
            "linear": [15, 15, 15, 15],
            "position_based": [24, 6, 6, 24],
            "last_non_direct": [0, 0, 60, 0],
            "shapley": {"a": 20, "b": 20, "Direct": 20},
        },
    },
    "own_two_touches_by_position": {
        "spec": {"model": "position based", "first_share": 0.6, "last_share": 0.2},
        "touches": ["a", "b"],
        "expected": {"a": 0.75, "b": 0.25},
    },
    "own_half_as_much_in_three_days": {
        "spec": {"model": "time decay", "half_life_days": 3},
        "touches": before(9, 6, 3),
        "expected": {"a": 1 / 7, "b": 2 / 7, "c": 4 / 7},
    },
    "own_a_touch_beyond_the_look_back_is_none": {
        "spec": {"model": "first touch", "lookback_days": 10},
        "touches": before(10.001, 10, 2),
        "expected": {"b": 1},
    },
    "own_nothing_but_direct_visits": {
        "spec": {"model": "last non-direct"},
        "touches": ["direct", "Direct"],
        "expected": [0, 1],
    },
    "own_no_touch_in_reach": {
        "spec": {"model": "linear", "lookback_days": 1},
        "touches": before(2),
        "expected": {"(unattributed)": 1},
    },
}
TOUCHED = {
    **{name: case for name, case in SHARED_CASES.items() if "touches" in case},
    **OWN,
}


def method_of(text: str) -> str | None:
    """Which of our methods a text speaks of."""
    return next((own for word, own in METHODS.items() if word in text.lower()), None)


def questions(case: Case) -> Iterator[tuple[str, Any]]:
    """The methods that a case asks for, each with what the touches get."""
    expected = case["expected"]
    if isinstance(expected, Mapping) and all(map(method_of, expected)):
        for name, shares in expected.items():
            yield method_of(name) or name, shares
        return
    if isinstance(expected, Mapping) and len(expected) == 1:
        (inner,) = expected.values()
        expected = inner if isinstance(inner, Mapping | Sequence) else expected
    method = method_of(case["spec"]["model"])
    assert method, "the case asks for something new"
    yield method, expected


def channel_of(touch: Touch) -> str:
    """The channel of a touch; a direct visit is called alike in every case."""
    name = touch if isinstance(touch, str) else touch["channel"]
    return "direct" if name.strip("()").lower() == "direct" else name


def sessions_of(case_id: str) -> Iterator[tuple[str, ...]]:
    """The touches of a case as sessions; without times they are a day apart."""
    touches = TOUCHED[case_id]["touches"]
    for number, touch in enumerate(touches, 1):
        told = {} if isinstance(touch, str) else touch
        days = told.get("days_before", len(touches) - number)
        at = told.get("ts") or (CONVERTED_AT - timedelta(days=days)).isoformat()
        yield f"{case_id}-{number:03d}", case_id, "web", channel_of(touch), at


def model_rows(case_id: str) -> Iterator[str]:
    """Our methods as the models of a case, which may name their numbers."""
    spec = TOUCHED[case_id]["spec"]
    first, last = spec.get("first_share", 0.4), spec.get("last_share", 0.4)
    days = spec.get("half_life_days", 7)
    for method, numbers in {
        **dict.fromkeys(METHODS.values(), "null, null, null, null"),
        "last_but": "null, null, null, 'direct'",
        "position": f"{first}, {last}, null, null",
        "time_decay": f"null, null, {days}, null",
    }.items():
        yield f"('{case_id}/{method}', '{method}', {numbers}, null, {ALWAYS})"


def definition_of(case_id: str) -> Iterator[str]:
    """The definition of a case."""
    days = TOUCHED[case_id]["spec"].get("lookback_days", 30)
    yield f"('{case_id}', 'order', {days}, {ALWAYS})"


def conversion_of(case_id: str) -> Iterator[str]:
    """The one conversion of a case."""
    told = TOUCHED[case_id].get("conversion", {})
    at = told.get("ts", CONVERTED_AT.isoformat())
    yield (
        f"('{case_id}', 'order', '{case_id}', '{case_id}', timestamp '{at}',"
        f" date '{at[:10]}', {Decimal(str(told.get('value', 1))) * UNIT})"
    )


@pytest.fixture(scope="module")
def touched(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The touches of every case that names them, attributed."""
    warehouse = Warehouse(tmp_path_factory.mktemp("touches") / "strata.duckdb")
    lay_events(warehouse)
    told = can_be_told(TOUCHED, definition_of, conversion_of, model_rows, sessions_of)
    definitions = [row for name in told for row in definition_of(name)]
    conversions = [row for name in told for row in conversion_of(name)]
    models = [row for name in told for row in model_rows(name)]
    sessions = [repr(row) for name in told for row in sessions_of(name)]
    warehouse.execute(
        "delete from strata_rules.strata__attribution_models",
        "insert into strata_rules.strata__attribution_models"
        f" values {', '.join(models)}",
        "insert into strata_rules.strata__attribution_definitions"
        f" values {', '.join(definitions)}",
        "create table strata_core.core_sessions (session_key varchar, user_key varchar,"
        " platform varchar, channel varchar, started_at timestamp)",
        f"insert into strata_core.core_sessions values {', '.join(sessions)}",
        "insert into strata_metrics.metric_conversions"
        f" values {', '.join(conversions)}",
        "drop table strata_metrics.metric_journeys",
        "drop table strata_metrics.metric_conversion_touches",
    )
    outcome = warehouse.dbt(
        "run", "--select", "metric_conversion_touches", "metric_journeys", *MODELS
    )
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return warehouse


@pytest.mark.parametrize("case_id", TOUCHED)
def test_the_touches_of_a_conversion_get_what_is_expected(
    touched: Warehouse, case_id: str
) -> None:
    case = TOUCHED[case_id]
    for method, expected in questions(case):
        rows = touched.rows(
            "select channel, coalesce(right(session_key, 3), '000'), credit, value"
            " from strata_metrics.metric_attribution where definition_code = ?"
            " and model_code = ? order by touch_number",
            case_id,
            f"{case_id}/{method}",
        )
        shares = [*(expected.values() if isinstance(expected, Mapping) else expected)]
        worth = case.get("conversion", {}).get("value", 1)
        in_money = not isclose(sum(shares), 1, abs_tol=1e-3) or worth == 1
        assert isclose(sum(shares), worth if in_money else 1, abs_tol=1e-3)
        found = {}
        for channel, number, credit, value in rows:
            key = channel if isinstance(expected, Mapping) else int(number) - 1
            got = float(value) / UNIT if in_money else credit
            found[key] = found.get(key, 0) + got
        if isinstance(expected, Mapping):
            wanted = {channel_of(name): share for name, share in expected.items()}
        else:
            wanted = dict(enumerate(expected))
        for key in found.keys() | wanted:
            assert isclose(
                found.get(key, 0), wanted.get(key, 0), rel_tol=1e-6, abs_tol=1.01e-6
            ), (method, key)


# Paths


def model_of(case: Case) -> str:
    """The Markov model that a case asks for."""
    ignores = case["spec"].get("null_paths") == "ignored"
    return "markov_conversions" if ignores else "markov"


def journeys(case: Case) -> Iterator[tuple[str, list[str], bool, Decimal]]:
    """Each walk of a path: its key, channels, whether it converts, and its value.

    The value of a path is that of its first conversion; the split by touch is the same.
    """
    for number, row in enumerate(case["paths"]):
        for walk in range(int(row["conversions"])):
            value = Decimal(str(row["value"])) * UNIT if walk == 0 else Decimal(0)
            yield f"{number}-{walk}", row["path"], True, value
        for walk in range(int(row["nulls"])):
            yield f"{number}-null-{walk}", row["path"], False, Decimal(0)


def rows_of(case: Case) -> Iterator[tuple[str, str]]:
    """The rows of a case, each with the table that it belongs to."""
    code = case["id"]
    for key, path, converts, value in journeys(case):
        listed = "[" + ", ".join(f"'{channel}'" for channel in path) + "]"
        yield (
            "metric_journeys",
            f"('{code}', '{key}', '{key}', {converts}, {WHEN}, {listed})",
        )
        if not converts:
            continue
        yield (
            "metric_conversions",
            f"('{code}', 'order', '{key}', '{key}', {WHEN}, date '2024-01-01',"
            f" {value})",
        )
        for number, channel in enumerate(path, 1):
            yield (
                "metric_conversion_touches",
                f"('{code}', '{key}', '{key}', {number}, {len(path)},"
                f" '{code}-{key}-{number}', {WHEN}, {WHEN}, '{channel}',"
                f" {path.count(channel)})",
            )


TABLES = {
    "metric_journeys": "definition_code varchar, journey_key varchar, user_key varchar,"
    " is_converted boolean, last_touched_at timestamp, path varchar[]",
    "metric_conversions": "definition_code varchar, conversion_kind varchar,"
    " conversion_key varchar, user_key varchar, converted_at timestamp,"
    " converted_date date, value decimal(18, 2)",
    "metric_conversion_touches": "definition_code varchar, conversion_key varchar,"
    " user_key varchar, touch_number bigint, touch_count bigint, session_key varchar,"
    " touched_at timestamp, last_touched_at timestamp, channel varchar,"
    " channel_touch_count bigint",
    "metric_session_marks": "session_key varchar, user_key varchar, media varchar,"
    " ad_content varchar, keyword varchar, campaign_id varchar",
    "core_ad_days": "spend_date date, channel varchar, media varchar,"
    " ad_type varchar, ad_content varchar, keyword varchar, campaign_id varchar,"
    " spend decimal(18, 2), impressions bigint, clicks bigint",
}
SCHEMAS = {"core_ad_days": "strata_core"}
MODELS = (
    "stg_strata__attribution_definitions",
    "stg_strata__attribution_models",
    "metric_attribution_paths",
    "metric_attribution_transitions",
    "metric_attribution_chains",
    "metric_attribution_removals",
    "metric_touch_weights",
    "metric_touch_credits",
    "metric_touch_values",
    "metric_attribution",
    "metric_attribution_channels",
)


def lay_events(warehouse: Warehouse) -> None:
    """Lay down the rules and the tables that the models read, empty ones."""
    warehouse.execute(
        "create schema raw",
        "create table raw.events as select 'e' as event_id, 'd' as anonymous_id,"
        f" 'page_view' as event_name, {WHEN} as event_at",
    )
    warehouse.seed()
    warehouse.execute(
        "create schema strata_metrics",
        "create schema strata_core",
        "create table strata_core.core_clock as select date '2024-01-01' as first_date,"
        " date '2024-12-31' as as_of_date",
        *(
            f"create table {SCHEMAS.get(table, 'strata_metrics')}.{table} ({columns})"
            for table, columns in TABLES.items()
        ),
    )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The paths of every case that says them, attributed."""
    if not CASES:
        pytest.skip(NO_CASES)
    warehouse = Warehouse(tmp_path_factory.mktemp("attribution") / "strata.duckdb")
    lay_events(warehouse)
    told = [
        CASES[name] for name in can_be_told(CASES, lambda each: rows_of(CASES[each]))
    ]
    laid: dict[str, list[str]] = {table: [] for table in TABLES}
    for case in told:
        for table, row in rows_of(case):
            laid[table].append(row)
    definitions = [f"('{case['id']}', 'order', 30, {ALWAYS})" for case in told]
    warehouse.execute(
        "insert into strata_rules.strata__attribution_definitions"
        f" values {', '.join(definitions)}",
        "insert into strata_rules.strata__attribution_models values"
        " ('markov_conversions', 'markov', null, null, null, null, 'ignored',"
        f" {ALWAYS})",
        *(
            f"insert into strata_metrics.{table} values {', '.join(rows)}"
            for table, rows in laid.items()
            if rows
        ),
    )
    outcome = warehouse.dbt("run", "--select", *MODELS)
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return warehouse


def by_channel(
    warehouse: Warehouse, case: Case, model: str, column: str
) -> dict[str, float]:
    """A column of the channels of a case, where it says something."""
    rows = warehouse.rows(
        f"select channel, {column} from strata_metrics.metric_attribution_channels"
        " where definition_code = ? and model_code = ? and period_grain = 'lifetime'",
        case["id"],
        model,
    )
    return {channel: float(value) for channel, value in rows if value is not None}


def told(warehouse: Warehouse, case: Case) -> dict[str, Any]:
    """What the warehouse says of a case, in the words of the cases."""
    model, code = model_of(case), case["id"]
    removals = warehouse.rows(
        "select channel, conversion_rate, removal_effect, removal_conversions"
        " from strata_metrics.metric_attribution_removals"
        " where definition_code = ? and model_code = ?",
        code,
        model,
    )
    transitions = warehouse.rows(
        "select from_state, to_state, transition_rate"
        " from strata_metrics.metric_attribution_transitions"
        " where definition_code = ? and model_code = ?",
        code,
        model,
    )
    short = {"(conversion)": "(conv)"}
    heuristics: dict[str, dict[str, float]] = {row[0]: {} for row in removals}
    asked = json.dumps(case["expected"])
    for name, own in HEURISTICS.items():
        if f"{name}_conversions" not in asked:
            continue
        shares = by_channel(warehouse, case, own, "credited_conversions")
        values = by_channel(warehouse, case, own, "value")
        for channel, said in heuristics.items():
            said[f"{name}_conversions"] = shares.get(channel, 0.0)
            said[f"{name}_value"] = values.get(channel, 0.0) / UNIT
    return {
        "p_conversion": removals[0][1],
        "removal_effect": {row[0]: row[2] for row in removals},
        "attributed_conversions": {row[0]: row[3] for row in removals},
        "transition": {
            f"{begin} -> {short.get(end, end)}": rate
            for begin, end, rate in transitions
        },
        "heuristics": heuristics,
    }


def differences(found: Any, expected: Any, place: str) -> list[str]:
    """What is said otherwise; a channel without any effect may be left out."""
    if isinstance(expected, Mapping):
        surplus = [
            f"{place}.{name} is {found[name]}"
            for name in found.keys() - expected
            if not isinstance(found[name], float) or abs(found[name]) > 1e-6
        ]
        return surplus + [
            line
            for name, value in expected.items()
            for line in differences(found.get(name, 0.0), value, f"{place}.{name}")
        ]
    same = isclose(found, expected, rel_tol=1e-6, abs_tol=1.01e-6)
    return [] if same else [f"{place} is {found} and not {expected}"]


@pytest.mark.parametrize("case_id", CASES or ["none"])
def test_a_reference_case_is_attributed_as_expected(
    warehouse: Warehouse, case_id: str
) -> None:
    case = CASES[case_id]
    if "paths" not in case:
        pytest.skip("the case does not contain its paths, which may not be copied")
    found, expected = told(warehouse, case), case["expected"]
    assert expected.keys() <= found.keys(), "the case asks for something new"
    wrong = [
        line
        for name, value in expected.items()
        for line in differences(found[name], value, name)
    ]
    assert wrong == []


@pytest.mark.parametrize("case_id", CASES or ["none"])
def test_every_model_gives_away_what_the_paths_of_a_case_hold(
    warehouse: Warehouse, case_id: str
) -> None:
    case = CASES[case_id]
    if "paths" not in case:
        pytest.skip("the case does not contain its paths, which may not be copied")
    conversions = sum(row["conversions"] for row in case["paths"])
    value = sum(Decimal(str(row["value"])) for row in case["paths"]) * UNIT
    rows = warehouse.rows(
        "select model_code, sum(credited_conversions), sum(value),"
        " sum(removal_conversions) from strata_metrics.metric_attribution_channels"
        " where definition_code = ? and period_grain = 'lifetime' group by model_code",
        case_id,
    )
    assert rows
    for model, credited, given, removed in rows:
        assert isclose(credited, conversions, abs_tol=1e-9), model
        assert given == value, model
        assert removed is None or isclose(removed, conversions, abs_tol=1e-9), model
