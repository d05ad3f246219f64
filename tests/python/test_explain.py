"""What `strata explain` prints."""

from pathlib import Path

import pytest
from rich.console import Console
from warehouses import Warehouse

from strata import StrataError
from strata.explain import print_explanation

pytestmark = pytest.mark.xdist_group("simulated")


def printed(warehouse: Path, user: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The explanation of a person as text."""
    monkeypatch.setenv("STRATA_DUCKDB_PATH", str(warehouse))
    out = Console(width=120, file=None)
    with out.capture() as capture:
        print_explanation(user, out)
    return capture.get()


def test_a_person_is_explained_by_account_device_and_key(
    simulated: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, user, tier, missing, reason, keep_by = simulated.rows(
        "select user_key, user_id, tier_code, missing, reason, keep_by"
        " from strata_tiers.tier_user_current"
        " inner join strata_core.core_users using (user_key)"
        " where program_code = 'membership' and tier_code = 'silver'"
        " and missing != 'nothing' and keep_missing is null order by user_id limit 1"
    )[0]
    text = printed(simulated.path, user, monkeypatch)
    assert f"membership: {tier}, since " in text
    assert f"  why      {reason}\n" in text
    assert f"  next     gold: {missing}\n" in text
    assert f"  kept     at least until {keep_by}\n" in text
    moves = simulated.rows(
        "select reason from strata_tiers.tier_user_history where user_key = ?"
        " order by valid_from desc, program_code limit 12",
        key,
    )
    told = text.partition("How it came")[2]
    assert all(move in told for (move,) in moves)
    same = printed(simulated.path, key, monkeypatch)
    assert same.partition("\n")[2] == text.partition("\n")[2]


def test_who_is_nobody_is_said_in_one_sentence(
    simulated: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StrataError, match=r"^Nobody has the id who\?; name an account"):
        printed(simulated.path, "who?", monkeypatch)
