"""Paths by hand: what people do one after the other, and where they stop."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from oracles.identity import Person
from oracles.rules import Rule
from oracles.sessions import Event, Session

Record = dict[str, Any]
MIDDLE = "..."


@dataclass(frozen=True)
class Node:
    """A place on a path and when it was reached."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Path:
    """A path from its start point to its end point."""

    person: Person
    nodes: tuple[Node, ...]
    is_converted: bool

    @property
    def day(self) -> date:
        """The business day of its first node."""
        return self.nodes[0].at.date()

    def shown(self, rule: Rule) -> tuple[Node, ...]:
        """The nodes next to the point that was asked for."""
        most, half = rule["max_steps"], rule["max_steps"] // 2
        if len(self.nodes) <= most:
            return self.nodes
        if not rule["end_node"]:
            return self.nodes[:most]
        if not rule["start_node"]:
            return self.nodes[-most:]
        gap = Node(MIDDLE, self.nodes[half].at)
        return (*self.nodes[:half], gap, *self.nodes[len(self.nodes) - half :])


def is_like(text: str, pattern: str | None) -> bool:
    """A pattern of SQL: `%` is any text, `_` any character; blank is anything."""
    if not pattern:
        return True
    if pattern[0] == "%":
        return any(is_like(text[i:], pattern[1:]) for i in range(len(text) + 1)) or (
            pattern == "%"
        )
    if not text or pattern[0] not in ("_", text[0]):
        return False
    return is_like(text[1:], pattern[1:]) if pattern[1:] else len(text) == 1


def page_name(page: str) -> str:
    """A page without its last slash."""
    return page[:-1] if len(page) > 1 and page.endswith("/") else page


def clean(page: str, code: str, cleanings: Sequence[Rule]) -> str:
    """A page without its last slash and what the cleanings of a definition replace."""
    page = page_name(page)
    for rule in sorted(cleanings, key=lambda rule: rule["priority"]):
        if rule["path_code"] == code:
            page = re.sub(rule["page_regex"], rule["replacement"] or "", page)
    return page


def namer(
    code: str, rules: Sequence[Rule], cleanings: Sequence[Rule]
) -> Callable[[Event], str | None]:
    """What an event is in the paths of a definition; None if it is left out."""
    own = sorted(
        (rule for rule in rules if rule["path_code"] == code),
        key=lambda rule: rule["priority"],
    )

    def name(event: Event) -> str | None:
        page = clean(event.row["page"] or "", code, cleanings)
        kind = event.event_type or event.row["event_name"]
        for rule in own:
            names = (event.row["event_name"], kind)
            if is_like(page, rule["page_pattern"]) and any(
                is_like(each, rule["event_pattern"]) for each in names
            ):
                return {
                    "page": page or "(unknown)",
                    "event_name": event.row["event_name"],
                    "event_type": kind,
                    "label": rule["node_label"],
                    "none": None,
                }[rule["node_kind"]]
        return None

    return name


def is_conversion(event: Event, rule: Rule) -> bool:
    """True for the event that a definition calls a conversion."""
    return rule["conversion_event"] in (event.row["event_name"], event.event_type)


def stretches(
    events: Iterable[tuple[Event, str | None, bool]], gap: timedelta | None
) -> Iterator[list[tuple[Event, str | None, bool]]]:
    """Events cut where no node came for longer than the gap."""
    found: list[tuple[Event, str | None, bool]] = []
    last: datetime | None = None
    for each in events:
        event, node, _ = each
        is_silent = last is not None and gap is not None and event.event_at - last > gap
        if node is None:
            if last is not None and not is_silent:
                found.append(each)
            continue
        if is_silent:
            yield found
            found = []
        found.append(each)
        last = event.event_at
    if last is not None:
        yield found


def _place(event: Event, node: str | None) -> tuple[datetime, bool, str]:
    """By time; in one moment by node, what is none behind."""
    return event.event_at, node is None, node or ""


def read_paths(
    rule: Rule,
    node_rules: Sequence[Rule],
    cleanings: Sequence[Rule],
    sessions: Sequence[Session],
) -> list[Path]:
    """The paths of a definition, without conditions on properties."""
    name = namer(rule["path_code"], node_rules, cleanings)
    scopes: defaultdict[Any, list[Event]] = defaultdict(list)
    for session in sessions:
        scope = session.opening_event_id, len(scopes)
        place = scope if rule["unit"] == "session" else session.person
        scopes[place] += session.events
    gap = None
    if rule["unit"] == "gap":
        gap = timedelta(seconds=rule["gap_seconds"])
    paths = []
    for events in scopes.values():
        told = [
            (event, name(event), is_conversion(event, rule))
            for event in sorted(events, key=lambda each: _place(each, name(each)))
            if rule["valid_from"] <= event.day < rule["valid_to"]
        ]
        for stretch in stretches(told, gap):
            path = cut(rule, stretch)
            if path:
                paths.append(path)
    return paths


def cut(rule: Rule, stretch: Sequence[tuple[Event, str | None, bool]]) -> Path | None:
    """A path from its start point to its end point, if it has both."""
    nodes: list[Node] = []
    for event, name, _ in stretch:
        if name is None:
            continue
        if rule["collapse_repeats"] and nodes and nodes[-1].name == name:
            continue
        nodes.append(Node(name, event.event_at))
    names = [node.name for node in nodes]
    first = 0
    if rule["start_node"]:
        start = page_name(rule["start_node"])
        if start not in names:
            return None
        first = names.index(start)
    last = len(names)
    if rule["end_node"]:
        end = page_name(rule["end_node"])
        if end not in names[first:]:
            return None
        last = names.index(end, first) + 1
    kept = tuple(nodes[first:last])
    return Path(
        person=stretch[0][0].person,
        nodes=kept,
        is_converted=any(
            converts and event.event_at >= kept[0].at for event, _, converts in stretch
        ),
    )


def seconds(before: Node, after: Node) -> float:
    """The time between two nodes."""
    return (after.at - before.at) / timedelta(seconds=1)


def read_edges(rule: Rule, paths: Iterable[Path]) -> list[Record]:
    """The transitions of the paths, by step."""
    found: defaultdict[tuple[int, str, str], list[tuple[Path, float]]]
    found = defaultdict(list)
    for path in paths:
        shown = path.shown(rule)
        for number, (before, after) in enumerate(pairwise(shown), start=1):
            found[number, before.name, after.name].append(
                (path, seconds(before, after))
            )
    by_weight = sorted(found, key=lambda edge: (-len(found[edge]), edge))
    low, high = rule["min_sessions"], rule["max_sessions"]
    within = [
        edge
        for edge in by_weight
        if (low is None or len(found[edge]) >= low)
        and (high is None or len(found[edge]) <= high)
    ]
    kept = within[: rule["edge_limit"]]
    shown_edges = set(kept)
    if low is None and high is None:
        shown_edges = {edge for edge in kept if edge[0] == 1}
        for edge in sorted(kept):
            if any(
                (edge[0] - 1, edge[1]) == (each[0], each[2]) for each in shown_edges
            ):
                shown_edges.add(edge)
    return [
        {
            "path_code": rule["path_code"],
            "step_number": edge[0],
            "from_node": edge[1],
            "to_node": edge[2],
            "sessions": len(found[edge]),
            "users": len({path.person for path, _ in found[edge]}),
            "conversions": sum(path.is_converted for path, _ in found[edge]),
            "median_seconds": float(median(each for _, each in found[edge])),
            "edge_rank": rank,
            "is_shown": edge in shown_edges,
        }
        for rank, edge in enumerate(by_weight, start=1)
    ]


def read_ranked(rule: Rule, paths: Iterable[Path]) -> list[Record]:
    """The paths by how often they were taken; the rest is one row."""
    taken: defaultdict[tuple[str, ...], list[Path]] = defaultdict(list)
    for path in paths:
        taken[tuple(node.name for node in path.shown(rule))].append(path)
    order = sorted(taken, key=lambda nodes: (-len(taken[nodes]), nodes))
    limit = rule["path_limit"] if rule["path_limit"] is not None else len(order)
    groups: list[tuple[tuple[str, ...] | None, list[Path]]] = [
        (nodes, taken[nodes]) for nodes in order[:limit]
    ]
    if rest := [path for nodes in order[limit:] for path in taken[nodes]]:
        groups.append((None, rest))
    rows = []
    for rank, (nodes, own) in enumerate(groups, start=1):
        converted = sum(path.is_converted for path in own)
        ends = [path.shown(rule) for path in own]
        rows.append(
            {
                "path_code": rule["path_code"],
                "path_rank": rank,
                "path": " > ".join(nodes) if nodes else "(other)",
                "nodes": list(nodes) if nodes else None,
                "sessions": len(own),
                "users": len({path.person for path in own}),
                "conversions": converted,
                "conversion_rate": converted / len(own),
                "median_seconds": float(median(seconds(e[0], e[-1]) for e in ends)),
            }
        )
    return rows


def read_exits(rule: Rule, paths: Sequence[Path]) -> list[Record]:
    """How often a path ends at each node."""
    views = Counter(node.name for path in paths for node in path.nodes)
    exits = Counter(path.nodes[-1].name for path in paths)
    order = sorted(views, key=lambda name: (-exits[name], name))
    rows = []
    for rank, name in enumerate(order, start=1):
        own = [path for path in paths if any(n.name == name for n in path.nodes)]
        left = [path for path in own if path.nodes[-1].name == name]
        rows.append(
            {
                "path_code": rule["path_code"],
                "node": name,
                "views": views[name],
                "sessions": len(own),
                "users": len({path.person for path in own}),
                "exits": len(left),
                "unconverted_exits": sum(not path.is_converted for path in left),
                "exit_rate": len(left) / len(own),
                "exit_share": len(left) / len(paths),
                "exit_rank": rank,
            }
        )
    return rows


TABLES: Mapping[str, tuple[Sequence[str], Callable[[Rule, Any], list[Record]]]] = {
    "metric_path_edges": (
        ("path_code", "step_number", "from_node", "to_node"),
        read_edges,
    ),
    "metric_paths": (("path_code", "path_rank"), read_ranked),
    "metric_path_exits": (("path_code", "node"), read_exits),
}
