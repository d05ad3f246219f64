"""What `strata explain` prints."""

import re
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


def test_every_tag_is_told_with_its_evidence_and_what_is_not_assessed(
    simulated: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, unknown = simulated.rows(
        "select user_key, not_assessed_tags from strata_tags.tag_user_profiles"
        " where tag_count > 12 and not_assessed_tags is not null order by 1 limit 1"
    )[0]
    tags = simulated.rows(
        "select valid_from, tag_code, evidence from strata_tags.tag_user_tags"
        " where user_key = ? and is_current",
        key,
    )
    told = printed(simulated.path, key, monkeypatch).partition("\nTags\n")[2]
    lines = told.partition("\n\n")[0].splitlines()
    found = [line.split(maxsplit=3) for line in lines[:-1]]
    assert sorted((day, tag, why) for day, _, tag, why in found) == sorted(
        (str(day), tag, why) for day, tag, why in tags
    )
    assert lines[-1] == f"  not assessed: {unknown}"


def test_a_person_who_is_out_of_a_program_is_told_why(
    simulated: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, program, reason = simulated.rows(
        "select user_key, program_code, reason from strata_tiers.tier_user_current"
        " where tier_rank is null and reason like '%no consent for profiling%'"
        " order by 1, 2 limit 1"
    )[0]
    text = printed(simulated.path, key, monkeypatch)
    assert f"\n{program}: none\n  why      {reason}\n" in text
    assert re.search(r"\nRefused the consent for (\w+, )*profiling\.\n", text)


def test_who_is_nobody_is_said_in_one_sentence(
    simulated: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StrataError, match=r"^Nobody has the id who\?; name an account"):
        printed(simulated.path, "who?", monkeypatch)
