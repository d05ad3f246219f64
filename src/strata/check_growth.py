"""Checks of the rules behind repurchase, activation and referral."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from strata.rules import Fault, Row

CONFIDENT = ("strata__repurchase_definitions", "strata__activation_definitions")
LEAST, MOST = 0.5, 0.9999


def check_growth(seeds: Mapping[str, Sequence[Row]]) -> list[Fault]:
    """All faults between and within these rule files; absent ones are not asked for."""
    faults: list[Fault] = []
    for name in CONFIDENT:
        faults += confident(seeds.get(name, ()))
    faults += later_days(
        seeds.get("strata__activation_definitions", ()),
        seeds.get("strata__activation_behaviours", ()),
    )
    faults += windows(seeds.get("strata__referral_windows"))
    return faults


def confident(rows: Iterable[Row]) -> Iterator[Fault]:
    """Confidences that no interval has."""
    for row in rows:
        try:
            fits = LEAST <= float(row["confidence"]) <= MOST
        except ValueError:
            fits = False
        if not fits:
            yield row.fault(
                f"confidence is {row['confidence'] or 'blank'}",
                f"write a share from {LEAST} to {MOST}, as 0.95",
            )


def later_days(
    definitions: Iterable[Row], behaviours: Iterable[Row]
) -> Iterator[Fault]:
    """Later days that end before they begin, or begin before the first ones end."""
    longest = max(
        (row for row in behaviours if row["within_days"].isdecimal()),
        key=lambda row: int(row["within_days"]),
        default=None,
    )
    for row in definitions:
        begin, end = row["from_day"], row["to_day"]
        if not (begin.isdecimal() and end.isdecimal()):
            continue
        if int(end) < int(begin):
            yield row.fault(f"to_day {end} is before from_day {begin}", "swap the two")
        if longest and int(begin) < int(longest["within_days"]):
            yield row.fault(
                f"day {begin} is still one of the first days of the behaviour "
                f"{longest['behaviour_code']}, which would be its own outcome",
                f"begin on day {longest['within_days']} or later",
            )


def windows(rows: Sequence[Row] | None) -> Iterator[Fault]:
    """Windows of invitations that are missing or said twice."""
    if not rows:
        return
    for code in ("accept", "return"):
        own = [row for row in rows if row["window_code"] == code]
        if len(own) != 1:
            yield (own or rows)[-1].fault(
                f"{len(own)} rows hold the window {code}", "keep exactly one"
            )
    if not any(row["window_code"] == "value" for row in rows):
        yield rows[-1].fault("no row holds the window value", "add one with its days")
