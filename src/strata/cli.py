"""The command `strata`."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from strata import StrataError, project

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Load data, check rules, build the warehouse and read what it says.",
)
Variables = Annotated[
    str | None,
    typer.Option(
        "--vars", help="Variables of the project for this run, as dbt takes them."
    ),
]
out = Console()
err = Console(stderr=True)


class Screen:
    """Shows the progress of a command: one moving line, and notes that stay."""

    def __init__(self, status: Status) -> None:
        """Takes the moving line."""
        self._status = status

    def progress(self, text: str) -> None:
        """Replaces the moving line."""
        self._status.update(Text(text, style="dim"))
        if not out.is_terminal:
            _say(f"{text} …", "dim")

    def note(self, text: str) -> None:
        """Prints a line that stays."""
        _say(text, "yellow")


@app.command()
def simulate(
    users: Annotated[int, typer.Option(min=1, help="How many people.")] = 5000,
    days: Annotated[int, typer.Option(min=1, help="How many days.")] = 365,
    seed: Annotated[int, typer.Option(help="The same seed, the same data.")] = 7,
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to write; STRATA_RAW_PATH or data/raw."),
    ] = None,
    late_share: Annotated[
        float, typer.Option(min=0, max=1, help="Share of events that arrive late.")
    ] = 0.02,
    duplicate_share: Annotated[
        float, typer.Option(min=0, max=1, help="Share of events delivered twice.")
    ] = 0.005,
) -> None:
    """Write simulated raw data, with the truth about it beside."""
    from strata.simulate import simulate as run

    target = folder or project.raw_path()
    with _screen("simulating") as screen:
        rows = run(
            target,
            users=users,
            days=days,
            seed=seed,
            late_share=late_share,
            duplicate_share=duplicate_share,
            on_progress=screen.progress,
        )
    table = _table("table", ">rows")
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
    out.print(table)
    _say(f"Written to {project.shown(target)}.")


@app.command()
def load(
    source: Annotated[
        str, typer.Argument(help="contract, online-retail, cdnow or rees46.")
    ],
    path: Annotated[
        Path | None,
        typer.Argument(
            help="File or folder; for contract: STRATA_RAW_PATH or data/raw."
        ),
    ] = None,
    variables: Variables = None,
) -> None:
    """Add data to the raw tables; rows that are already there are not added again."""
    from strata.load import load as run

    if path is None and source == "contract":
        path = project.raw_path()
    if path is None:
        raise StrataError(f"Name the file to load: strata load {source} PATH.")
    with _screen("loading") as screen:
        loaded = run(source, path, screen, variables)
    table = _table("table", ">rows read", ">added", ">already there")
    for each in loaded:
        known = each.read - each.added
        table.add_row(each.table, f"{each.read:,}", f"{each.added:,}", f"{known:,}")
    out.print(table)
    _say(f"Loaded into {project.shown(project.warehouse_path())}.")


@app.command()
def check(variables: Variables = None) -> None:
    """Check rules and raw tables against their contracts."""
    from strata.check import check_project

    report = check_project(variables)
    for fault in report.faults:
        _say_fault(str(fault))
    if report.faults:
        raise StrataError(_counted(len(report.faults), "fault") + " to mend.")
    _say(
        f"{_counted(report.seeds, 'rule file')} and "
        f"{_counted(report.tables, 'raw table')} checked: no fault."
    )


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def build(context: typer.Context, variables: Variables = None) -> None:
    """Check, then run `dbt build`; further arguments go to dbt."""
    from strata.build import build as run

    check(variables)
    given = [] if variables is None else ["--vars", variables]
    if not run([*context.args, *given], out, err):
        raise typer.Exit(1)


@app.command()
def summary() -> None:
    """Print what the warehouse says: people, tiers, moves, activity, retention."""
    from strata.summary import print_summary

    print_summary(out)


@app.command()
def explain(
    user: Annotated[str, typer.Argument(help="An account, a device or a user_key.")],
) -> None:
    """Say where a person stands in every program, why, and what would change it."""
    from strata.explain import print_explanation

    print_explanation(user, out)


@app.command()
def bench(
    what: Annotated[
        str,
        typer.Argument(
            help="all, or one of build, day, jobs, memory, tags, funnels, report."
        ),
    ] = "all",
    events: Annotated[
        str, typer.Option(help="How many events; several sizes with commas.")
    ] = "1000000,10000000",
    runs: Annotated[int, typer.Option(min=1, help="How often each is timed.")] = 3,
    people: Annotated[int, typer.Option(min=1, help="People of tags.")] = 1_000_000,
    tags: Annotated[int, typer.Option(min=1, help="How many tags, at most.")] = 70,
    folder: Annotated[
        Path | None,
        typer.Option(help="Where its shops and results are kept; warehouse/bench."),
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="Document whose figures are written anew.")
    ] = None,
) -> None:
    """Time the project, other engines on the same work, and its growth."""
    from strata.bench.measure import PARTS, Benchmark
    from strata.bench.report import write as write_report

    if what not in (*PARTS, "all", "report"):
        raise StrataError(
            f"There is no benchmark {what}; name all or one of {', '.join(PARTS)}."
        )
    parts = {"all": PARTS, "report": ()}.get(what, (what,))
    table = _table("what", ">seconds", ">rows")
    with _screen("preparing") as screen:
        place = (folder or project.root() / "warehouse/bench").resolve()
        document = write.resolve() if write else None
        benchmark = Benchmark(place, _sizes(events), runs, screen)
        for part in parts:
            for step in benchmark.run(part, people=people, tags=tags):
                table.add_row(step.name, f"{step.seconds:.2f}", f"{step.rows:,}")
        if document:
            write_report(benchmark.results, document)
    if table.rows:
        out.print(table)


def _sizes(text: str) -> list[int]:
    """Numbers of events with commas between them."""
    try:
        sizes = [int(each) for each in text.split(",")]
    except ValueError:
        sizes = []
    if not sizes or min(sizes) < 1:
        raise StrataError(
            f"--events {text} is no list of numbers; write it as 1000000,10000000."
        )
    return sizes


def main() -> None:
    """Run the command line; a fault with a known cause is one sentence, exit code 1."""
    try:
        app()
    except StrataError as error:
        _say_fault(str(error))
        sys.exit(1)
    except Exception as error:
        from strata.faults import known

        if not (trouble := known(error)):
            raise
        _say_fault(trouble.sentence())
        sys.exit(1)


@contextmanager
def _screen(text: str) -> Iterator[Screen]:
    """A moving line while the block runs, and the seconds it took afterwards."""
    began = time.monotonic()
    with out.status(f"[dim]{text}[/]") as status:
        yield Screen(status)
    _say(f"{time.monotonic() - began:.1f} s", "dim")


def _say(text: str, style: str = "") -> None:
    """Print a line as it is, on one line even where the screen is narrow."""
    out.print(text, style=style, highlight=False, markup=False, soft_wrap=True)


def _say_fault(sentence: str) -> None:
    """Print a fault to the error output."""
    err.print(sentence, style="red", highlight=False, markup=False, soft_wrap=True)


def _table(*headings: str) -> Table:
    """A plain table; a heading that begins with > is a column of numbers."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        is_number = heading.startswith(">")
        table.add_column(
            heading.removeprefix(">"), justify="right" if is_number else "left"
        )
    return table


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
