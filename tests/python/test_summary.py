"""What `strata summary` and `strata build` print."""

import re
from pathlib import Path

import pytest
from rich.console import Console
from warehouses import ROOT, Warehouse

from strata import StrataError, cli
from strata.summary import print_summary

pytestmark = pytest.mark.xdist_group("simulated")


def printed(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The summary of a warehouse as text."""
    monkeypatch.setenv("STRATA_DUCKDB_PATH", str(warehouse))
    out = Console(record=True, width=120, quiet=False, file=None)
    with out.capture() as capture:
        print_summary(out)
    return capture.get()


def test_the_summary_says_what_the_marts_say(
    simulated: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = printed(simulated.path, monkeypatch)
    people = simulated.value("select count(*) from strata_core.core_users")
    faults = simulated.value(
        "select count(*) from strata_staging.stg_strata__rejected_rows where is_fault"
    )
    assert re.search(rf"People\s+{people:,}\n", text)
    assert re.search(rf"Rejected rows\s+{faults:,}\n", text)
    for program, tier, count in simulated.rows(
        "select program_code, tier_code, count(*) from strata_tiers.tier_user_history"
        " where is_current and tier_code != 'none' group by 1, 2"
    ):
        assert re.search(rf"{program}\s+{tier}\s+{count:,}\s", text)
    for section in ("Moves of the latest review", "Activity", "Retention"):
        assert section in text


def test_a_month_that_is_not_over_is_called_so(
    simulated: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = printed(simulated.path, monkeypatch)
    running = simulated.value(
        "select count(*) from strata_metrics.metric_repurchase"
        " where period_grain = 'month' and not is_mature"
    )
    assert ("so far" in text) == (running > 0)


def test_a_warehouse_that_is_not_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StrataError, match="does not exist yet; load data first"):
        printed(tmp_path / "none.duckdb", monkeypatch)


def test_building_without_data_is_refused_before_dbt_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("STRATA_DUCKDB_PATH", str(tmp_path / "none.duckdb"))
    monkeypatch.setattr("sys.argv", ["strata", "build"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    said = capsys.readouterr()
    assert "there are neither events nor orders" in said.out + said.err
