"""The jobs of a shop: which models the project runs for each, and on which input."""

import json
import re
from collections.abc import Iterable
from typing import Any

import duckdb

from strata.bench.jobs import ENGINES, Job
from strata.bench.shop import Shop
from strata.warehouse import literal

# As dbt writes a relation, in a warehouse whose file is strata.duckdb.
RELATION = re.compile(r'"strata"\."(\w+)"\."(\w+)"')
COMMENT = re.compile(r"--.*")
Node = dict[str, Any]


def split(shop: Shop, jobs: Iterable[Job]) -> None:
    """Write the queries of the jobs, and of their inputs what is not there yet."""
    shop.say("compiling")
    nodes = shop.compile()
    with duckdb.connect(str(shop.warehouse), read_only=True) as con:
        con.execute("set preserve_insertion_order = false")
        for job in jobs:
            shop.say(f"inputs of {job.label}")
            _split(con, shop, job, nodes)


def _split(
    con: duckdb.DuckDBPyConnection, shop: Shop, job: Job, nodes: dict[str, Node]
) -> None:
    """Write the plan of a job, and its inputs."""
    steps, given = _chain(job, nodes)
    place = shop.place(job)
    for folder in ("given", *(f"made/{engine}" for engine in ENGINES)):
        (place / folder).mkdir(parents=True, exist_ok=True)
    for node in given.values():
        _export(con, shop, job, node, nodes)
    makes = {node["name"]: node["relation_name"] for node in steps}
    plan = {
        "schemas": sorted({n["schema"] for n in (*steps, *given.values())}),
        "given": {n["name"]: relation for relation, n in given.items()},
        "steps": [
            (
                node["relation_name"],
                _kind(node, job),
                node["compiled_code"].strip().rstrip(";"),
            )
            for node in steps
        ],
        "told": {
            name: job.told.get(name, f"select * from {makes[name]}")
            for name in job.makes
        },
    }
    text = json.dumps(plan, indent=1)
    (place / "plan.json").write_text(text, encoding="utf-8")


def _export(
    con: duckdb.DuckDBPyConnection,
    shop: Shop,
    job: Job,
    node: Node,
    nodes: dict[str, Node],
) -> None:
    """Write an input of a job; whole tables are shared between the jobs."""
    name = node["name"]
    place = shop.place(job) / "given" / f"{name}.parquet"
    shared = shop.folder / "given" / f"{name}.parquet"
    condition = job.few.get(name)
    target = place if condition else shared
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        con.execute(
            f"copy (select * from {_stated(node, nodes)} where {condition or 'true'})"
            f" to {literal(target)} (format parquet)"
        )
    if target is shared and not place.exists():
        place.symlink_to(shared.resolve())


def _stated(node: Node, nodes: dict[str, Node]) -> str:
    """A table, or the query of what holds no rows between builds.

    What was touched is forgotten by then; a full build touches everything.
    """
    is_view = node["config"]["materialized"] == "view"
    if not is_view and "/changes/" not in node["original_file_path"]:
        return str(node["relation_name"])
    query = RELATION.sub(
        lambda each: _stated(nodes[each[0]], nodes) if each[0] in nodes else each[0],
        COMMENT.sub("", node["compiled_code"]),
    )
    return f"({query})"


def _kind(node: Node, job: Job) -> str:
    """Whether a model of a job becomes a table; what it makes always does."""
    is_view = node["config"]["materialized"] == "view" and node["name"] not in job.makes
    return "view" if is_view else "table"


def _chain(job: Job, nodes: dict[str, Node]) -> tuple[list[Node], dict[str, Node]]:
    """The models that a job builds, in order, and what it is given."""
    by_name = {node["name"]: relation for relation, node in nodes.items()}
    steps: dict[str, Node] = {}
    given: dict[str, Node] = {}

    def visit(relation: str) -> None:
        if relation in steps or relation in given:
            return
        node = nodes[relation]
        if not _is_within(node, job):
            given[relation] = node
            return
        for each in RELATION.finditer(COMMENT.sub("", node["compiled_code"])):
            visit(each[0])
        steps[relation] = node

    for name in job.makes:
        visit(by_name[name])
    return list(steps.values()), given


def _is_within(node: Node, job: Job) -> bool:
    folder = node["original_file_path"].removeprefix("models/").rpartition("/")[0]
    return node["name"] in job.within or folder in job.within
