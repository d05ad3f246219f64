"""A Spark session of the tests' own, and a warehouse in it."""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from warehouses import PLACE, Outcome, Warehouse, run_dbt

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

WITHOUT_SEEDS_AND_TESTS = ("--exclude-resource-type", "seed", "unit_test", "test")
# Small tables and short queries: to compile each takes longer than to run it.
SETTINGS = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
    "spark.ui.retainedTasks": "1",
}
LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
"""


def missing() -> str:
    """What must be installed before Spark can run here; empty if nothing."""
    if shutil.which("java") is None:
        return "no Java is installed (apt-get install openjdk-17-jre-headless)"
    for module in ("pyspark", "dbt.adapters.spark"):
        if find_spec(module) is None:
            return f"no {module} is installed (pip install -r requirements-spark.txt)"
    return ""


@contextmanager
def running_session() -> Iterator["SparkWarehouse"]:
    """An empty warehouse in a session of this process, which stops afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="strata-spark-"))
    (folder / "spark-defaults.conf").write_text(
        "".join(f"{name} {value}\n" for name, value in SETTINGS.items()), "ascii"
    )
    (folder / "log4j2.properties").write_text(LOGGING, "ascii")
    os.environ |= {
        "SPARK_CONF_DIR": str(folder),
        "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "STRATA_SPARK_MASTER": "local[2]",
        "STRATA_SPARK_CATALOG": "in-memory",
        "STRATA_SPARK_PARTITIONS": "1",
        "STRATA_SPARK_PATH": str(folder / "warehouse"),
    }
    logging.getLogger("SQLQueryContextLogger").disabled = True
    warehouse = SparkWarehouse(folder)
    try:
        outcome = warehouse.dbt("seed")
        assert outcome.success, outcome.failed or outcome.messages[-5:]
        yield warehouse
    finally:
        warehouse.session.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class SparkWarehouse:
    """What the session of this process holds."""

    folder: Path

    @property
    def session(self) -> "SparkSession":
        """The session that dbt began."""
        from pyspark.sql import SparkSession

        return SparkSession.builder.getOrCreate()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, as tuples."""
        return [tuple(row) for row in self.session.sql(query).collect()]

    def take_raw(self, warehouse: Warehouse) -> None:
        """Put the raw tables of a DuckDB warehouse in place of those here."""
        self.session.sql("create schema if not exists raw")
        with duckdb.connect(str(warehouse.path), read_only=True) as source:
            for (table,) in source.execute(
                "select table_name from duckdb_tables() where schema_name = 'raw'"
            ).fetchall():
                path = self.folder / f"{table}.parquet"
                source.execute(f"copy raw.{table} to '{path}' (format parquet)")
                self.session.sql(f"drop table if exists raw.{table}")
                self.session.sql(
                    f"create table raw.{table} using parquet as"
                    f" select * from parquet.`{path}`"
                )

    def dbt(
        self,
        command: str,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Run dbt in this process on this session."""
        return run_dbt(
            command,
            *arguments,
            "--target=spark",
            target=PLACE.parent / "target-spark",
            variables=variables,
        )

    def build(self, *arguments: str) -> None:
        """Run `dbt build`, by default without seeds and tests; fails loudly."""
        outcome = self.dbt("build", *(arguments or WITHOUT_SEEDS_AND_TESTS))
        assert outcome.success, outcome.failed or outcome.messages[-5:]
