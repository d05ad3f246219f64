"""Attribution against the cases of reference systems, through the real models.

Each case is a definition of its own in one warehouse. Its paths are laid down as the
conversions, touches and journeys that make them up; everything from there on is built.
The cases have values with six digits, amounts have two: a case's unit is a million.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import isclose
from typing import Any

import pytest
from warehouses import SHARED, Warehouse

pytestmark = pytest.mark.xdist_group("attribution")

CASES_FILE = SHARED / "cases/attribution.json"
UNIT = 1_000_000
WHEN = "timestamp '2024-01-01 00:00:00'"
ALWAYS = "'', '', date '1900-01-01', date '9999-12-31', ''"
HEURISTICS = {
    "first_touch": "first",
    "last_touch": "last",
    "linear_touch": "linear",
}

Case = Mapping[str, Any]


def cases() -> list[Case]:
    """The cases; none where the shared folder is absent."""
    if not CASES_FILE.exists():
        return []
    return json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]


CASES = {case["id"]: case for case in cases()}


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


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The paths of every case that says them, attributed."""
    if not CASES:
        pytest.skip(f"no cases: {CASES_FILE} does not exist (set STRATA_SHARED)")
    warehouse = Warehouse(tmp_path_factory.mktemp("attribution") / "strata.duckdb")
    warehouse.execute(
        "create schema raw",
        "create table raw.events as select 'e' as event_id, 'd' as anonymous_id,"
        f" 'page_view' as event_name, {WHEN} as event_at",
    )
    warehouse.seed()
    told = [case for case in CASES.values() if "paths" in case]
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
        "create schema strata_metrics",
        "create schema strata_core",
        "create table strata_core.core_clock as select date '2024-01-01' as first_date,"
        " date '2024-12-31' as as_of_date",
        *(
            f"create table {SCHEMAS.get(table, 'strata_metrics')}.{table} ({columns})"
            for table, columns in TABLES.items()
        ),
        *(
            f"insert into strata_metrics.{table} values {', '.join(rows)}"
            for table, rows in laid.items()
            if rows
        ),
    )
    outcome = warehouse.dbt(
        "run",
        "--select",
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
    for name, own in HEURISTICS.items():
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
