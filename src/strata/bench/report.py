"""The results as tables of Markdown, put into a document between two marks."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from strata import StrataError
from strata.bench.jobs import ENGINES, JOBS, NAMES
from strata.bench.plot import Line, plot
from strata.bench.results import (
    DAYS_ADDED,
    Results,
    Size,
    best_peer,
    build_seconds,
    exponent,
    job_seconds,
    layer_seconds,
)
from strata.bench.worker import BEFORE_AND_AFTER

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
COLOURS = {"strata": "#3d5a80", "polars": "#e09f3e", "clickhouse": "#9e2a2b"}
LAYERS = (
    "rules",
    "staging",
    "core",
    "features",
    "scores",
    "tiers",
    "tags",
    "metrics",
    BEFORE_AND_AFTER,
)
MOST_PEERS, MOST_GROWTH = 6.0, 1.1
# From how many events on a day may cost which share of a full build.
MOST_DAY = ((50_000_000, 0.03), (20_000_000, 0.05))
GIGABYTE, MEGABYTE = 1e9, 1e6
NOTHING = "-"
CPU = "cpu_seconds"
CLOCKS = {"time": "seconds", "processors": CPU}
# What is known of a size, by the seconds of the clock or of the processors.
ByClock = Callable[[Size, str], float | None]


def write(results: Results, document: Path) -> None:
    """Put the figures into the document, and the plot beside it.

    Raises StrataError if the document has no place for them.
    """
    text = document.read_text(encoding="utf-8") if document.exists() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise StrataError(
            f"{document} has no lines {BEGIN} and {END}; the figures go between them."
        )
    image = document.with_suffix(".svg")
    image.write_text(_plot(results), encoding="utf-8")
    figures = "\n\n".join(_sections(results, image.name))
    document.write_text(
        f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8"
    )


def _sections(results: Results, image: str) -> list[str]:
    sizes = [size for size in results.sizes() if "events" in size]
    parts = [_machine(results)]
    chapters = {
        "Targets": [_targets(sizes)],
        "Against other engines": [f"![Seconds over events]({image})", *_jobs(sizes)],
        "A full build, and a day": [_builds(sizes)],
        "Growth": [_growth(sizes)],
        "Memory": [_memory(sizes)],
    }
    for heading, texts in chapters.items() if sizes else ():
        if texts[-1]:
            parts += [f"### {heading}", *texts]
    for part, heading in (("tags", "Tags"), ("funnels", "The chain of a funnel alone")):
        if steps := results.steps.get(part):
            rows = [
                [s["name"], f"{s['rows']:,}", _seconds(s["seconds"])] for s in steps
            ]
            parts += [f"### {heading}", _table(["step", ">rows", ">seconds"], rows)]
    return parts


def _machine(results: Results) -> str:
    """Where and when."""
    machine = results.machine
    versions = ", ".join(f"{k} {v}" for k, v in machine.get("versions", {}).items())
    memory = machine.get("memory_bytes")
    gigabytes = f", {memory / GIGABYTE:.0f} GB of memory" if memory else ""
    return (
        f"{machine.get('day')}, {machine.get('cores')} cores{gigabytes}; {versions}. "
        "Times are medians, in seconds." + _load(results)
    )


def _load(results: Results) -> str:
    """Whether others used the machine, too."""
    cores = results.machine.get("cores") or 1
    loads = [x for size in results.sizes() for x in size.get("load", {}).values()]
    if not loads or max(loads) <= cores + 1:
        return ""
    return (
        f" The machine was busy with other work, too: {min(loads):.0f} to "
        f"{max(loads):.0f} processes wanted its {cores} cores (mean of 15 minutes at "
        "the end of each part)."
    )


def _targets(sizes: Sequence[Size]) -> str:
    """What was aimed at, what came out, and whether that is met."""
    rows = []
    for size in sizes:
        name = f"{size['events']:,} events"
        known = [(job, best_peer(size, job.code)) for job in JOBS]
        slower = [
            job.label
            for job, best in known
            if best and (job_seconds(size, job.code, "strata") or 0) > best[1]
        ]
        count = sum(best is not None for _, best in known)
        if count:
            said = f"{count - len(slower)} of {count} jobs"
            rows.append(
                ["no job slower than the best peer", name, said, _met(not slower)]
            )
        ratio = _over_peers(size)
        if ratio is not None:
            rows.append(
                [
                    f"a full build at most {MOST_PEERS:g} times the best peers' jobs",
                    name,
                    f"{ratio:.1f} times",
                    _met(ratio <= MOST_PEERS),
                ]
            )
        most = next((most for least, most in MOST_DAY if size["events"] >= least), 0)
        aim = "at most 5 % of a full build at 20 M events, 3 % at 50 M"
        for part, what in DAYS_ADDED.items():
            share = _day_share(size, part)
            if share is not None:
                met = _met(share <= most) if most else "too small to say"
                rows.append([f"{what}: {aim}", name, f"{share:.1%}", met])
    for name, clock in CLOCKS.items():
        growth = exponent(_points(sizes, lambda s, x=clock: build_seconds(s, clock=x)))
        if growth is not None:
            aim = f"a full build grows with an exponent of at most {MOST_GROWTH}"
            met = _met(growth <= MOST_GROWTH)
            rows.append([f"{aim}, {name}", "all sizes", f"{growth:.2f}", met])
    return _table(["target", "at", ">measured", "met"], rows)


def _jobs(sizes: Sequence[Size]) -> list[str]:
    """Two tables a size: the engines side by side, by time and by what they use."""
    tables = []
    for size in sizes:
        if not size.get("jobs"):
            continue
        times, uses = [], []
        for job in JOBS:
            seconds = [job_seconds(size, job.code, each) for each in ENGINES]
            best = best_peer(size, job.code)
            ratio = f"{seconds[0] / best[1]:.1f}" if seconds[0] and best else NOTHING
            times.append([job.label, *map(_seconds, seconds), ratio])
            cpu = [job_seconds(size, job.code, x, CPU) for x in ENGINES]
            told = size["jobs"].get(job.code, {})
            memory = (_megabytes(told.get(each)) for each in ENGINES)
            uses.append([job.label, *map(_seconds, cpu), *memory])
        names = [NAMES[engine] for engine in ENGINES]
        heads = ["job", *(f">{name}" for name in names), ">to the best peer"]
        tables += [
            f"{size['events']:,} events, seconds, {_runs(size)}:",
            _table(heads, times),
            "Seconds of processors, and the most memory in MB:",
            _table(
                [
                    "job",
                    *(f">{name} CPU" for name in names),
                    *(f">{name} MB" for name in names),
                ],
                uses,
            ),
        ]
    return tables


def _runs(size: Size) -> str:
    """How often the jobs of a size were timed."""
    count = len(size["jobs"][JOBS[0].code]["strata"]["seconds"])
    return f"medians of {count} runs" if count > 1 else "one run"


def _builds(sizes: Sequence[Size]) -> str:
    """One column a size: the layers, the sum, the floor and a day."""
    heads = ["part", *(f">{size['events']:,} events" for size in sizes)]

    def row(name: str, of: Callable[[Size], str]) -> list[str]:
        return [name, *(of(size) for size in sizes)]

    rows = [row("scan and count of the events", lambda s: _seconds(_scan(s)))]
    for layer in LAYERS:
        rows.append(
            row(layer, lambda s, layer=layer: _seconds(layer_seconds(s, layer)))
        )
    rows += [
        row("full build", lambda s: _seconds(build_seconds(s))),
        row("full build, processors", lambda s: _seconds(build_seconds(s, clock=CPU))),
    ]
    for part, what in DAYS_ADDED.items():
        rows += [
            row(what, lambda s, x=part: _seconds(build_seconds(s, x))),
            row("its events", lambda s, x=part: _events(s, x)),
            row(
                "its share of a full build", lambda s, x=part: _share(_day_share(s, x))
            ),
            row("its processors", lambda s, x=part: _seconds(build_seconds(s, x, CPU))),
            row("their share", lambda s, x=part: _share(_day_share(s, x, CPU))),
        ]
    rows += [
        row("the jobs by the best peers", lambda s: _seconds(_peers(s))),
        row("full builds, and each day", lambda s: _counts(s, "builds", "days")),
    ]
    return _table(heads, rows)


def _growth(sizes: Sequence[Size]) -> str:
    """The exponents by the clock and by the processors, where there are two sizes."""
    rows = []
    parts: dict[str, ByClock] = {
        "full build": lambda s, clock: build_seconds(s, clock=clock),
        **{
            what: lambda s, clock, x=part: build_seconds(s, x, clock)
            for part, what in DAYS_ADDED.items()
        },
        "scan and count of the events": _by_clock(_scan),
    }
    for layer in LAYERS:
        parts[layer] = _by_clock(lambda s, layer=layer: layer_seconds(s, layer))
    for job in JOBS:
        parts[job.label] = lambda s, clock, code=job.code: job_seconds(
            s, code, "strata", clock
        )
    for name, of in parts.items():
        slopes = [
            exponent(_points(sizes, lambda s, of=of, clock=clock: of(s, clock)))
            for clock in CLOCKS.values()
        ]
        if slopes[0] is not None:
            rows.append([name, *(NOTHING if x is None else f"{x:.2f}" for x in slopes)])
    heads = ["exponent over events", *(f">of the {name}" for name in CLOCKS)]
    return _table(heads, rows) if rows else ""


def _by_clock(of: Callable[[Size], float | None]) -> ByClock:
    """What is known by the clock only."""
    return lambda size, clock: None if clock == CPU else of(size)


def _memory(sizes: Sequence[Size]) -> str:
    """The most memory of a build, and the builds with little."""
    rows = []
    for size in sizes:
        for runs, name in {"builds": "full build", **DAYS_ADDED}.items():
            if told := size.get(runs):
                peak = max(run["peak_bytes"] for run in told)
                rows.append(
                    [*_of_size(size, name), NOTHING, _mega(peak), "went through"]
                )
        for told in size.get("memory", []):
            failed = told["failed"]
            said = f"stopped at {failed[0].split(':')[0]}" if failed else "went through"
            rows.append(
                [
                    *_of_size(size, f"full build, {told['share']:g} times the input"),
                    f"{told['limit_mb']:,}",
                    _mega(told["peak_bytes"]),
                    said,
                ]
            )
    heads = [">events", ">input MB", "what", ">limit MB", ">peak MB", "result"]
    return _table(heads, rows) if rows else ""


def _of_size(size: Size, name: str) -> list[str]:
    return [f"{size['events']:,}", _mega(size["input_bytes"]), name]


def _plot(results: Results) -> str:
    sizes = [size for size in results.sizes() if "events" in size]
    panels = {
        "Full build, a day, a scan": [
            Line(
                "Strata",
                COLOURS["strata"],
                _points(sizes, build_seconds),
            ),
            Line(
                "Strata, a day",
                "#98c1d9",
                _points(sizes, lambda s: build_seconds(s, "days")),
            ),
            Line("scan", "#8d99ae", _points(sizes, _scan)),
        ]
    }
    for job in JOBS:
        panels[job.label[0].upper() + job.label[1:]] = [
            Line(
                NAMES[engine],
                COLOURS[engine],
                _points(sizes, lambda s, j=job.code, e=engine: job_seconds(s, j, e)),
            )
            for engine in ENGINES
        ]
    return plot(panels)


def _points(
    sizes: Sequence[Size], of: Callable[[Size], float | None]
) -> dict[float, float]:
    """Seconds by events, where they are known."""
    told = {size["events"]: of(size) for size in sizes}
    return {events: seconds for events, seconds in told.items() if seconds}


def _scan(size: Size) -> float | None:
    seconds = size.get("scan", {}).get("seconds")
    return median(seconds) if seconds else None


def _peers(size: Size) -> float | None:
    """The seconds of all jobs, each by its best peer; None unless all are known."""
    found = [best_peer(size, job.code) for job in JOBS]
    if any(best is None for best in found):
        return None
    return sum(best[1] for best in found if best)


def _over_peers(size: Size) -> float | None:
    whole, peers = build_seconds(size), _peers(size)
    return whole / peers if whole and peers else None


def _day_share(size: Size, part: str, clock: str = "seconds") -> float | None:
    whole = build_seconds(size, clock=clock)
    day = build_seconds(size, part, clock)
    return day / whole if whole and day else None


def _counts(size: Size, *parts: str) -> str:
    return ", ".join(str(len(size.get(part, []))) for part in parts)


def _events(size: Size, part: str) -> str:
    runs = size.get(part)
    return f"{runs[0]['events']:,}" if runs else NOTHING


def _met(is_met: bool) -> str:
    return "met" if is_met else "missed"


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1%}"


def _seconds(value: float | None) -> str:
    """Seconds with as many digits as say something."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if value >= 100 else f"{value:.{1 if value >= 10 else 2}f}"


def _megabytes(told: dict[str, Any] | None) -> str:
    return _mega(told["peak_bytes"]) if told else NOTHING


def _mega(value: float) -> str:
    return f"{value / MEGABYTE:,.0f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown; a heading that begins with > is a column of numbers."""
    names = [head.removeprefix(">") for head in heads]
    rules = ["--:" if head.startswith(">") else "---" for head in heads]
    lines = [names, rules, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
