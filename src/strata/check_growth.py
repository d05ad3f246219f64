"""Checks of the rules behind the growth metrics."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from strata.rules import Fault, Row, number, unknown

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
    faults += models_complete(seeds.get("strata__attribution_models", ()))
    faults += horizons_hold(seeds.get("strata__acquisition_horizons", ()))
    faults += check_paths(seeds)
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


def models_complete(models: Iterable[Row]) -> Iterator[Fault]:
    """Models of attribution without the parameters of their method."""
    for row in models:
        method = row["method"]
        if method == "position":
            shares = [number(row[name]) for name in ("first_share", "last_share")]
            if None in shares or min(shares) < 0 or not 0 < sum(shares) <= 1:
                yield row.fault(
                    "first_share and last_share are no parts of a whole",
                    "write two shares of 0 or more that add up to at most 1",
                )
        elif method == "time_decay" and (number(row["half_life_days"]) or 0) <= 0:
            yield row.fault(
                f"half_life_days is {row['half_life_days'] or 'blank'}",
                "write a number above 0",
            )
        elif method == "last_but" and not row["skipped_channel"]:
            yield row.fault(
                "skipped_channel is blank", "name the channel that gives way to others"
            )
        elif method == "markov" and row["null_paths"] not in ("counted", "ignored"):
            yield row.fault(
                f"null_paths is {row['null_paths'] or 'blank'}",
                "write counted or ignored",
            )


def horizons_hold(horizons: Iterable[Row]) -> Iterator[Fault]:
    """Horizons shorter than the days at their end in which people must return."""
    for row in horizons:
        if int(row["return_days"]) > int(row["horizon_days"]):
            yield row.fault(
                f"return_days {row['return_days']} do not fit into "
                f"{row['horizon_days']} days",
                "ask for a return in as many days as there are or fewer",
            )


def check_paths(seeds: Mapping[str, Sequence[Row]]) -> Iterator[Fault]:
    """Faults of path definitions and of the rules that name them."""
    definitions = seeds.get("strata__path_definitions", ())
    nodes = seeds.get("strata__path_nodes", ())
    filters = seeds.get("strata__path_filters", ())
    if definitions:
        named = (*nodes, *filters)
        yield from unknown(
            named, definitions, ("path_code",), "strata__path_definitions"
        )
    told = {row["path_code"] for row in nodes}
    for row in definitions:
        if nodes and row["path_code"] not in told:
            yield row.fault(
                f"no rule says what an event is in {row['path_code']}",
                "add one to strata__path_nodes",
            )
        if (row["unit"] == "gap") != bool(row["gap_seconds"]):
            yield row.fault(
                f"gap_seconds is {row['gap_seconds'] or 'blank'} for the unit "
                f"{row['unit']}",
                "give the silence that ends a path for the unit gap, and only for it",
            )
        if row["max_steps"] == "1":
            yield row.fault("max_steps is 1", "a path has two steps or more")
    for row in nodes:
        if (row["node_kind"] == "label") != bool(row["node_label"]):
            yield row.fault(
                f"node_label is {row['node_label'] or 'blank'} for the kind "
                f"{row['node_kind']}",
                "give a label where the kind is label, and only there",
            )
