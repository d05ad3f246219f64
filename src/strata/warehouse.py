"""Opening the DuckDB warehouse."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from strata import StrataError, faults
from strata.project import shown

Connection = duckdb.DuckDBPyConnection
CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
CSV_CAUSES = (
    (r"Expected Number of Columns: (\d+) Found: (\d+)", r"has \2 values and not \1"),
    (r"Value with unterminated quote found", "has a quote that is not closed"),
    (r"This file is not utf-8 encoded", "is not in UTF-8"),
)


@contextmanager
def writing(path: Path) -> Iterator[Connection]:
    """The warehouse for one transaction: all of the block is kept, or nothing.

    A file that did not exist before and whose block fails is removed again.
    Raises StrataError if it is open elsewhere, is no warehouse, or cannot be written.
    """
    is_new = not path.exists()
    make_folder(path)
    con = _open(path, read_only=False)
    try:
        con.execute("begin transaction")
        yield con
        con.execute("commit")
        con.close()
    except BaseException as error:
        with suppress(duckdb.Error):
            con.close()
        if is_new:
            for file in (path, path.with_name(f"{path.name}.wal")):
                file.unlink(missing_ok=True)
        if isinstance(error, duckdb.Error) and (trouble := faults.known(error)):
            raise StrataError(trouble.sentence("writing the raw tables")) from error
        raise


def make_folder(path: Path) -> None:
    """Make the folder of the warehouse. Raises StrataError where that is impossible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StrataError(
            f"The folder {shown(path.parent)} of the warehouse cannot be made "
            f"({error.strerror}); set STRATA_DUCKDB_PATH to a place where you may "
            "write, and run this again."
        ) from error


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """The warehouse, read only.

    Raises StrataError if it does not exist, is open elsewhere, or is no warehouse.
    """
    if not path.exists():
        raise StrataError(
            f"The warehouse {shown(path)} does not exist yet; "
            "load data first, for example with `strata load contract`."
        )
    con = _open(path, read_only=True)
    try:
        yield con
    finally:
        con.close()


def table_columns(con: Connection, schema: str, table: str) -> dict[str, str]:
    """Column types by lower-case column name; empty if there is no such table."""
    rows = con.execute(
        "select lower(column_name), data_type from duckdb_columns() "
        "where database_name = current_database() "
        "and schema_name = ? and table_name = ? order by column_index",
        [schema, table],
    ).fetchall()
    return dict(rows)


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """An SQL text literal."""
    return "'" + str(text).replace("'", "''") + "'"


def gist(error: Exception) -> str:
    """What a database or file error says, without its kind and its advice."""
    text = str(error).strip()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    line = CSV_LINE.search(text)
    for pattern, words in CSV_CAUSES:
        if line and (cause := re.search(pattern, text)):
            return f"line {line[1]} {cause.expand(words)}"
    first = next(iter(text.splitlines()), "no reason given")
    return first.partition(" Error: ")[2].rstrip(".!") or first


def _open(path: Path, read_only: bool) -> Connection:
    threads = os.environ.get("STRATA_THREADS", "2")
    memory_limit = os.environ.get("STRATA_MEMORY_LIMIT", faults.DEFAULT_MEMORY_LIMIT)
    if not re.fullmatch("[1-9][0-9]*", threads):
        raise StrataError(
            f"STRATA_THREADS is {threads or 'blank'}; write a whole number from 1."
        )
    settings = {"threads": threads, "memory_limit": memory_limit}
    try:
        con = duckdb.connect(str(path), read_only=read_only, config=settings)
    except duckdb.Error as error:
        raise StrataError(_why_closed(path, memory_limit, error)) from error
    con.execute("set TimeZone = 'UTC'")
    return con


def _why_closed(path: Path, memory_limit: str, error: duckdb.Error) -> str:
    if trouble := faults.known(error):
        return trouble.sentence()
    if "emory" in (said := gist(error)):
        return (
            f"STRATA_MEMORY_LIMIT is {memory_limit or 'blank'} ({said}); "
            "write a size such as 8GB."
        )
    return f"The warehouse {shown(path)} cannot be opened: {said}."
