"""A PostgreSQL server of the tests' own, and a warehouse in it."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
from dbt.contracts.graph.manifest import Manifest
from warehouses import PLACE, WITHOUT_TESTS, Outcome, Warehouse, run_dbt

DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
    # What is lost when the machine stops is a test.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "jit": "off",
}
# dbt parses the project anew when the name of the database changes, so each is called
# by this name, as in profiles.yml, while dbt works on it.
NAME = "strata"
TARGET = PLACE.parent / "target-postgres"
POSTGRES_TYPES = {"VARCHAR": "text", "DOUBLE": "double precision", "HUGEINT": "numeric"}


def programs() -> Path | None:
    """The folder of the server's programs, the newest of several; none if absent."""
    if found := shutil.which("pg_ctl"):
        return Path(found).parent
    folders = [path.parent for path in DEBIAN.glob("*/bin/pg_ctl")]
    return max(folders, key=lambda bin_: int(bin_.parent.name), default=None)


@contextmanager
def running_server() -> Iterator[Mapping[str, str]]:
    """A new, empty server on a free loopback port; yields how to reach it.

    It refuses to run as root, so root starts it as the user that the package made.
    """
    folder = Path(tempfile.mkdtemp(prefix="strata-postgres-"))
    password = folder / "password"
    password.write_text(secrets.token_hex(16), encoding="ascii")
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(folder, "postgres", "postgres")
        shutil.chown(password, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs() / program, f"--pgdata={folder / 'data'}", *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **owner,
        )

    try:
        run(
            "initdb",
            "--username=strata",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
        )
        options = f"-p {port} {options}"
        run("pg_ctl", "start", "--wait", f"--log={folder / 'log'}", f"-o {options}")
        try:
            yield {
                "host": "127.0.0.1",
                "port": str(port),
                "user": "strata",
                "password": password.read_text(encoding="ascii"),
                "database": "postgres",
            }
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True)
class PostgresWarehouse:
    """A database of a running server."""

    address: Mapping[str, str]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, as tuples."""
        with self._connection() as con, con.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def execute(self, *statements: str) -> None:
        """Run statements that write."""
        with self._connection() as con, con.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def take_raw(self, warehouse: Warehouse) -> None:
        """Put the raw tables of a DuckDB warehouse in place of those here."""
        with (
            duckdb.connect(str(warehouse.path), read_only=True) as source,
            self._connection() as con,
            con.cursor() as cursor,
            tempfile.TemporaryDirectory() as folder,
        ):
            cursor.execute("drop schema if exists raw cascade; create schema raw")
            tables = source.execute(
                "select table_name from duckdb_tables() where schema_name = 'raw'"
            ).fetchall()
            for (table,) in tables:
                columns = source.execute(f"describe raw.{table}").fetchall()
                types = ", ".join(
                    f'"{name}" {POSTGRES_TYPES.get(kind, kind)}'
                    for name, kind, *_ in columns
                )
                cursor.execute(f"create table raw.{table} ({types})")
                path = Path(folder) / "rows.csv"
                source.execute(
                    f"copy raw.{table} to '{path}'"
                    r" (format csv, header false, force_quote *, nullstr '\N')"
                )
                with path.open(encoding="utf-8") as file:
                    cursor.copy_expert(
                        rf"copy raw.{table} from stdin (format csv, null '\N')", file
                    )

    def dbt(
        self,
        command: str,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Run dbt in this process on this database."""
        manifest, own = parsed(), self.address["database"]
        for name, value in {**self.address, "database": NAME}.items():
            os.environ[f"STRATA_POSTGRES_{name.upper()}"] = value
        _ask(self.address, f"alter database {own} rename to {NAME}")
        try:
            return run_dbt(
                command,
                *arguments,
                "--target=postgres",
                target=TARGET,
                variables=variables,
                manifest=manifest,
            )
        finally:
            _ask(self.address, f"alter database {NAME} rename to {own}")

    def build(
        self, *arguments: str, variables: Mapping[str, Any] | None = None
    ) -> None:
        """Run `dbt build`, by default without any test; fails loudly."""
        outcome = self.dbt("build", *(arguments or WITHOUT_TESTS), variables=variables)
        assert outcome.success, outcome.failed or outcome.messages[-5:]

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        con = _connection(self.address)
        try:
            with con:
                yield con
        finally:
            con.close()


def new_database(server: Mapping[str, str], name: str) -> PostgresWarehouse:
    """An empty database of its own on a running server."""
    _ask(server, f"create database {name}")
    return PostgresWarehouse({**server, "database": name})


@cache
def parsed() -> Manifest:
    """The project as dbt knows it on PostgreSQL, parsed once in this process."""
    outcome = run_dbt("parse", "--target=postgres", "--warn-error", target=TARGET)
    assert outcome.success, outcome.messages[-5:]
    return outcome.result


def _ask(address: Mapping[str, str], statement: str) -> None:
    """Run a statement about databases, outside of all transactions."""
    con = _connection({**address, "database": "postgres"})
    con.autocommit = True
    with con.cursor() as cursor:
        cursor.execute(statement)
    con.close()


def _connection(address: Mapping[str, str]) -> Any:
    names = {"database": "dbname"}
    return psycopg2.connect(**{names.get(k, k): v for k, v in address.items()})
