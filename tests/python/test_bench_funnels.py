"""The benchmark of the funnels at tiny size: its events, its answers, its rounds."""

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from strata import StrataError
from strata.bench import funnels
from strata.bench.funnels import LAYOUTS, SHARES, bench_funnels

EVENTS = 20_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Events, and the chain as dbt compiled it."""
    folder = tmp_path_factory.mktemp("funnels")
    (folder / "chain.sql").write_text(funnels._compiled(folder), encoding="utf-8")
    funnels._make(folder / "events.parquet", EVENTS)
    return folder


def rows(file: Path) -> list[tuple]:
    return duckdb.execute(f"from '{file}'").fetchall()


def levels(events: list[tuple]) -> dict[str, int]:
    """How far everybody came who began: from each first step, step by step."""
    people = defaultdict(list)
    for person, at, name in events:
        if name in SHARES:
            people[person].append((at, list(SHARES).index(name)))
    told = {}
    for person, mine in people.items():
        for began in (at for at, step in mine if step == 0):
            last, level = (began, 0), 1
            for this in sorted(mine):
                in_time = this[0] <= began + timedelta(days=1)
                if level < len(SHARES) and this[1] == level and this > last and in_time:
                    last, level = this, level + 1
            told[person] = max(level, told.get(person, 0))
    return told


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_chain_says_of_everybody_how_far_they_came(folder, layout):
    funnels._call("load", "strata", folder, layout)
    spent = funnels._call("ask", "strata", folder, layout)
    assert spent["seconds"] > 0
    expected = levels(rows(folder / "events.parquet"))
    assert len(expected) == EVENTS / funnels.EVENTS_PER_PERSON
    assert set(expected.values()) == {1, 2, 3}
    assert dict(rows(folder / "strata.parquet")) == expected


def test_both_layouts_are_timed_on_the_clock_and_the_processors(folder, monkeypatch):
    chain = (folder / "chain.sql").read_text(encoding="utf-8")
    monkeypatch.setattr(funnels, "_compiled", lambda _: chain)
    monkeypatch.setattr(funnels, "find_spec", lambda _: None)
    said: list[str] = []
    steps = list(bench_funnels(EVENTS, 2, said.append))
    assert [step.name.partition("; ")[2] for step in steps] == [
        "by time; clock",
        "by time; processors",
        "by person; clock",
        "by person; processors",
    ]
    assert {step.rows for step in steps} == {EVENTS / funnels.EVENTS_PER_PERSON}
    assert len([text for text in said if "round 2 of 2" in text]) == len(LAYOUTS)


def test_one_person_who_came_less_far_elsewhere_is_found(tmp_path):
    for engine, level in (("strata", 2), ("clickhouse", 1)):
        duckdb.execute(
            "copy (from (values ('ann', 3), ('bob', {})) as told (user_key, level))"
            " to '{}'".format(level, tmp_path / f"{engine}.parquet")
        )
    with pytest.raises(StrataError, match="disagree on 1 people"):
        funnels._compared(tmp_path, ["strata", "clickhouse"])
    assert funnels._compared(tmp_path, ["strata"]) == 2
