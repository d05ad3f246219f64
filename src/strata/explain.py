"""Why a person stands where they stand, and what would change it.

Reads the public tables; computes nothing that they do not say.
"""

from typing import Any

import duckdb
from rich.console import Console

from strata import StrataError, project
from strata.faults import known
from strata.warehouse import Connection, gist, reading

FEATURES = (
    ("days_since_last_activity", "days of silence"),
    ("active_day_count_30d", "active days of the last 30"),
    ("order_count_365d", "orders of the last 365 days"),
    ("net_amount_365d", "net value of the last 365 days"),
    ("days_since_last_order", "days since the last order"),
)
MOVES = 12


def print_explanation(user: str, out: Console) -> None:
    """Print where a person stands in every program, why, and what is missing.

    Raises StrataError if nobody has the id, or the tables are not there.
    """
    with reading(project.warehouse_path()) as con:
        try:
            lines = _lines(con, user)
        except duckdb.Error as error:
            if trouble := known(error):
                raise StrataError(trouble.sentence("reading the marts")) from error
            raise StrataError(
                f"The warehouse is not as this version builds it ({gist(error)}); "
                "run `strata build` first."
            ) from error
    for text, style in lines:
        out.print(text, style=style, highlight=False, markup=False, soft_wrap=True)


def _lines(con: Connection, user: str) -> list[tuple[str, str]]:
    """What is said, line by line, with the style of each line."""
    key = _person(con, user)
    said = [*_who(con, key, user)]
    for place in _places(con, key):
        said += [("", ""), *_place(place)]
    tags = _tags(con, key)
    if tags:
        said += [("", ""), ("Tags", "bold"), *tags]
    history = _history(con, key)
    if history:
        said += [("", ""), ("How it came", "bold"), *history]
    return said


def _person(con: Connection, user: str) -> str:
    """The key of the person whom an id, or the key itself, names."""
    found = con.execute(
        "select user_key from strata_core.core_users where user_key = $1"
        " union select users.user_key from strata_core.core_identity_map as ids"
        " inner join strata_core.core_users as users using (user_key)"
        " where ids.id = $1 and ids.id_type = 'user_id'"
        " union select users.user_key from strata_core.core_identity_map as ids"
        " inner join strata_core.core_users as users using (user_key)"
        " where ids.id = $1 and ids.valid_to > (select as_of_date from"
        " strata_core.core_clock)",
        [user],
    ).fetchall()
    if not found:
        raise StrataError(
            f"Nobody has the id {user}; name an account, a device or a user_key that "
            "is in core_identity_map."
        )
    if len(found) > 1:
        keys = ", ".join(sorted(key for (key,) in found))
        raise StrataError(f"{user} names several persons ({keys}); name a user_key.")
    return str(found[0][0])


def _who(con: Connection, key: str, user: str) -> list[tuple[str, str]]:
    """Who the person is, and the features that most programs look at."""
    accounts = con.execute(
        "select count(*) filter (where id_type = 'user_id'), count(*) from"
        " (select distinct id_type, id from strata_core.core_identity_map"
        " where user_key = $1)",
        [key],
    ).fetchall()[0]
    snapshot = con.execute(
        f"select as_of_date, segment_code, {', '.join(name for name, _ in FEATURES)}"
        " from strata_features.feat_user_snapshots"
        " left join strata_scores.score_user_rfm using (user_key, as_of_date)"
        " where feat_user_snapshots.user_key = $1"
        " and feat_user_snapshots.is_current",
        [key],
    ).fetchone()
    said = [
        (
            f"{user} is person {key}: accounts {accounts[0]}, ids {accounts[1]}",
            "bold",
        )
    ]
    if snapshot:
        day, segment, *values = snapshot
        facts = [
            f"{label} {value:,}"
            for (_, label), value in zip(FEATURES, values, strict=True)
            if value is not None
        ]
        said.append((f"On {day}: {', '.join(facts)}.", ""))
        if segment:
            said.append((f"RFM segment: {segment}.", ""))
    refused = con.execute(
        "select purpose from strata_features.feat_user_consents"
        " inner join strata_core.core_clock on as_of_date >= valid_from"
        " and as_of_date < valid_to where user_key = $1 and not is_granted"
        " order by purpose",
        [key],
    ).fetchall()
    if refused:
        purposes = ", ".join(purpose for (purpose,) in refused)
        said.append((f"Refused the consent for {purposes}.", ""))
    return said


def _places(con: Connection, key: str) -> list[dict[str, Any]]:
    """Where the person stands, ladders first."""
    result = con.execute(
        "select current.*, programs.kind from strata_tiers.tier_user_current as current"
        " inner join strata_tiers.tier_programs as programs using (program_code)"
        " where user_key = $1"
        " and (tier_rank is not null or missing is not null or reason is not null)"
        " order by programs.kind desc, program_code",
        [key],
    )
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _place(place: dict[str, Any]) -> list[tuple[str, str]]:
    """One program: the tier, why, what is missing, and what keeps it."""
    head = f"{place['program_code']}: {place['tier_code']}"
    if place["tier_rank"] is not None:
        head += f", since {place['since']}"
    said = [(head, "bold")]
    if place["reason"]:
        said.append((f"  why      {place['reason']}", ""))
    if place["missing"] == "nothing":
        said.append(
            (f"  next     {place['next_tier_code']} at the next review", "green")
        )
    elif place["missing"]:
        said.append(
            (f"  next     {place['next_tier_code']}: {place['missing']}", "yellow")
        )
    if place["keep_missing"]:
        said.append(
            (f"  to keep  {place['keep_missing']}, by {place['keep_by']}", "red")
        )
    elif place["keep_by"]:
        said.append((f"  kept     at least until {place['keep_by']}", "dim"))
    return said


def _tags(con: Connection, key: str) -> list[tuple[str, str]]:
    """Each tag with the day it began and its evidence, and those not assessed."""
    rows = con.execute(
        "select valid_from, family, tag_code, evidence"
        " from strata_tags.tag_user_tags"
        " inner join strata_tags.tag_catalog using (tag_code)"
        " where user_key = $1 and is_current order by family, tag_code",
        [key],
    ).fetchall()
    said = [
        (f"  {day}  {family:<12} {tag:<21} {evidence}", "")
        for day, family, tag, evidence in rows
    ]
    unknown = con.execute(
        "select not_assessed_tags from strata_tags.tag_user_profiles"
        " where user_key = $1 and not_assessed_tags is not null",
        [key],
    ).fetchall()
    return said + [(f"  not assessed: {tags}", "dim") for (tags,) in unknown]


def _history(con: Connection, key: str) -> list[tuple[str, str]]:
    """The latest moves of all programs."""
    rows = con.execute(
        "select valid_from, program_code, move, tier_code, reason"
        " from strata_tiers.tier_user_history where user_key = $1"
        f" order by valid_from desc, program_code limit {MOVES}",
        [key],
    ).fetchall()
    return [
        (f"  {day}  {program:<11} {move:<11} {tier:<13} {reason}", "")
        for day, program, move, tier, reason in rows
    ]
