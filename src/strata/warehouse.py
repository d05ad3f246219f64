"""Opening the DuckDB warehouse."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from strata import StrataError
from strata.project import shown

Connection = duckdb.DuckDBPyConnection
CSV_CAUSE = re.compile(
    r"Expected Number of Columns: \d+ Found: \d+"
    r"|Value with unterminated quote found|This file is not utf-8 encoded"
)


@contextmanager
def writing(path: Path) -> Iterator[Connection]:
    """The warehouse for one transaction: all of the block is kept, or nothing.

    A file that did not exist before and whose block fails is removed again.
    Raises StrataError if it is open elsewhere, or is no warehouse.
    """
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    con = _open(path, read_only=False)
    try:
        con.execute("begin transaction")
        yield con
        con.execute("commit")
    except BaseException:
        con.close()
        if is_new:
            path.unlink(missing_ok=True)
        raise
    con.close()


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
    """What a database error says, without its kind and its advice."""
    text = str(error).strip()
    first = text.splitlines()[0]
    cause = CSV_CAUSE.search(text)
    said = f"{first}: {cause[0].lower()}" if cause else first
    return said.partition(" Error: ")[2].rstrip(".") or said


def _open(path: Path, read_only: bool) -> Connection:
    settings = {
        "threads": os.environ.get("STRATA_THREADS", "2"),
        "memory_limit": os.environ.get("STRATA_MEMORY_LIMIT", "8GB"),
    }
    try:
        con = duckdb.connect(str(path), read_only=read_only, config=settings)
    except duckdb.Error as error:
        raise StrataError(_why_closed(path, error)) from error
    con.execute("set TimeZone = 'UTC'")
    return con


def _why_closed(path: Path, error: duckdb.Error) -> str:
    if "lock" in str(error).lower() or "different configuration" in str(error):
        return (
            f"The warehouse {shown(path)} is open in another program; "
            "close that program and run this again."
        )
    return f"The warehouse {shown(path)} cannot be opened: {gist(error)}."
