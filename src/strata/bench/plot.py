"""A plot of the results as SVG: seconds over events, both on scales of tens."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, COLUMNS = 270, 200, 3
LEFT, TOP, RIGHT, BOTTOM = 58, 34, 20, 30
LEGEND = 30
Points = Mapping[float, float]


@dataclass(frozen=True)
class Line:
    """One line of a panel: seconds by events."""

    name: str
    colour: str
    points: Points


def plot(panels: Mapping[str, Sequence[Line]]) -> str:
    """The panels by title, in rows, with one legend."""
    rows = math.ceil(len(panels) / COLUMNS)
    width, height = COLUMNS * WIDTH, rows * HEIGHT + LEGEND
    legend = {line.name: line.colour for lines in panels.values() for line in lines}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, (name, colour) in enumerate(legend.items()):
        x = LEFT + number * 130
        parts.append(f'<circle cx="{x}" cy="16" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{x + 9}" y="20">{escape(name)}</text>')
    for number, (title, lines) in enumerate(panels.items()):
        x = number % COLUMNS * WIDTH
        y = number // COLUMNS * HEIGHT + LEGEND
        parts.append(f'<g transform="translate({x} {y})">')
        parts += _panel(title, lines)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(title: str, lines: Sequence[Line]) -> list[str]:
    """One panel with its axes."""
    parts = [f'<text x="{LEFT}" y="22" font-weight="bold">{escape(title)}</text>']
    points = [point for line in lines for point in line.points.items()]
    if not points:
        return [*parts, f'<text x="{LEFT}" y="60">not measured</text>']
    x_low, x_high = _range([x for x, _ in points])
    y_low, y_high = _range([y for _, y in points])

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - x_low) / (x_high - x_low)
        up = (math.log10(y) - y_low) / (y_high - y_low)
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1),
        )

    for power in range(y_low, y_high + 1):
        _, y = place(10**x_low, 10**power)
        parts.append(f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(
            f'<text x="{LEFT - 5}" y="{y + 4}" text-anchor="end">'
            f"{10**power:,g} s</text>"
        )
    for power in range(x_low, x_high + 1):
        x, y = place(10**power, 10**y_low)
        parts.append(f'<path d="M{x} {TOP}V{y}" stroke="#dddddd"/>')
        parts.append(
            f'<text x="{x}" y="{y + 14}" text-anchor="middle">'
            f"{_short(10**power)}</text>"
        )
    for line in lines:
        at = [place(x, y) for x, y in sorted(line.points.items())]
        path = "L".join(f"{x} {y}" for x, y in at)
        parts.append(
            f'<path d="M{path}" fill="none" stroke="{line.colour}" stroke-width="2"/>'
        )
        parts += [
            f'<circle cx="{x}" cy="{y}" r="3" fill="{line.colour}"/>' for x, y in at
        ]
    return parts


def _range(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around the values, two at least."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    high = math.ceil(math.log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _short(value: float) -> str:
    """A power of ten in few signs."""
    for size, sign in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g} {sign}"
    return f"{value:g}"
