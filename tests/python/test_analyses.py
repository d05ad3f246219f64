"""The questions of operators can be asked, and the answers are right."""

from collections.abc import Mapping
from math import ceil
from pathlib import Path

import pytest
from oracles.lateness import TIMES, read_delays
from oracles.spine import spine_of
from warehouses import ROOT, TARGET, Warehouse

pytestmark = pytest.mark.xdist_group("simulated")

QUESTIONS = sorted(path.stem for path in (ROOT / "analyses").glob("*.sql"))
DAY = 24 * 60 * 60


@pytest.fixture(scope="module")
def asked(simulated: Warehouse) -> Mapping[str, str]:
    """The SQL of each analysis on the simulated warehouse."""
    outcome = simulated.dbt("compile", "--select", "path:analyses")
    assert outcome.success, outcome.messages[-5:]
    folder: Path = TARGET / "compiled/strata/analyses"
    return {name: (folder / f"{name}.sql").read_text("utf-8") for name in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_can_be_asked(
    simulated: Warehouse, asked: Mapping[str, str], question: str
) -> None:
    """Nobody may be the answer, so that the columns are what must be there."""
    columns = simulated.records(f"describe {asked[question]}")
    assert columns
    simulated.rows(asked[question])


def test_the_lateness_of_a_source_is_that_of_its_rows(
    simulated: Warehouse, asked: Mapping[str, str]
) -> None:
    spine = spine_of(simulated)
    delays: dict[str, list[int]] = {}
    counted = read_delays({source: spine.kept(source) for source in TIMES})
    for (source, _, _, seconds), count in counted.items():
        delays.setdefault(source, []).extend([seconds] * count)
    expected = {}
    for source, seconds in delays.items():
        seconds.sort()
        rows = len(seconds)
        expected[source] = (
            rows,
            pytest.approx(sum(each < 0 for each in seconds) / rows),
            pytest.approx(sum(each < DAY for each in seconds) / rows),
            *(seconds[ceil(rows * share / 100) - 1] for share in (50, 95, 99)),
            seconds[-1],
        )
    found = simulated.rows(asked["lateness_by_source"])
    assert {source: tuple(rest) for source, *rest in found} == expected
    assert any(late < DAY <= longest for *_, late, longest in expected.values())
