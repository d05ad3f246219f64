"""Loading data into the raw tables of the warehouse.

A source is a function that turns a path into deliveries for tables of the contract;
`SOURCES` is the list of them. Everything else is common to all.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from strata import StrataError, project
from strata.contract import read_contract
from strata.load import cdnow, contract_folder, online_retail, rees46
from strata.load.delivery import Delivery, Loaded, Report, Shape, add, shape_of
from strata.load.files import unreadable
from strata.warehouse import Connection, writing

Source = Callable[[Connection, Path, Report], list[Delivery]]

SOURCES: Mapping[str, Source] = {
    "contract": contract_folder.deliveries,
    "online-retail": online_retail.deliveries,
    "cdnow": cdnow.deliveries,
    "rees46": rees46.deliveries,
}


def load(
    source: str, path: Path, report: Report, variables: str | None = None
) -> list[Loaded]:
    """Add the rows of a source to the raw tables, in one transaction.

    `variables`, as given to `--vars`, may name other raw tables than the project does.
    Raises StrataError if the source is unknown, a file cannot be read or lacks a
    required column, the warehouse is open elsewhere, or disk or memory do not suffice;
    nothing is loaded then.
    """
    if source not in SOURCES:
        raise StrataError(
            f"There is no source {source}; choose one of {', '.join(SOURCES)}."
        )
    if not path.exists():
        raise StrataError(f"There is no file or folder {project.shown(path)}.")
    contract = read_contract()
    names = project.raw_names(variables)
    with writing(project.warehouse_path()) as con:
        report.progress(f"reading {project.shown(path)}")
        try:
            deliveries = SOURCES[source](con, path, report)
            shapes = [shape_of(con, each, contract[each.table]) for each in deliveries]
        except (duckdb.Error, OSError) as error:
            raise unreadable(project.shown(path), error) from error
        return _add_all(con, deliveries, shapes, names, report)


def _add_all(
    con: Connection,
    deliveries: list[Delivery],
    shapes: list[Shape],
    names: project.RawNames,
    report: Report,
) -> list[Loaded]:
    """Write every delivery, each in the shape found for it."""
    loaded = []
    for delivery, shape in zip(deliveries, shapes, strict=True):
        if shape.ignored:
            report.note(
                f"{delivery.origin}: not in the contract, ignored: "
                f"{', '.join(shape.ignored)}"
            )
        report.progress(f"loading {delivery.table}")
        target = (names.schema, names.identifier(delivery.table))
        try:
            loaded.append(add(con, target, delivery.query, shape))
        except duckdb.Error as error:
            raise unreadable(delivery.origin, error) from error
    return loaded
