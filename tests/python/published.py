"""The cases of other systems in the shared folder."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from warehouses import SHARED

Case = Mapping[str, Any]

NO_CASES = "no cases: the shared folder does not exist (set STRATA_SHARED)"
# What goes wrong where a case speaks in words that nobody here knows.
STRANGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


def read_cases(name: str) -> dict[str, Case]:
    """The cases of a file, by id; none where the shared folder is absent."""
    path = SHARED / "cases" / f"{name}.json"
    if not path.exists():
        return {}
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return {case["id"]: {"spec": {}, **case} for case in cases}


def can_be_told(
    case_ids: Iterable[str], *tell: Callable[[str], Iterable[Any]]
) -> list[str]:
    """The cases of which all can be told; any other fails alone, when it is asked."""
    found = []
    for case_id in case_ids:
        try:
            for each in tell:
                list(each(case_id))
        except STRANGE:
            continue
        found.append(case_id)
    return found
