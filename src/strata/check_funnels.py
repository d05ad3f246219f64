"""Faults of the funnels that no shape of a file shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from strata.rules import EVENT_OPERATORS, NUMBER_OPERATORS, Fault, Row

MOST_STEPS = 10
MOST_EXCLUSIONS = 15
LONGEST = 10 * 366 * 86_400


def check_funnels(seeds: Mapping[str, Sequence[Row]]) -> Iterator[Fault]:
    """All faults of funnels and their steps; absent files are not asked for."""
    funnels = seeds.get("strata__funnels", ())
    steps = seeds.get("strata__funnel_steps", ())
    yield from settings(funnels, steps)
    yield from graced(funnels, steps, seeds.get("strata__event_types", ()))
    yield from conditions(steps)
    known = {row["funnel_code"]: row for row in funnels}
    for code, own in _by_funnel(steps).items():
        if funnels and code not in known:
            yield own[0].fault(
                f"the funnel {code} does not exist", "add it to strata__funnels"
            )
        yield from numbered(code, own)
        yield from excluded(own)
    for code, row in known.items():
        if not any(step["funnel_code"] == code for step in steps):
            yield row.fault(
                f"the funnel {code} has no steps", "add them to strata__funnel_steps"
            )


def settings(funnels: Iterable[Row], steps: Sequence[Row]) -> Iterator[Fault]:
    """Settings of a funnel that do not go together."""
    first_ever = {row["funnel_code"] for row in steps if row["occurrence"] != "every"}
    for row in funnels:
        by_property = row["unit"] == "property"
        if by_property != bool(row["unit_property"]):
            yield row.fault(
                f"unit is {row['unit']} and unit_property is "
                f"{row['unit_property'] or 'blank'}",
                "name a property for the unit property, and for no other",
            )
        if by_property and row["funnel_code"] in first_ever:
            yield row.fault(
                "a first event is one of a person, and the unit is a property",
                "count users, or every event",
            )
        if row["window_seconds"].isdecimal() and int(row["window_seconds"]) > LONGEST:
            yield row.fault("the window is longer than ten years", "make it shorter")
        is_graced = float(row["simultaneous_seconds"] or 0) > 0
        if row["ties"] == "refused" and is_graced:
            yield row.fault(
                "ties are refused, and simultaneous_seconds allows more than ties",
                "write 0",
            )
        if row["order_mode"] == "any" and row["ties"] == "refused":
            yield row.fault(
                "ties are refused in any order, where none matters", "write in_order"
            )
        if row["order_mode"] == "any" and is_graced:
            yield row.fault(
                f"simultaneous_seconds is {row['simultaneous_seconds']} in any order, "
                "where no step is too early",
                "write 0",
            )
        by_step = row["breakdown_property"] and row["breakdown_attribution"] == "step"
        if by_step and row["order_mode"] == "any" and row["breakdown_step"] != "1":
            yield row.fault(
                f"breakdown_step is {row['breakdown_step']} in any order",
                "write 1: the value is of the step that is done first",
            )
        if row["cell_dimension"] not in ("", "category", "landing_page"):
            yield row.fault(
                f"cell_dimension is {row['cell_dimension']}",
                "use category or landing_page, or leave it blank",
            )


def graced(
    funnels: Iterable[Row], steps: Iterable[Row], types: Sequence[Row]
) -> Iterator[Fault]:
    """Funnels whose steps may be early and must not take one event twice."""
    own = _by_funnel(steps)
    for row in funnels:
        grace = float(row["simultaneous_seconds"] or 0)
        if row["order_mode"] == "any" or row["event_use"] == "again" or grace == 0:
            continue
        asked: dict[str, set[str]] = {}
        for step in own.get(row["funnel_code"], ()):
            if step["role"] == "step":
                names = asked.setdefault(step["step_number"], set())
                names.add(step["event_name"])
                names |= {
                    each["event_name"]
                    for each in types
                    if each["event_type"] == step["event_name"]
                }
        for (first, names), (second, others) in combinations(asked.items(), 2):
            is_any = "" in names | others and {"order"} not in (names, others)
            if names & others or is_any:
                yield row.fault(
                    f"simultaneous_seconds is {row['simultaneous_seconds']}, and the"
                    f" steps {first} and {second} ask for the same event",
                    "write 0, or event_use again if one event may serve both steps",
                )


def conditions(steps: Iterable[Row]) -> Iterator[Fault]:
    """Conditions that cannot be evaluated."""
    for row in steps:
        operator = row["operator"]
        if bool(row["property"]) != bool(operator):
            yield row.fault(
                f"property is {row['property'] or 'blank'} and operator is "
                f"{operator or 'blank'}",
                "fill in both or neither",
            )
        elif operator and operator not in EVENT_OPERATORS:
            yield row.fault(
                f"operator is {operator}",
                f"use one of {', '.join(sorted(EVENT_OPERATORS))}",
            )
        elif operator in NUMBER_OPERATORS and not _is_number(row["property_value"]):
            yield row.fault(
                f"{operator} compares with {row['property_value'] or 'nothing'}",
                "write a number into property_value",
            )


def numbered(code: str, steps: Sequence[Row]) -> Iterator[Fault]:
    """Steps that are not counted from 1, and more of them than there is room for."""
    for role, most in (("step", MOST_STEPS), ("exclusion", MOST_EXCLUSIONS)):
        rows = [row for row in steps if row["role"] == role]
        numbers = {
            int(row["step_number"]) for row in rows if row["step_number"].isdecimal()
        }
        if numbers != set(range(1, len(numbers) + 1)):
            yield rows[0].fault(
                f"the {role}s of {code} are not numbered from 1 without a gap",
                "number them 1, 2, 3",
            )
        if len(numbers) > most:
            yield rows[-1].fault(
                f"{code} has {len(numbers)} {role}s", f"use at most {most}"
            )
    if all(row["role"] != "step" for row in steps):
        yield steps[0].fault(f"{code} has no step", "add one")


def excluded(steps: Sequence[Row]) -> Iterator[Fault]:
    """Exclusions that stand between no two steps, and scopes that differ."""
    scopes = set()
    for row in steps:
        if row["role"] != "exclusion":
            continue
        scopes.add(row["exclusion_scope"])
        first, last = row["from_step"], row["to_step"]
        if not (first.isdecimal() and last.isdecimal() and int(first) < int(last)):
            yield row.fault(
                f"the exclusion stands from step {first or '(blank)'} to step "
                f"{last or '(blank)'}",
                "write two steps, the first before the last",
            )
        if row["exclusion_scope"] not in ("attempt", "person") or len(scopes) > 1:
            yield row.fault(
                f"exclusion_scope is {row['exclusion_scope'] or 'blank'}",
                "use attempt or person, one of them for a whole funnel",
            )


def _by_funnel(steps: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in steps:
        found.setdefault(row["funnel_code"], []).append(row)
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
