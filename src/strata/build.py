"""Running `dbt build` in this process, with a progress bar and readable faults."""

import os
import re
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dbt.cli.main import dbtRunner, dbtRunnerResult
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from strata import project
from strata.faults import Trouble, known
from strata.warehouse import make_folder

SAID = ("JinjaLogInfo", "JinjaLogWarning")
BROKEN = ("error", "fail", "runtime error", "partial success")
PLAIN_STEPS = 10
# What a macro of the project says when it stops the build.
OWN_SENTENCE = re.compile(r"Strata: .+")


class Watcher:
    """Follows the events of dbt: nodes done of all nodes, and the one at work.

    Without a terminal a line is printed for every tenth of the nodes.
    """

    def __init__(self, out: Console, progress: Progress) -> None:
        """Takes the console for messages of the project, and the bar."""
        self._out = out
        self._progress = progress
        self._task = progress.add_task("reading the project", total=None)
        self._done = 0
        self._total = 0

    def __call__(self, event: Any) -> None:
        """Takes one event of dbt."""
        name = event.info.name
        if name == "LogStartLine":
            # The count that dbt gives before it starts leaves out the unit tests.
            self._total = event.data.total
            node = event.data.node_info.node_name
            self._progress.update(self._task, total=self._total, description=node)
        elif name == "NodeFinished":
            self._count()
        elif name in SAID:
            self._out.print(
                event.info.msg, style="yellow", markup=False, soft_wrap=True
            )

    def _count(self) -> None:
        self._done += 1
        self._progress.update(self._task, completed=self._done)
        step = max(self._total // PLAIN_STEPS, 1)
        if not self._out.is_terminal and self._done % step == 0:
            self._out.print(f"{self._done} of {self._total} done", style="dim")


def build(arguments: Sequence[str], out: Console, err: Console) -> bool:
    """Run `dbt build` with further arguments from the project root.

    Prints what fails to `err` and, if dbt came to an end, a summary to `out`; true if
    nothing failed.
    """
    os.chdir(project.root())
    make_folder(project.warehouse_path())
    began = time.monotonic()
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=out, transient=True) as progress:
        runner = dbtRunner(callbacks=[Watcher(out, progress)])
        result = runner.invoke(["--log-level", "none", "build", *arguments])
    _print_faults(result, out, err)
    if not result.exception:
        out.print(
            _summary(result, time.monotonic() - began),
            style="green" if result.success else "red",
            highlight=False,
        )
    return bool(result.success)


def _print_faults(result: dbtRunnerResult, out: Console, err: Console) -> None:
    """What stopped dbt, then each node that failed or warned."""
    if result.exception:
        _say_fault(err, _stop(result.exception))
    troubled: dict[Trouble, list[str]] = {}
    for each in _results(result):
        if each.status == "warn":
            out.print(_fault(each), style="yellow", markup=False, soft_wrap=True)
        elif each.status not in BROKEN:
            continue
        elif trouble := known(each.message or ""):
            troubled.setdefault(trouble, []).append(each.node.name)
        else:
            _say_fault(err, _fault(each))
    for trouble, names in troubled.items():
        more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        _say_fault(err, trouble.sentence(f"building {names[0]}{more}"))


def _say_fault(err: Console, text: str) -> None:
    err.print(text, style="red", markup=False, highlight=False, soft_wrap=True)


def _stop(error: BaseException) -> str:
    """What stopped dbt: one sentence where the cause is known, else its own words."""
    text = _message(error)
    if trouble := known(error) or known(text):
        return trouble.sentence()
    return f"dbt stopped: {text}"


def _fault(each: Any) -> str:
    """One node: our own sentence, or what it is, what it says, where its SQL is."""
    if own := OWN_SENTENCE.search(each.message or ""):
        return own[0]
    node = each.node
    compiled = getattr(node, "compiled_path", None) or node.original_file_path
    message = "\n  ".join((each.message or "").strip().splitlines())
    heading = f"{node.resource_type} {node.name}: {each.status}"
    return f"{heading}\n  {message}\n  SQL: {compiled}"


def _summary(result: dbtRunnerResult, seconds: float) -> str:
    """One line: what was done, what was not, and how long it took."""
    results = _results(result)
    kinds = Counter(str(each.node.resource_type) for each in results)
    states = Counter(str(each.status) for each in results)
    done = {
        "models": kinds["model"],
        "seeds": kinds["seed"],
        "tests": kinds["test"],
        "unit tests": kinds["unit_test"],
    }
    broken = sum(states[state] for state in BROKEN)
    bad = {"failed": broken, "warned": states["warn"], "skipped": states["skipped"]}
    parts = [f"{count:,} {name}" for name, count in done.items() if count]
    parts += [f"{count:,} {name}" for name, count in bad.items() if count]
    said = ", ".join(parts) or "nothing to build"
    return f"{'Built' if result.success else 'Not built'}: {said}; {seconds:.1f} s."


def _results(result: dbtRunnerResult) -> list[Any]:
    """The node results; dbt gives none if it stopped before the first node."""
    return list(getattr(result.result, "results", None) or [])


def _message(error: BaseException) -> str:
    """The text of a dbt error, which in its classes is an attribute."""
    return str(getattr(error, "msg", None) or error).strip()
