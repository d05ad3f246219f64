"""The same raw rows give the same public tables on PostgreSQL as on DuckDB."""

import csv
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from incremental import deliveries
from incremental.scenarios import SCENARIOS
from parity import Tables, differences, public_tables, simulate_shop
from servers import PostgresWarehouse, new_database, programs, running_server
from warehouses import ROOT, WITHOUT_TESTS, WITHOUT_UNIT_TESTS, Warehouse

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.xdist_group("postgres"),
    pytest.mark.skipif(
        programs() is None,
        reason="no PostgreSQL server is installed (apt-get install postgresql)",
    ),
]
# On a server of its own, at the same time as the others.
beside = pytest.mark.xdist_group("postgres_beside")

# What arrives with the second delivery, besides what is taken back with it.
SECOND_DELIVERY = "2026-06-27"
# Rules beside the shipped ones, so that each thing that a rule can ask for is asked.
MORE_RULES = ROOT / "tests/python/more_rules"
SHAPE = "program_code, tier_code, condition, rule_group, feature_code, operator, high"
CHANGED_RULES = (
    # A candidate that asks half of everything, and is only tried.
    f"insert into strata_rules.strata__tier_rules ({SHAPE}, text_value, low,"
    f" policy_version, valid_from, valid_to) select {SHAPE}, text_value, low / 2,"
    " 'candidate', date '9999-01-01', valid_to from strata_rules.strata__tier_rules"
    " where program_code = 'membership'",
    "update strata_rules.strata__tier_rules set low = low / 1000"
    " where program_code = 'spend'",
    "update strata_rules.strata__programs set threshold_mode = 'frozen'"
    " where program_code = 'spend'",
    "update strata_rules.strata__programs set review_grain = 'week',"
    " downgrade_policy = 'hold' where program_code = 'frequency'",
    "update strata_rules.strata__programs set review_grain = 'quarter',"
    " consent_purpose = 'marketing' where program_code = 'activity'",
)
# Summer time begins between the first day and the last.
ELSEWHERE = {"strata__timezone": "America/New_York", "strata__week_start": "sunday"}
AS_THE_RULES_ARE = (*WITHOUT_TESTS, "seed")
# Texts that people write where a number, a time or a flag is wanted.
TEXTS = {
    "timestamp": (
        "2024-01-31 10:00:00.123456",
        "2024-01-31T10:00:00Z",
        "2024-01-31T10:00:00+08:00",
        "2024-01-31 10:00:00.5-0330",
        "2024-1-5 3:04:05",
        "2024-01-31",
        "2024-02-30",
        "31/01/2024",
        "20240131",
        "now",
        "",
    ),
    "date": ("2024-01-31", "2024-01-31 23:59:59", "2024-02-30", "tomorrow", "x", ""),
    "bigint": ("1", " 4 ", "1.5", "2.5", "-3", "1e3", "NaN", "9" * 20, "x", ""),
    "decimal(18, 2)": ("1", "1.005", "1.115", "-2.345", "1e3", "9" * 17, "x", ""),
    "double": ("1", "1.5", " 3 ", "inf", "-inf", "x", ""),
    "boolean": ("true", "TRUE", "t", "1", "no", "on", "off", "tr", "x", ""),
}
# What a cast of DuckDB passes over: an offset, and that a number is not whole.
MEANT = {
    "timestamp": (
        "case when regexp_matches({0}, ':[0-9:.]* *([+-][0-9:]+|Z) *$')"
        " then timezone('UTC', try_cast({0} as timestamptz))"
        " else try_cast({0} as timestamp) end"
    ),
    "bigint": (
        "case when mod(try_cast({0} as decimal(38, 9)), 1) = 0"
        " then try_cast(try_cast({0} as decimal(38, 9)) as bigint) end"
    ),
}


@dataclass(frozen=True)
class Pair:
    """The public tables after each delivery, on DuckDB and on PostgreSQL."""

    on_duckdb: list[Tables]
    on_postgres: list[Tables]

    def build(
        self,
        warehouse: Warehouse,
        database: PostgresWarehouse,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        """Build what was delivered to the first on both, and keep what it gave."""
        database.take_raw(warehouse)
        warehouse.build(*arguments, variables=variables)
        database.build(*arguments, variables=variables)
        self.on_duckdb.append(public_tables(warehouse))
        self.on_postgres.append(public_tables(database))


@pytest.fixture(scope="session")
def server() -> Iterator[Mapping[str, str]]:
    """The address of an empty server that stops after the tests."""
    with running_server() as address:
        yield address


@pytest.fixture(scope="session")
def database(server: Mapping[str, str]) -> PostgresWarehouse:
    """Where the simulated shop is built."""
    return new_database(server, "simulated")


@pytest.fixture(scope="session")
def other_database(server: Mapping[str, str]) -> PostgresWarehouse:
    """Where the stories are built."""
    return new_database(server, "told")


@pytest.fixture(scope="session")
def pair(
    database: PostgresWarehouse,
    new_warehouse: Callable[[str], Warehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> Pair:
    """A simulated shop in two deliveries, built one after the other, and its rules."""
    folder = tmp_path_factory.mktemp("raw")
    simulate_shop(folder)
    warehouse, found = new_warehouse("duckdb"), Pair([], [])
    warehouse.seed()
    assert database.dbt("seed", variables=ELSEWHERE).success
    for engine in (warehouse, database):
        engine.execute(*more_rules(), *CHANGED_RULES)
    for bring in (deliver_first, deliver_all):
        bring(warehouse, folder)
        found.build(warehouse, database, *AS_THE_RULES_ARE, variables=ELSEWHERE)
    return found


@pytest.fixture(scope="session")
def told(
    other_database: PostgresWarehouse, new_warehouse: Callable[[str], Warehouse]
) -> Pair:
    """The stories of SCENARIOS.md, built after some of their deliveries."""
    warehouse, found = new_warehouse("told"), Pair([], [])
    batches = deliveries.arranged(SCENARIOS)
    for number, batch in enumerate(batches, 1):
        deliveries.deliver(warehouse, batch, seed=number)
        if number in (2, len(batches)):
            found.build(warehouse, other_database)
    return found


def more_rules() -> Iterator[str]:
    """Statements that add the rules of a folder to those that are shipped."""
    for path in sorted(MORE_RULES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                always = {"valid_from": "1900-01-01", "valid_to": "9999-12-31"}
                told = always | {name: value for name, value in row.items() if value}
                values = ", ".join(f"'{value}'" for value in told.values())
                yield (
                    f"insert into strata_rules.{path.stem} ({', '.join(told)})"
                    f" values ({values})"
                )


def deliver(warehouse: Warehouse, folder: Path) -> None:
    """Everything, with a property that is mostly a number."""
    warehouse.load_folder(folder)
    warehouse.execute(
        'update raw.events set properties = \'{"size": "\''
        " || substr(md5(event_id), 1, 1) || '\"}' where event_name = 'content_view'"
    )


def deliver_first(warehouse: Warehouse, folder: Path) -> None:
    """What had arrived before the second delivery."""
    deliver(warehouse, folder)
    for table, time in (
        ("events", "coalesce(loaded_at, event_at)"),
        ("orders", "coalesce(loaded_at, ordered_at)"),
        ("users", "coalesce(loaded_at, registered_at)"),
        ("refunds", "refunded_at"),
    ):
        warehouse.execute(
            f"delete from raw.{table} where {time} >= '{SECOND_DELIVERY}'"
        )


def deliver_all(warehouse: Warehouse, folder: Path) -> None:
    """Everything, without a few old events and orders, which were taken back."""
    deliver(warehouse, folder)
    for table, key in (("events", "event_id"), ("orders", "order_id")):
        warehouse.execute(
            f"delete from raw.{table} where {key} in (select {key} from raw.{table}"
            f" order by md5({key}) limit 5)"
        )


def test_every_public_table_has_rows_to_compare(pair: Pair) -> None:
    assert [name for name, rows in pair.on_duckdb[1].items() if not rows] == []


def test_a_first_build_gives_the_same_rows(pair: Pair) -> None:
    assert differences(pair.on_duckdb[0], pair.on_postgres[0]) == []


def test_a_build_that_goes_on_gives_the_same_rows(pair: Pair) -> None:
    assert pair.on_duckdb[0]["core_users"] != pair.on_duckdb[1]["core_users"]
    assert differences(pair.on_duckdb[1], pair.on_postgres[1]) == []


@beside
def test_stories_of_ids_and_late_rows_are_told_alike(told: Pair) -> None:
    before, after = (step["core_identity_map"] for step in told.on_duckdb)
    assert before != after
    for ours, theirs in zip(told.on_duckdb, told.on_postgres, strict=True):
        assert differences(ours, theirs) == []


def test_a_build_from_nothing_gives_what_the_one_that_went_on_gave(
    pair: Pair, database: PostgresWarehouse
) -> None:
    """The second full build also replaces tables that views stand on."""
    database.build("--full-refresh", *WITHOUT_UNIT_TESTS, "seed", variables=ELSEWHERE)
    found = public_tables(database)
    remembers = "metric_restatements"
    assert (
        differences(
            {
                name: rows
                for name, rows in pair.on_postgres[1].items()
                if name != remembers
            },
            found,
        )
        == []
    )


@pytest.mark.parametrize(("precision", "scale"), [(38, 30), (18, 15), (18, 2)])
def test_doubles_become_the_same_decimals(
    pair: Pair, database: PostgresWarehouse, precision: int, scale: int
) -> None:
    shares = random.Random(7)
    doubles = [0.0, 0.1, 1 / 3, 1.005, 2.5, -0.0625]
    doubles += [
        shares.uniform(-900, 900) * 10 ** -shares.randrange(20) for _ in range(2000)
    ]
    kind = f"decimal({precision}, {scale})"
    values = ", ".join(f"('{double}')" for double in doubles)
    query = "select number, cast({} as {}) from (select cast(v as {}) as number {}"
    listed = f"from (values {values}) as listed (v)) as numbers order by number"
    ours = duckdb.sql(query.format("number", kind, "double", listed)).fetchall()
    exact = f"strata_functions.decimal(number, {scale})"
    theirs = database.rows(query.format(exact, kind, "double precision", listed))
    assert ours == theirs


@pytest.mark.parametrize("kind", TEXTS)
def test_texts_become_the_same_values(
    pair: Pair, database: PostgresWarehouse, kind: str
) -> None:
    function = f"strata_functions.try_{kind.partition('(')[0]}"
    for text in TEXTS[kind]:
        meant = MEANT.get(kind, f"try_cast({{0}} as {kind})").format(f"'{text}'")
        (ours,) = duckdb.execute(f"select {meant}").fetchone()
        ((theirs,),) = database.rows(f"select {function}('{text}')")
        assert ours == theirs, text


@beside
def test_the_unit_tests_pass(told: Pair, other_database: PostgresWarehouse) -> None:
    outcome = other_database.dbt("test", "--select", "test_type:unit")
    assert outcome.success, outcome.failed or outcome.messages[-5:]
