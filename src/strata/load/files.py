"""Finding and reading delivered files, with faults in one sentence each."""

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import duckdb

from strata import StrataError
from strata.faults import known
from strata.project import shown
from strata.warehouse import Connection, gist, literal


def find_one(path: Path, suffixes: Sequence[str]) -> Path:
    """The file `path`, or the only file in folder `path` that ends like `suffixes`.

    Raises StrataError if there is none, or more than one.
    """
    kinds = ", ".join(suffixes)
    if not path.exists():
        raise StrataError(f"There is no file or folder {shown(path)}.")
    if path.is_file():
        if not path.name.lower().endswith(tuple(suffixes)):
            raise StrataError(f"{shown(path)} is none of {kinds}.")
        return path
    endings = tuple(suffixes)
    found = [f for f in sorted(path.iterdir()) if f.name.lower().endswith(endings)]
    if len(found) != 1:
        has = "no file" if not found else f"{len(found)} files"
        raise StrataError(
            f"The folder {shown(path)} holds {has} of the kinds {kinds}; "
            "name the file to load."
        )
    return found[0]


def parquet_query(con: Connection, files: Sequence[Path]) -> str:
    """A query over Parquet files, columns matched by name.

    Raises StrataError naming the first file that is not readable Parquet.
    """
    for file in files:
        try:
            con.execute(f"describe from read_parquet({literal(file)})")
        except duckdb.Error as error:
            raise unreadable(shown(file), error) from error
    names = ", ".join(literal(file) for file in files)
    return (
        f"select * from read_parquet([{names}], union_by_name = true, "
        "binary_as_string = true, hive_partitioning = false)"
    )


def csv_query(file: Path, encoding: str = "utf-8") -> str:
    """A query over a CSV file with a header, every column as text, empty as null.

    The dialect is fixed (comma, double quotes): guessing one may drop the lines that
    do not fit the guess. Raises StrataError for a file without a header.
    """
    columns = ", ".join(f"{literal(c)}: 'VARCHAR'" for c in _header(file, encoding))
    return (
        f"select * from read_csv({literal(file)}, auto_detect = false, header = true, "
        f"columns = {{{columns}}}, delim = ',', quote = '\"', escape = '\"', "
        f"encoding = {literal(encoding)})"
    )


def csv_encoding(file: Path) -> str:
    """utf-8 if the whole file is, else latin-1, in which older exports come."""
    try:
        with _open_text(file, "utf-8") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def require_columns(
    con: Connection, query: str, columns: Sequence[str], origin: str
) -> None:
    """Raises StrataError if the rows of `query` lack one of the columns."""
    described = con.execute(f"describe {query}").fetchall()
    given = {name.lower() for name, *_ in described}
    missing = [column for column in columns if column.lower() not in given]
    if missing:
        raise StrataError(
            f"{origin} lacks the column {', '.join(missing)}; "
            "load the file as it is published: nothing was loaded."
        )


def unreadable(origin: str, error: Exception) -> StrataError:
    """The error for a file that cannot be read to its end, or not be stored."""
    if trouble := known(error):
        return StrataError(trouble.sentence(f"loading {origin}"))
    return StrataError(
        f"{origin} cannot be read ({gist(error)}); "
        "replace or mend the file and load again: nothing was loaded."
    )


def _header(file: Path, encoding: str) -> list[str]:
    try:
        with _open_text(file, encoding) as text:
            header = [name.strip() for name in next(csv.reader(text), [])]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise StrataError(
            f"{shown(file)} is no CSV file in UTF-8; save it as one and load again: "
            "nothing was loaded."
        ) from error
    if not header or len({name.lower() for name in header}) < len(header):
        what = "names a column twice" if header else "is empty"
        raise StrataError(
            f"{shown(file)} {what}; its first line must name each column once."
        )
    return header


def _open_text(file: Path, encoding: str) -> IO[str]:
    """The text of a file, which may be compressed with gzip, without a byte mark."""
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding=encoding, newline="")
    return file.open(encoding=encoding, newline="")
