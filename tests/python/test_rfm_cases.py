"""RFM scores of real orders beside those of R's package rfm, through the real model.

R cuts at its quantiles plus one, so that who stands at a cut comes below it; here who
stands there comes above, since only who is strictly worse is counted. Besides these
the two agree, and neither parts people of equal values. With R's cuts as rows of
`strata__rfm_cuts` the two agree on everybody.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from published import NO_CASES, read_cases
from warehouses import ALWAYS, SHARED, Warehouse

pytestmark = pytest.mark.xdist_group("attribution")

ORDERS_FILE = SHARED / "cases/data/rfm_orders.csv"
END = date(2006, 12, 31)
Score = dict[str, Any]

METRICS = ("recency", "frequency", "monetary")


@pytest.fixture(scope="module")
def cases() -> Mapping[str, Any]:
    """What is known of the orders, by case."""
    told = read_cases("rfm")
    if not told:
        pytest.skip(NO_CASES)
    return {name: case["expected"] for name, case in told.items()}


def values_of(orders: list[dict[str, str]]) -> Iterator[str]:
    """Each customer's values, as R counts them: orders, and not days with one."""
    for customer in {order["customer"] for order in orders}:
        own = [order for order in orders if order["customer"] == customer]
        last = max(date.fromisoformat(order["order_date"]) for order in own)
        spent = sum(int(order["revenue"]) for order in own)
        yield (
            f"('{customer}', date '{END}', true, {(END - last).days}, {len(own)},"
            f" {spent})"
        )


@pytest.fixture(scope="module")
def warehouse(
    cases: Mapping[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """A warehouse with the values of the customers."""
    with ORDERS_FILE.open(encoding="utf-8", newline="") as file:
        orders = list(csv.DictReader(file))
    assert len(orders) == cases["rfm_table_totals"]["orders"]
    warehouse = Warehouse(tmp_path_factory.mktemp("rfm") / "strata.duckdb")
    warehouse.execute(
        "create schema raw",
        "create table raw.events as select 'e' as event_id, 'd' as anonymous_id,"
        " 'page_view' as event_name, timestamp '2006-01-01' as event_at",
    )
    warehouse.seed()
    warehouse.execute(
        "create schema strata_scores",
        "create table strata_scores.score_user_values (user_key varchar,"
        " as_of_date date, is_current boolean, recency_value double,"
        " frequency_value double, monetary_value double)",
        "insert into strata_scores.score_user_values values"
        f" {', '.join(values_of(orders))}",
    )
    return warehouse


def scores(warehouse: Warehouse, cuts: Mapping[str, list[float]]) -> list[Score]:
    """The customers with their values and scores, by cuts where there are any."""
    rows = [f"('{metric}', {cut}, {ALWAYS})" for metric in cuts for cut in cuts[metric]]
    warehouse.execute(
        "delete from strata_rules.strata__rfm_cuts",
        *(f"insert into strata_rules.strata__rfm_cuts values {row}" for row in rows),
    )
    outcome = warehouse.dbt(
        "run",
        "--select",
        "stg_strata__rfm_cuts",
        "stg_strata__rfm_metrics",
        "stg_strata__rfm_segments",
        "score_new_rfm",
    )
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return warehouse.records("from strata_scores.score_new_rfm")


@pytest.fixture(scope="module")
def scored(warehouse: Warehouse) -> list[Score]:
    """The customers as they compare with each other."""
    return scores(warehouse, {})


@pytest.fixture(scope="module")
def cut(warehouse: Warehouse, scored: list[Score], cases) -> list[Score]:
    """The customers as they compare with R's cuts."""
    known = cases["rfm_thresholds"]
    return scores(warehouse, {metric: known[f"{metric}_lower"] for metric in METRICS})


def score_of_r(metric: str, value: float, cuts: list[float]) -> int:
    """The band of a value between R's cuts, the last for the best."""
    above = sum(value >= cut for cut in cuts)
    return 5 - above if metric == "recency" else 1 + above


def test_every_customer_is_scored(cases, scored):
    assert len(scored) == cases["rfm_table_totals"]["customers"]


def test_customers_of_equal_values_share_a_score(scored):
    for metric in METRICS:
        pairs = {(row[f"{metric}_value"], row[f"{metric}_score"]) for row in scored}
        values = {row[f"{metric}_value"] for row in scored}
        assert len(pairs) == len(values), metric


def test_the_scores_of_frequency_are_those_of_r(cases, scored):
    known = cases["rfm_score_distribution"]["customers_by_score"]["f"]
    counts = Counter(str(row["frequency_score"]) for row in scored)
    assert counts == known


@pytest.mark.parametrize(("metric", "others"), [("recency", 12), ("monetary", 2)])
def test_scores_differ_from_r_only_where_a_value_stands_at_a_cut(
    cases, scored, metric, others
):
    cuts = cases["rfm_thresholds"][f"{metric}_lower"]
    known = cases["rfm_score_distribution"]["customers_by_score"][metric[0]]
    theirs = {
        row["user_key"]: score_of_r(metric, row[f"{metric}_value"], cuts)
        for row in scored
    }
    assert Counter(str(score) for score in theirs.values()) == known
    differ = [
        row for row in scored if row[f"{metric}_score"] != theirs[row["user_key"]]
    ]
    assert len(differ) == others
    for row in differ:
        value = row[f"{metric}_value"]
        assert any(cut - 1 <= value < cut for cut in cuts), value


@pytest.mark.parametrize("metric", METRICS)
def test_with_the_cuts_of_r_every_score_is_that_of_r(cases, cut, metric):
    known = cases["rfm_score_distribution"]["customers_by_score"][metric[0]]
    assert Counter(str(row[f"{metric}_score"]) for row in cut) == known
    cuts = cases["rfm_thresholds"][f"{metric}_lower"]
    for row in cut:
        value = row[f"{metric}_value"]
        assert row[f"{metric}_score"] == score_of_r(metric, value, cuts), value


def test_with_cuts_the_segments_are_the_boxes_of_their_scores(cut):
    best = {
        row["user_key"]
        for row in cut
        if min(row[f"{metric}_score"] for metric in METRICS) >= 4
    }
    champions = {row["user_key"] for row in cut if row["segment_code"] == "champions"}
    assert champions == best != set()
