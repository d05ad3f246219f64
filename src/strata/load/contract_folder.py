"""Source `contract`: a folder with one file or folder per table of the contract.

`<table>.parquet`, `<table>.csv` or `<table>/*.parquet`. Parquet columns keep their
types. CSV columns are read as text, so that a bad value arrives in the warehouse,
where the staging layer rejects its row and says why.
"""

from collections.abc import Mapping
from pathlib import Path

from strata import StrataError
from strata.contract import Table, read_contract
from strata.load.delivery import Delivery, Report
from strata.load.files import csv_query, parquet_query
from strata.project import shown
from strata.warehouse import Connection

TRUTH = "truth"


def deliveries(con: Connection, path: Path, report: Report) -> list[Delivery]:
    """One delivery per table found in the folder, in the order of the contract.

    Raises StrataError if the folder holds no table, or one table twice.
    """
    if not path.is_dir():
        raise StrataError(
            f"{shown(path)} is a file; name the folder that holds the tables."
        )
    contract = read_contract()
    found = _by_table(path, contract, report)
    if not found:
        raise StrataError(
            f"The folder {shown(path)} holds no table of the contract; "
            "put files such as orders.parquet or events.csv there."
        )
    return [_delivery(con, name, found[name]) for name in contract if name in found]


def _by_table(
    folder: Path, contract: Mapping[str, Table], report: Report
) -> dict[str, Path]:
    """The file or folder of each table; other names are reported and passed over."""
    found: dict[str, Path] = {}
    for entry in sorted(folder.iterdir()):
        name = entry.name if entry.is_dir() else entry.stem
        if entry.name == TRUTH or entry.name.startswith((".", "_")):
            continue
        is_read = entry.is_dir() or entry.suffix in (".parquet", ".csv")
        if name not in contract or not is_read:
            report.note(f"{shown(entry)}: not a table of the contract, ignored")
        elif name in found:
            raise StrataError(
                f"The table {name} is there twice, as {shown(found[name])} and "
                f"{shown(entry)}; keep one of them."
            )
        else:
            found[name] = entry
    return found


def _delivery(con: Connection, table: str, entry: Path) -> Delivery:
    if entry.suffix == ".csv":
        return Delivery(table, csv_query(entry), shown(entry))
    files = sorted(entry.glob("*.parquet")) if entry.is_dir() else [entry]
    if not files:
        raise StrataError(
            f"The folder {shown(entry)} holds no Parquet file; fill it or remove it."
        )
    return Delivery(table, parquet_query(con, files), shown(entry))
