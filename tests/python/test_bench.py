"""The benchmark at tiny size: its shop, its parts, its figures, its report."""

import json
import math
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from strata import StrataError
from strata.bench import measure, report
from strata.bench.compare import compare
from strata.bench.jobs import BY_CODE, JOBS
from strata.bench.measure import Benchmark
from strata.bench.results import (
    Results,
    best_peer,
    build_seconds,
    exponent,
    memory_of_machine,
)
from strata.bench.shop import ADDED, Shop, call
from strata.cli import app


class Said(list[str]):
    """What was said on the way."""

    progress = note = list.append


@pytest.fixture
def said() -> Said:
    return Said()


# The shop


@pytest.fixture(scope="module")
def raw_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop that is loaded, and not built."""
    shop = Shop(tmp_path_factory.mktemp("shop"), 3000, Said().progress)
    shop.prepare()
    return shop


def test_a_shop_is_about_as_large_as_asked_and_ends_before_its_last_day(raw_shop):
    assert 0.5 < raw_shop.counts()["events"] / raw_shop.events < 2
    with duckdb.connect(str(raw_shop.warehouse), read_only=True) as con:
        ((last, orders),) = con.execute(
            "select max(loaded_at), (select count(*) from raw.orders) from raw.events"
        ).fetchall()
    assert str(last) < "2026-07-01"
    assert orders > 0


def test_the_days_added_are_all_that_was_left_out(raw_shop):
    copy = raw_shop.copy("added")
    for day in ADDED:
        assert raw_shop.add_day(copy, day) > 0
    with duckdb.connect(str(copy), read_only=True) as con:
        for file in (raw_shop.folder / "raw").glob("*.parquet"):
            (counts,) = con.execute(
                f"select (select count(*) from raw.{file.stem}),"
                f" (select count(*) from '{file}')"
            ).fetchall()
            assert counts[0] == counts[1], file.stem
    raw_shop.drop("added")
    assert not copy.exists()


def test_a_copy_has_all_that_was_written_and_nothing_of_the_copy_before(raw_shop):
    code = (
        "import duckdb, os, sys\n"
        "con = duckdb.connect(sys.argv[1])\n"
        "con.execute('create or replace table raw.marks as select 1 as mark')\n"
        "os._exit(0)\n"
    )
    left = raw_shop.copy("copied")
    for warehouse in (left, raw_shop.warehouse):
        subprocess.run([sys.executable, "-c", code, str(warehouse)], check=True)
        assert warehouse.with_name(warehouse.name + ".wal").exists()
    copy = raw_shop.copy("copied")
    with duckdb.connect(str(copy)) as con:
        assert con.execute("from raw.marks").fetchall() == [(1,)]
    raw_shop.drop("copied")
    with duckdb.connect(str(raw_shop.warehouse)) as con:
        con.execute("drop table raw.marks")


def test_a_shop_that_stands_is_not_made_again(raw_shop):
    made = raw_shop.warehouse.stat().st_mtime_ns
    raw_shop.prepare()
    assert raw_shop.warehouse.stat().st_mtime_ns == made
    assert not raw_shop.is_built()


def test_the_scan_is_timed_as_often_as_asked(raw_shop):
    told = call("scan", warehouse=str(raw_shop.warehouse), threads=1, runs=2)
    assert len(told["seconds"]) == 2
    assert told["peak_bytes"] > 1_000_000


def test_a_task_that_stops_says_its_last_words(raw_shop):
    with pytest.raises(
        StrataError, match=r"part scan of the benchmark stopped: .*nope"
    ):
        call("scan", warehouse="/nope/nope.duckdb", threads=1, runs=1)


def test_a_process_that_wants_more_than_its_share_of_memory_stops():
    code = (
        "from strata.bench.worker import cap_memory\n"
        "cap_memory(0.1)\n"
        "few = bytes(1_000_000)\n"
        "print('few')\n"
        f"many = bytes({(memory_of_machine() or 0) // 5})\n"
        "print('many')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stdout == "few\n"
    assert "MemoryError" in done.stderr


# Whether engines agree


def test_one_row_that_differs_is_found(tmp_path):
    made = tables(tmp_path, ours="(1, 'a'), (2, 'b')", theirs="(2, 'b'), (1, 'c')")
    with pytest.raises(StrataError, match="1 rows of ours are not there, 1 of theirs"):
        compare(BY_CODE["person_days"], made, "polars")


def test_a_row_that_is_there_twice_is_found(tmp_path):
    made = tables(tmp_path, ours="(1, 'a')", theirs="(1, 'a'), (1, 'a')")
    with pytest.raises(StrataError, match="0 rows of ours are not there, 1 of theirs"):
        compare(BY_CODE["person_days"], made, "polars")


def test_the_order_of_rows_and_the_types_of_numbers_do_not_matter(tmp_path):
    made = tables(tmp_path, ours="(1, 'a'), (2, 'b')", theirs="(2.0, 'b'), (1.0, 'a')")
    compare(BY_CODE["person_days"], made, "polars")


def test_two_empty_tables_are_no_comparison(tmp_path):
    made = tables(tmp_path, ours="(1, 'a')", theirs="(1, 'a')", condition="false")
    with pytest.raises(StrataError, match="nothing in core_user_days"):
        compare(BY_CODE["person_days"], made, "polars")


def tables(folder: Path, ours: str, theirs: str, condition: str = "true") -> Path:
    """One table as the project and as a peer made it."""
    for engine, rows in (("strata", ours), ("polars", theirs)):
        file = folder / f"made/{engine}/core_user_days.parquet"
        file.parent.mkdir(parents=True)
        duckdb.execute(
            f"copy (select * from (values {rows}) as rows (n, name)"
            f" where {condition}) to '{file}'"
        )
    return folder


# The parts


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, list[str]]], None]:
    """A build that takes no time; what fails by limit of memory."""

    def install(failing: dict[str, list[str]]) -> None:
        def build(self, warehouse, *arguments, memory_limit=None, may_fail=False):
            failed = failing.get(memory_limit or "", [])
            return {
                "layers": {"core": 2.0, "metrics": 1.0},
                "seconds": 3.0,
                "cpu_seconds": 4.0,
                "failed": failed,
                "peak_bytes": 5_000_000,
            }

        monkeypatch.setattr(Shop, "build", build)
        monkeypatch.setattr(Shop, "is_built", bool)

    return install


def test_memory_is_doubled_until_a_build_goes_through(tmp_path, fake, said):
    benchmark = Benchmark(tmp_path, [3000], 1, said)
    shop = Shop(tmp_path / "3000", 3000, said.progress)
    shop.prepare()
    limits = [int(shop.counts()["input_bytes"] * x / 1e6) for x in (0.25, 0.5, 1)]
    fake({f"{limit}MB": ["core_events: out of memory"] for limit in limits[:2]})
    steps = list(benchmark.run("memory", people=1, tags=1))
    assert [step.name.rpartition(": ")[2] for step in steps] == [
        "failed",
        "failed",
        "went through",
    ]
    assert not (tmp_path / "3000/memory").exists()


def test_builds_and_days_are_kept_run_by_run(tmp_path, fake, said):
    fake({})
    benchmark = Benchmark(tmp_path, [3000], 2, said)
    names = [
        step.name
        for part in ("build", "day", "build")
        for step in benchmark.run(part, people=1, tags=1)
    ]
    assert names.count("full build") == 4
    assert names.count("a day added") == 2
    assert names.count("the first day of a month added") == 2
    size = Results(tmp_path / "results.json").size(3000)
    assert len(size["builds"]) == 2
    assert build_seconds(size) == build_seconds(size, "days") == 3.0
    assert all(run["events"] > 0 for run in (*size["first_days"], *size["days"]))


def test_an_engine_that_is_absent_is_left_out_with_a_sentence(
    tmp_path, fake, said, monkeypatch
):
    fake({})
    monkeypatch.setattr(measure, "find_spec", {}.get)
    monkeypatch.setattr(measure, "JOBS", ())
    monkeypatch.setattr(measure, "split", print)
    list(Benchmark(tmp_path, [3000], 1, said).run("jobs", people=1, tags=1))
    for name, package in (("Polars", "polars"), ("ClickHouse", "chdb")):
        assert any(name in line and f"pip install {package}" in line for line in said)


def test_a_peer_that_stops_is_left_out_with_its_last_words(
    tmp_path, fake, said, monkeypatch
):
    def call(task, settings, *, engine, **arguments):
        if engine == "clickhouse":
            raise StrataError("The part job of the benchmark stopped: no memory.")
        return told(1)

    fake({})
    monkeypatch.setattr(measure, "find_spec", bool)
    monkeypatch.setattr(measure, "split", print)
    monkeypatch.setattr(measure, "compare", print)
    monkeypatch.setattr(measure, "call", call)
    list(Benchmark(tmp_path, [3000], 1, said).run("jobs", people=1, tags=1))
    kept = Results(tmp_path / "results.json").size(3000)["jobs"]
    assert {tuple(engines) for engines in kept.values()} == {("strata", "polars")}
    assert any("ClickHouse has no figure for" in x and "no memory" in x for x in said)


# The figures


def test_the_exponent_is_the_slope_of_the_logs():
    quadratic = {10.0: 5.0, 100.0: 500.0, 1000.0: 50_000.0}
    assert exponent(quadratic) == pytest.approx(2)
    assert exponent({1.0: 1.0, 4.0: 2.0}) == pytest.approx(0.5)
    noisy = exponent({10.0: 10.0, 100.0: 110.0, 1000.0: 1000.0})
    assert noisy is not None
    assert math.isclose(noisy, 1, abs_tol=0.01)


def test_one_size_has_no_exponent():
    assert exponent({10.0: 5.0}) is None
    assert exponent({}) is None


def size(events: int, ours: float, polars: float, clickhouse: float, day: float):
    """A size whose jobs all take as long."""
    run = {
        "layers": {"core": 60.0},
        "seconds": 60.0,
        "cpu_seconds": 90.0,
        "peak_bytes": 1e9,
        "failed": [],
    }
    return {
        "events": events,
        "input_bytes": events * 50,
        "scan": {"seconds": [0.2, 0.1, 0.3]},
        "builds": [run],
        "first_days": [{**run, "seconds": 2 * day, "events": events // 366}],
        "days": [{**run, "seconds": day, "events": events // 365}],
        "memory": [
            {**run, "share": 0.25, "limit_mb": 9, "failed": ["core_events: memory"]},
            {**run, "share": 0.5, "limit_mb": 18},
        ],
        "jobs": {
            job.code: {
                "strata": told(9, ours, 0),
                "polars": told(polars),
                "clickhouse": told(clickhouse),
            }
            for job in JOBS
        },
    }


def told(*seconds: float):
    """What a job told; its processors took twice as long."""
    cpu = [2 * each for each in seconds]
    return {"seconds": list(seconds), "cpu_seconds": cpu, "peak_bytes": 1e8}


def results(folder: Path, *sizes: dict) -> Results:
    told = Results(folder / "results.json")
    for each in sizes:
        told.size(each["events"]).update(each)
    told.save()
    return Results(folder / "results.json")


def document(folder: Path, told: Results) -> str:
    page = folder / "benchmarks.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.write(told, page)
    return page.read_text()


def test_the_best_peer_is_the_fastest(tmp_path):
    assert best_peer(size(10, 1, 2, 3, 1), "rfm") == ("polars", 2)
    assert best_peer(size(10, 1, 3, 2, 1), "rfm") == ("clickhouse", 2)
    assert best_peer({"events": 10}, "rfm") is None


def test_targets_that_are_met_and_missed_are_told_apart(tmp_path):
    fast = document(tmp_path, results(tmp_path, size(20_000_000, 1, 2, 3, 3)))
    assert "| 20,000,000 events | 6 of 6 jobs | met |" in fast
    assert "| 20,000,000 events | 5.0 times | met |" in fast
    assert "| 20,000,000 events | 5.0% | met |" in fast
    assert "| 20,000,000 events | 10.0% | missed |" in fast
    slow = document(tmp_path, results(tmp_path, size(20_000_000, 4, 3, 1, 3.1)))
    assert "| 20,000,000 events | 0 of 6 jobs | missed |" in slow
    assert "| 20,000,000 events | 10.0 times | missed |" in slow
    assert "| 20,000,000 events | 5.2% | missed |" in slow


def test_a_day_of_few_events_has_no_target(tmp_path):
    said = document(tmp_path, results(tmp_path, size(1_000_000, 1, 2, 3, 30)))
    assert "| 1,000,000 events | 50.0% | too small to say |" in said


def test_growth_is_told_from_two_sizes_on(tmp_path):
    one = size(1_000_000, 1, 2, 3, 3)
    assert "exponent" not in document(tmp_path, results(tmp_path, one))
    ten = size(10_000_000, 10, 20, 30, 3)
    for run in ten["builds"]:
        run["seconds"] = 600.0
    said = document(tmp_path, results(tmp_path, one, ten))
    assert "1.1, time | all sizes | 1.00 | met |" in said
    assert "1.1, processors | all sizes | 0.00 | met |" in said
    assert "| full build | 1.00 | 0.00 |" in said
    assert "| RFM of 12 months | 0.95 | 0.95 |" in said
    assert "| core | 0.00 | - |" in said


def test_the_report_replaces_the_figures_and_leaves_the_rest(tmp_path):
    said = document(tmp_path, results(tmp_path, size(1_000_000, 1, 2, 3, 3)))
    assert said.startswith("before\n")
    assert said.endswith("\nafter\n")
    assert "old" not in said
    assert "stopped at core_events" in said


def test_the_report_says_how_often_and_whether_the_machine_was_busy(tmp_path):
    quiet = size(1_000_000, 1, 2, 3, 3)
    said = document(tmp_path, results(tmp_path, quiet))
    assert "medians of 3 runs" in said
    assert "| RFM of 12 months | 1.00 | 2.00 | 3.00 | 0.5 |" in said
    assert "| RFM of 12 months | 2.00 | 4.00 | 6.00 | 100 | 100 | 100 |" in said
    assert "busy" not in said
    busy = {**quiet, "load": {"build": 90.4, "jobs": 99.6}}
    said = document(tmp_path, results(tmp_path, busy))
    assert "busy with other work, too: 90 to 100 processes" in said


def test_the_plot_is_sound_and_has_a_panel_a_job(tmp_path):
    ten = size(10_000_000, 10, 20, 30, 3)
    document(tmp_path, results(tmp_path, size(1_000_000, 1, 2, 3, 3), ten))
    image = ET.parse(tmp_path / "benchmarks.svg").getroot()
    texts = [each.text or "" for each in image.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Strata", "Polars", "ClickHouse"} <= set(texts)
    for job in JOBS:
        assert any(text.lower() == job.label.lower() for text in texts)


def test_a_document_without_a_place_for_the_figures_is_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("nothing here")
    with pytest.raises(StrataError, match="the figures go between them"):
        report.write(results(tmp_path), page)


def test_results_outlive_the_run(tmp_path):
    told = Results(tmp_path / "results.json")
    told.size(10)["events"] = 9
    told.save()
    assert json.loads((tmp_path / "results.json").read_text())["sizes"]["10"] == {
        "events": 9
    }
    assert Results(tmp_path / "results.json").sizes() == [{"events": 9}]


# The command


def test_the_command_writes_the_report_of_what_is_known(tmp_path):
    results(tmp_path, size(1_000_000, 1, 2, 3, 3))
    page = tmp_path / "page.md"
    page.write_text(f"{report.BEGIN}\n{report.END}\n")
    done = CliRunner().invoke(
        app, ["bench", "report", "--folder", str(tmp_path), "--write", str(page)]
    )
    assert done.exit_code == 0, done.output
    assert "6 of 6 jobs" in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["everything"], "There is no benchmark everything"),
        (["build", "--events", "many"], "--events many is no list of numbers"),
        (["build", "--events", "0"], "--events 0 is no list of numbers"),
    ],
)
def test_a_wrong_argument_is_one_sentence(arguments, sentence):
    done = CliRunner().invoke(app, ["bench", *arguments])
    assert isinstance(done.exception, StrataError)
    assert sentence in str(done.exception)
