"""The parts of the benchmark, one after the other, each kept as soon as it is known."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from strata import StrataError
from strata.bench import Step
from strata.bench.compare import compare
from strata.bench.inputs import split
from strata.bench.jobs import JOBS, NAMES, PEERS, Job
from strata.bench.results import DAYS_ADDED, Results
from strata.bench.shop import ADDED, Shop, call

PARTS = ("build", "day", "jobs", "memory", "tags", "funnels")
# The memory of a build as a share of the input, from here on until it goes through.
SHARES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Screen(Protocol):
    """Where progress goes."""

    def progress(self, text: str) -> None:
        """Replace the moving line."""

    def note(self, text: str) -> None:
        """Print a line that stays."""


class Benchmark:
    """The sizes asked for, where they are kept, and how often each thing is timed."""

    def __init__(
        self, folder: Path, events: Sequence[int], runs: int, screen: Screen
    ) -> None:
        """The folder keeps the shops and what was measured."""
        self.results = Results(folder / "results.json")
        self._shops = [
            Shop(folder / str(each), each, screen.progress) for each in sorted(events)
        ]
        self._runs = runs
        self._threads = os.cpu_count() or 1
        self._screen = screen

    def run(self, part: str, *, people: int, tags: int) -> Iterator[Step]:
        """One part, of all sizes; what was timed."""
        if part in ("tags", "funnels"):
            yield from self._steps(part, people, tags)
        elif part == "memory":
            yield from self._memory(self._shops[-1])
        else:
            todo: dict[str, Callable[[Shop], Iterator[Step]]] = {
                "build": self._build,
                "day": self._day,
                "jobs": self._jobs,
            }
            for shop in self._shops:
                yield from todo[part](shop)
                loads = self.results.size(shop.events).setdefault("load", {})
                loads[part] = os.getloadavg()[2]
                self.results.save()

    def _ready(self, shop: Shop) -> dict[str, Any]:
        """A shop that stands built, and what is known of it."""
        size = self.results.size(shop.events)
        shop.prepare()
        size.update(shop.counts())
        if not shop.is_built():
            self._build_once(shop, size)
        return size

    def _build_once(self, shop: Shop, size: dict[str, Any]) -> dict[str, Any]:
        told = shop.build(shop.warehouse, "--full-refresh")
        size.setdefault("builds", []).append(told)
        self.results.save()
        return told

    def _build(self, shop: Shop) -> Iterator[Step]:
        """A scan of the events, and full builds."""
        shop.prepare()
        size = self.results.size(shop.events)
        size.update(shop.counts(), builds=[])
        shop.say("scanning")
        size["scan"] = call(
            "scan",
            warehouse=str(shop.warehouse.resolve()),
            threads=self._threads,
            runs=self._runs,
        )
        yield Step("scan", median(size["scan"]["seconds"]), size["events"])
        for number in range(self._runs):
            shop.say(f"full build {number + 1} of {self._runs}")
            told = self._build_once(shop, size)
            yield Step("full build", told["seconds"], size["events"])

    def _day(self, shop: Shop) -> Iterator[Step]:
        """Two days added to what stands, one after the other, each time on a copy."""
        size = self._ready(shop)
        size.update({kept: [] for kept in DAYS_ADDED})
        for number in range(self._runs):
            warehouse = shop.copy("day")
            for day, (kept, name) in zip(ADDED, DAYS_ADDED.items(), strict=True):
                shop.say(f"{name}, {number + 1} of {self._runs}")
                events = shop.add_day(warehouse, day)
                told = {**shop.build(warehouse), "events": events}
                size[kept].append(told)
                self.results.save()
                yield Step(name, told["seconds"], events)
        shop.drop("day")

    def _jobs(self, shop: Shop) -> Iterator[Step]:
        """The jobs on every engine that is installed, and whether they agree."""
        engines = ["strata"]
        for engine, package in PEERS.items():
            if find_spec(package):
                engines.append(engine)
            else:
                self._screen.note(
                    f"{NAMES[engine]} is left out; to compare with it, install "
                    f"{package} beside the project (.venv/bin/pip install {package})."
                )
        size = self._ready(shop)
        split(shop, JOBS)
        kept = size.setdefault("jobs", {})
        for job in JOBS:
            told = {}
            for engine in engines:
                shop.say(f"{job.label}, {NAMES[engine]}")
                done = self._done(shop, job, engine)
                if done is None:
                    continue
                told[engine] = done
                if engine in PEERS:
                    compare(job, shop.place(job), engine)
                seconds = median(done["seconds"])
                yield Step(f"{job.label}, {NAMES[engine]}", seconds, size["events"])
            kept[job.code] = told
            self.results.save()

    def _done(self, shop: Shop, job: Job, engine: str) -> dict[str, Any] | None:
        """What a job took; nothing of a peer that stopped, which is said."""
        try:
            return call(
                "job",
                {"POLARS_MAX_THREADS": str(self._threads)},
                engine=engine,
                folder=str(shop.place(job).resolve()),
                threads=self._threads,
                runs=self._runs,
            )
        except StrataError as error:
            if engine not in PEERS:
                raise
            self._screen.note(f"{NAMES[engine]} has no figure for {job.label}. {error}")
            return None

    def _memory(self, shop: Shop) -> Iterator[Step]:
        """A full build with little memory, a quarter of the input and then more."""
        size = self._ready(shop)
        size["memory"] = []
        for share in SHARES:
            limit = int(size["input_bytes"] * share / 1_000_000)
            shop.say(f"full build with {limit} MB")
            told = shop.build(
                shop.copy("memory"),
                "--full-refresh",
                memory_limit=f"{limit}MB",
                may_fail=True,
            )
            size["memory"].append({"share": share, "limit_mb": limit, **told})
            self.results.save()
            state = "failed" if told["failed"] else "went through"
            name = f"full build with {limit} MB ({share:g} x the input): {state}"
            yield Step(name, told["seconds"], size["events"])
            if not told["failed"]:
                break
        shop.drop("memory")

    def _steps(self, part: str, people: int, tags: int) -> Iterator[Step]:
        """The benchmarks of single models."""
        from strata.bench.funnels import bench_funnels
        from strata.bench.tags import bench_tags

        steps = (
            bench_tags(people, tags, self._screen.progress)
            if part == "tags"
            else bench_funnels(
                self._shops[-1].events, self._runs, self._screen.progress
            )
        )
        kept = []
        for step in steps:
            kept.append(asdict(step))
            yield step
        self.results.steps[part] = kept
        self.results.save()
