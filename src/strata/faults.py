"""What DuckDB and the operating system complain of, in one sentence of ours.

A sentence says what went wrong, where, and what to do. `known` looks for the few
complaints that have nothing to do with the data: no room, no memory, a warehouse that
is locked, damaged, foreign or out of bounds. It finds them anywhere in a text, since
dbt and DuckDB wrap them in texts of their own; what it does not know keeps its words.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from strata import project

DEFAULT_MEMORY_LIMIT = "8GB"
FILE = r"""["'](?P<file>[^"']+)["']"""
NO_ROOM = r"(?P<why>No space left on device|File too large|Disk quota exceeded)"
NO_RIGHT = r"(?P<why>Permission denied|Read-only file system|Operation not permitted)"
NO_MEMORY = (
    r"Out of Memory Error|std::bad_alloc|(?:could not allocate|failed to pin) block"
    r"|failed to allocate data of size"
)
HOLDER = r"Conflicting lock is held in (?P<program>.+?) \(PID (?P<process>\d+)\)"
VERSIONS = (
    r"storage version number (?P<stored>\d+), but we can only read "
    r"(?:storage )?versions? (?P<read>between \d+ and \d+|\d+)"
)
KEPT = "nothing that was there is lost"

Match = re.Match[str]


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and what to do about it."""

    what: str
    remedy: str

    def sentence(self, where: str = "") -> str:
        """The whole sentence; `where` is what was going on, as `loading orders`."""
        return f"{self.what}{f' while {where}' if where else ''}; {self.remedy}."


Teller = Callable[[Match], Trouble | None]


def known(error: BaseException | str) -> Trouble | None:
    """What an error, or a text that holds one, comes down to; None if unknown."""
    if isinstance(error, MemoryError):
        return Trouble("Python ran out of memory", f"free some and try again: {KEPT}")
    text = str(error)
    for pattern, tell in COMPLAINTS:
        if (found := pattern.search(text)) and (trouble := tell(found)):
            return trouble
    return None


def _no_room(found: Match) -> Trouble:
    file = found.groupdict().get("file")
    place = f": {_shown(file)} could not be written" if file else ""
    return Trouble(
        f"There is no room left on the disk{place} ({_plain(found['why'])})",
        f"free some space and run this again: {KEPT}",
    )


def _no_room_to_spill(_: Match) -> Trouble:
    limit = _memory_limit()
    return Trouble(
        "There is no room left on the disk for what does not fit into memory "
        f"({limit}, STRATA_MEMORY_LIMIT)",
        f"free space beside the warehouse and run this again: {KEPT}",
    )


def _no_memory(_: Match) -> Trouble:
    return Trouble(
        f"The memory limit of {_memory_limit()} was too small",
        "set STRATA_MEMORY_LIMIT higher or STRATA_THREADS to 1 and run this again: "
        f"{KEPT}",
    )


def _locked(found: Match) -> Trouble:
    said = found.groupdict()
    program = said.get("program")
    holder = f" ({Path(program).name}, process {said['process']})" if program else ""
    file = said.get("file")
    name = _shown(file) if file else project.shown(project.warehouse_path())
    return Trouble(
        f"The warehouse {name} is open in another program{holder}",
        "close it there and run this again",
    )


def _foreign(found: Match) -> Trouble:
    return Trouble(
        f"{_shown(found['file'])} is not a DuckDB file",
        "move it away, or set STRATA_DUCKDB_PATH to the warehouse, and run this again",
    )


def _other_version(found: Match) -> Trouble:
    return Trouble(
        f"The warehouse {_warehouse()} was written by another version of DuckDB "
        f"(storage version {found['stored']}; DuckDB {duckdb.__version__} here reads "
        f"{found['read']})",
        "use the DuckDB that wrote it, or move it away, load the data again and build",
    )


def _damaged(_: Match) -> Trouble:
    return Trouble(
        f"The warehouse {_warehouse()} is damaged",
        "restore it from a copy, or move it away, load the data again and build",
    )


def _cut_short(found: Match) -> Trouble | None:
    return _damaged(found) if _is_of_warehouse(found["file"]) else None


def _no_right(found: Match) -> Trouble | None:
    if not _is_of_warehouse(found["file"]):
        return None
    return Trouble(
        f"The warehouse {_warehouse()} cannot be written ({_plain(found['why'])})",
        "make the file and its folder writable, or set STRATA_DUCKDB_PATH to another "
        "place, and run this again",
    )


def _folder(found: Match) -> Trouble | None:
    if not _is_of_warehouse(found["file"]):
        return None
    return Trouble(
        f"The warehouse {_warehouse()} is a folder",
        "set STRATA_DUCKDB_PATH to a file, and run this again",
    )


# The most telling first; a teller may find that its complaint is about something else.
COMPLAINTS: tuple[tuple[re.Pattern[str], Teller], ...] = tuple(
    (re.compile(pattern), tell)
    for pattern, tell in (
        (rf"{FILE}: {NO_ROOM}", _no_room),
        (rf"\[Errno \d+\] {NO_ROOM}: {FILE}", _no_room),
        (NO_ROOM, _no_room),
        (r"max_temp_directory_size", _no_room_to_spill),
        (NO_MEMORY, _no_memory),
        (rf"Could not set lock on file {FILE}(?:: {HOLDER})?", _locked),
        (r"same database file with a different configuration", _locked),
        (rf"{FILE} exists, but it is not a valid DuckDB database file", _foreign),
        (VERSIONS, _other_version),
        (r"Corrupt database file|Failed to load metadata pointer", _damaged),
        (rf"Could not read (?:enough bytes )?from file {FILE}: attempted", _cut_short),
        (rf"{FILE}: {NO_RIGHT}", _no_right),
        (rf"{FILE}: Is a directory", _folder),
    )
)


def _memory_limit() -> str:
    return os.environ.get("STRATA_MEMORY_LIMIT", DEFAULT_MEMORY_LIMIT)


def _warehouse() -> str:
    return project.shown(project.warehouse_path())


def _shown(file: str) -> str:
    return project.shown(Path(file))


def _plain(why: str) -> str:
    """The words of the operating system within a sentence."""
    return why[0].lower() + why[1:]


def _is_of_warehouse(file: str) -> bool:
    """True for the file of the warehouse and what DuckDB keeps beside it."""
    warehouse = project.warehouse_path()
    name = Path(file).name
    beside = (warehouse.name, f"{warehouse.name}.wal", f"{warehouse.name}.tmp")
    return name in beside or f"{warehouse.name}.tmp" in Path(file).parts
