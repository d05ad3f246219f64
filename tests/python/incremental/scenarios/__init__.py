"""All scenarios, in the order of SCENARIOS.md, and how that document is written."""

from pathlib import Path

from warehouses import ROOT

from incremental.scenarios.acts import ACTS
from incremental.scenarios.arrivals import ARRIVALS
from incremental.scenarios.clock import CLOCK
from incremental.scenarios.identity import IDENTITY
from incremental.scenarios.orders import ORDERS
from incremental.scenarios.people import PEOPLE
from incremental.scenarios.sessions import SESSIONS
from incremental.story import Scenario

DOCUMENT: Path = ROOT / "tests/python/SCENARIOS.md"
THEMES: dict[str, list[Scenario]] = {
    "Visits": SESSIONS,
    "Deliveries": ARRIVALS,
    "Orders": ORDERS,
    "Accounts": PEOPLE,
    "Acts and products": ACTS,
    "Identity": IDENTITY,
    "Time": CLOCK,
}
SCENARIOS: list[Scenario] = [each for theme in THEMES.values() for each in theme]
PREFACE = """# Scenarios

What can arrive late, twice, out of order or changed, told one by one. All of them
live side by side in one warehouse, each with ids of its own. Five deliveries bring
them; after each of them an incremental build must equal, row for row and in every
model, a full build of the same raw rows elsewhere (`test_scenarios.py`).

The last day of the data stands still for three deliveries, so that nothing is
rebuilt only because time went on. The fourth moves it over a month end, the fifth
takes it back and begins the history a month earlier.

The scenarios are written in `tests/python/incremental/scenarios`. This page is
written from them: `PYTHONPATH=src:tests/python python -m incremental.scenarios`.
"""


def document() -> str:
    """The text of SCENARIOS.md."""
    lines = [PREFACE]
    number = 0
    for theme, scenarios in THEMES.items():
        lines += [
            f"## {theme}",
            "",
            "| number | name | what happens | what a naive incremental model does |",
            "|---|---|---|---|",
        ]
        for each in scenarios:
            number += 1
            lines.append(f"| {number} | `{each.name}` | {each.story} | {each.naive} |")
        lines.append("")
    return "\n".join(lines)
