"""Checks of the rules behind the growth metrics."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from strata.check_funnels import conditions
from strata.rules import WHOLE, Fault, Row, number, unknown

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
    faults += check_retention(seeds)
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
    cleanings = seeds.get("strata__path_cleanings", ())
    for row in cleanings:
        if not row["page_regex"]:
            yield row.fault("page_regex is blank", "write what shall be replaced")
    if definitions:
        named = (*nodes, *filters, *cleanings)
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


def check_retention(seeds: Mapping[str, Sequence[Row]]) -> Iterator[Fault]:
    """Faults of the definitions of retention, activity and stickiness."""
    retention = seeds.get("strata__retention_definitions", ())
    activities = seeds.get("strata__activity_definitions")
    windows = seeds.get("strata__stickiness_definitions", ())
    for side in ("start_", "return_"):
        yield from filters_whole(retention, side)
    yield from filters_whole(activities or (), "")
    yield from occurrences_fit(activities or ())
    for row in retention:
        if row["clock"] == "rolling" and row["minimum_returns"] != "1":
            yield row.fault(
                f"minimum_returns is {row['minimum_returns']} on the clock rolling",
                "use the clock rolling_hour or calendar, or write 1",
            )
    named = seeds.get("strata__named_events", ())
    yield from conditions(named)
    yield from names_free(named, (*retention, *(activities or ())))
    yield from brackets_follow(seeds.get("strata__retention_brackets", ()), retention)
    if activities is not None:
        yield from unknown(
            windows, activities, ("activity_code",), "strata__activity_definitions"
        )
    yield from windows_fit(windows, activities or ())


def occurrences_fit(activities: Iterable[Row]) -> Iterator[Fault]:
    """Activities that allow fewer occurrences than they ask for, or parts of one."""
    for row in activities:
        most = row["maximum_occurrences"]
        least = number(row["minimum_occurrences"]) or 1
        if most and (not WHOLE.fullmatch(most) or int(most) < least):
            yield row.fault(
                f"maximum_occurrences is {most}",
                "write a whole number from minimum_occurrences on, or leave it blank",
            )


def names_free(named: Iterable[Row], definitions: Iterable[Row]) -> Iterator[Fault]:
    """Named events that mean something else already, or have a filter beside theirs."""
    codes = set()
    for row in named:
        codes.add(row["event_code"])
        if row["event_code"] in ("", "any", "order"):
            yield row.fault(
                f"event_code is {row['event_code'] or 'blank'}",
                "give the named event a name of its own",
            )
    for row in definitions:
        for side in ("", "start_", "return_"):
            event = row[f"{side}event"]
            if event in codes and row[f"{side}property"]:
                yield row.fault(
                    f"{event} is a named event with conditions of its own",
                    "write the filter into strata__named_events",
                )


def brackets_follow(
    brackets: Sequence[Row], retention: Iterable[Row]
) -> Iterator[Fault]:
    """Brackets of no definition, or that leave out, repeat or overlap one another."""
    last: dict[str, tuple[int, int]] = {}
    codes = {row["definition_code"] for row in retention if row["kind"] == "bracket"}
    for row in sorted(
        brackets,
        key=lambda row: (row["definition_code"], number(row["bracket_number"]) or -1),
    ):
        code = row["definition_code"]
        if code not in codes:
            yield row.fault(
                f"{code} is no definition of the kind bracket",
                "write bracket as its kind in strata__retention_definitions",
            )
        told = [row[name] for name in ("bracket_number", "from_period", "to_period")]
        if not all(each.isdecimal() for each in told):
            yield row.fault(
                "a bracket is not counted in whole periods", "write 0, 1, …"
            )
            continue
        own, begin, end = map(int, told)
        number_before, end_before = last.get(code, (-1, -1))
        if own != number_before + 1 or not end_before < begin <= end:
            yield row.fault(
                f"bracket {own} of {code} does not follow bracket {number_before}",
                "number brackets from 0 on, each after the one before",
            )
        last[code] = own, end
    for row in retention:
        if row["definition_code"] in codes and (
            row["periods"] != str(last.get(row["definition_code"], (0, 0))[0])
        ):
            yield row.fault(
                f"periods is {row['periods']}", "write the number of the last bracket"
            )


def filters_whole(rows: Iterable[Row], side: str) -> Iterator[Fault]:
    """Events that are blank, or filters on a property that are no filters."""
    for row in rows:
        event, name = row[f"{side}event"], row[f"{side}property"]
        value = row[f"{side}property_value"]
        if not event:
            yield row.fault(f"{side}event is blank", "name an event, any or order")
        if bool(name) != bool(value):
            missing = f"{side}property{'_value' if name else ''}"
            yield row.fault(f"{missing} is blank", "fill in both or none")
        if '"' in name:
            yield row.fault(
                f"{side}property holds a double quote", "use a property without one"
            )
        if name and event == "order":
            yield row.fault(
                "an order has no properties", "leave the property out, or name an event"
            )


def windows_fit(windows: Iterable[Row], activities: Iterable[Row]) -> Iterator[Fault]:
    """Windows of stickiness without room for their periods, or without hours."""
    lengths = ("hour", "day", "week", "month", "quarter")
    hourly = {row["activity_code"] for row in activities if row["has_hours"] == "true"}
    for row in windows:
        kind, number = row["window_kind"], row["window_periods"]
        if row["period_length"] and not WHOLE.fullmatch(row["period_length"]):
            yield row.fault(
                f"period_length is {row['period_length']}",
                "write how many of the grain make a period, or leave it blank for one",
            )
        if kind == "last" and not WHOLE.fullmatch(number):
            yield row.fault(
                f"window_periods is {number or 'blank'}",
                "write how many periods the window has",
            )
        if kind != "last" and number:
            yield row.fault(
                f"window_periods is {number} and the window a {kind}",
                "leave it blank, or use the window last",
            )
        if kind != "last" and lengths.index(row["grain"]) >= lengths.index(kind):
            yield row.fault(
                f"a {kind} has not several periods of a {row['grain']}",
                "use a shorter grain or a longer window",
            )
        if row["grain"] == "hour" and row["activity_code"] not in hourly:
            yield row.fault(
                f"the activity {row['activity_code']} has no hours",
                "write true in has_hours of strata__activity_definitions",
            )
