"""What is measured runs here, in a process of its own, whose memory is its own.

`python -m strata.bench.worker TASK ARGUMENTS`; the arguments are JSON, and so is the
last line that it prints.
"""

import json
import os
import resource
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from strata.bench.engines import Clock
from strata.bench.jobs import PEERS
from strata.bench.results import memory_of_machine

BEFORE_AND_AFTER = "before and after"
# What a peer may take of the memory of the machine: one that takes all of it does not
# stop, the machine does.
MOST_MEMORY = 0.8


def peak_memory() -> int:
    """The most memory that this process has held so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (x for x in status.read_text().splitlines() if x[:6] == "VmHWM:")
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def cap_memory(share: float = MOST_MEMORY) -> None:
    """Let this process fail once its data take that share of the machine's memory."""
    memory = memory_of_machine()
    if memory:
        most = int(memory * share)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def build(arguments: list[str]) -> dict[str, Any]:
    """Run dbt; the seconds of its nodes by layer, and what failed.

    The seconds of the processors are those since its first node began.
    """
    from dbt.cli.main import dbtRunner

    begun: list[float] = []

    def watch(event: Any) -> None:
        if not begun and event.info.name == "LogStartLine":
            begun.append(time.process_time())

    result = dbtRunner(callbacks=[watch]).invoke(["--log-level=none", *arguments])
    cpu = time.process_time() - begun[0] if begun else 0.0
    nodes = list(getattr(result.result, "results", None) or [])
    layers: dict[str, float] = {}
    for each in nodes:
        layer = _layer(each.node)
        layers[layer] = layers.get(layer, 0.0) + (each.execution_time or 0.0)
    failed = [
        f"{each.node.name}: {each.message}"
        for each in nodes
        if str(each.status) in ("error", "fail")
    ]
    if result.exception:
        failed.append(f"the start: {result.exception}")
    return {
        "layers": layers,
        "seconds": sum(layers.values()),
        "cpu_seconds": cpu,
        "failed": failed,
    }


def _layer(node: Any) -> str:
    """The folder of a model; rules for seeds."""
    kind = str(node.resource_type)
    if kind == "model":
        return str(node.original_file_path).split("/")[1]
    return "rules" if kind == "seed" else BEFORE_AND_AFTER


def scan(warehouse: str, threads: int, runs: int) -> dict[str, Any]:
    """Read every value of every event, and count the rows."""
    with duckdb.connect(warehouse, read_only=True) as con:
        con.execute(f"set threads = {threads}")
        query = "select count(*), bit_xor(hash(events)) from raw.events as events"
        seconds = []
        for _ in range(runs):
            clock = Clock()
            con.execute(query)
            seconds.append(clock.spent().seconds)
    return {"seconds": seconds}


def job(engine: str, folder: str, threads: int, runs: int) -> dict[str, Any]:
    """Make one job with one engine as often as asked; what each took."""
    make = import_module(f"strata.bench.engines.{engine}").make
    if engine in PEERS:
        cap_memory()
    spent = [make(Path(folder), threads) for _ in range(runs)]
    return {
        "seconds": [each.seconds for each in spent],
        "cpu_seconds": [each.cpu_seconds for each in spent],
    }


def funnel(**arguments: str) -> dict[str, Any]:
    """Lay the events of a funnel out, or ask how far people came; what it took."""
    from strata.bench.funnels import do

    return do(**arguments)


def main() -> None:
    """Do one task and print what came of it as JSON."""
    task, arguments = sys.argv[1], json.loads(sys.argv[2])
    tasks = {"build": build, "scan": scan, "job": job, "funnel": funnel}
    told = tasks[task](**arguments)
    sys.stdout.flush()
    print("\n" + json.dumps({**told, "peak_bytes": peak_memory()}), flush=True)
    # ClickHouse in this process may not end in good order; all has been said.
    os._exit(0)


if __name__ == "__main__":
    main()
