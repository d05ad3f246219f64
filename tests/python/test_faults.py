"""Faults of the machine: one clear sentence, exit code 1, and nothing is lost.

The commands run as a user runs them, in processes of their own. A disk is full where
the process may not write a file beyond a size; a user without rights is one who has
given up the right of the superuser to pass over them.
"""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from warehouses import ROOT, WITHOUT_TESTS, Warehouse

from strata.faults import known
from strata.simulate import simulate

pytestmark = pytest.mark.xdist_group("faults")

STRATA = "from strata.cli import main; main()"
DBT = "from dbt.cli.main import cli; cli()"
FULL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}));"
ORDINARY_USER = """
import ctypes
class Head(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("process", ctypes.c_int)]
sets = (ctypes.c_uint32 * 6)()
assert ctypes.CDLL(None).capset(ctypes.byref(Head(0x20080522, 0)), sets) == 0
"""
HOLD = (
    "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only={});"
    "print('held', flush=True); sys.stdin.read()"
)
MARTS = (
    "strata_core.core_lateness",
    "strata_core.core_orders",
    "strata_core.core_sessions",
    "strata_core.core_user_days",
    "strata_metrics.metric_activity_daily",
)
CLOCK_ONLY = ("--select", "+core_clock", *WITHOUT_TESTS)
MARTS_ONLY = (
    "--select",
    *(f"+{mart.partition('.')[2]}" for mart in MARTS),
    *WITHOUT_TESTS,
)
BAD_ROW = "e1,d1,view,yesterday\n"
MEGABYTE = 1_000_000
DOCUMENT = (ROOT / "docs/faults.md").read_text(encoding="utf-8")

Run = Callable[..., subprocess.CompletedProcess[str]]
Contents = dict[str, tuple[int, int]]


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The raw tables of a shop, and a second delivery with more of everything."""
    folder = tmp_path_factory.mktemp("deliveries")
    first, second = folder / "first", folder / "second"
    simulate(first, users=150, days=120, seed=3)
    simulate(second, users=900, days=120, seed=4)
    return first, second


@pytest.fixture(scope="module")
def built(deliveries: tuple[Path, Path], tmp_path_factory) -> Path:
    """A warehouse with the first delivery, built."""
    warehouse = Warehouse(tmp_path_factory.mktemp("built") / "strata.duckdb")
    warehouse.load_folder(deliveries[0])
    warehouse.build(*MARTS_ONLY)
    return warehouse.path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one place of every warehouse: dbt reads the project anew for another."""
    return tmp_path_factory.mktemp("place") / "warehouse" / "strata.duckdb"


@pytest.fixture
def no_warehouse(place: Path) -> Path:
    """The place, with nothing there."""
    shutil.rmtree(place.parent, ignore_errors=True)
    return place


@pytest.fixture
def warehouse(built: Path, no_warehouse: Path) -> Path:
    """A copy of the built warehouse that a test may break."""
    no_warehouse.parent.mkdir()
    shutil.copy(built, no_warehouse)
    return no_warehouse


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it compiles, so that it reads the project only once."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture
def run(target: Path) -> Run:
    """Runs a command on a warehouse, in a process of its own."""

    def start(
        program: str, warehouse: Path, *arguments: object, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        settings = {
            "STRATA_DUCKDB_PATH": str(warehouse),
            "DBT_TARGET_PATH": str(target / "target"),
            "DBT_LOG_PATH": str(target / "logs"),
        }
        return subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=os.environ | settings | environment,
        )

    return start


def told(done: subprocess.CompletedProcess[str], sentence: str) -> str:
    """The one line that a command says of its fault; it begins with `sentence`."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(sentence)
    assert line.endswith(".")
    assert "; " in line, "it does not say what to do"
    return line


def documented(*words: str) -> None:
    """What is said of a fault is in the document, too."""
    assert [each for each in words if each not in DOCUMENT] == []


def contents(warehouse: Path, tables: Iterable[str]) -> Contents:
    """The number of rows and a checksum of each table."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        count = "select count(*), sum(hash(t)) from {} as t"
        return {
            table: con.execute(count.format(table)).fetchall()[0] for table in tables
        }


def raw(warehouse: Path) -> Contents:
    """What the raw tables hold."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        tables = con.execute(
            "select 'raw.' || table_name from duckdb_tables()"
            " where schema_name = 'raw' order by 1"
        ).fetchall()
    return contents(warehouse, [table for (table,) in tables])


def marts(warehouse: Path) -> Contents:
    """What the marts hold; every one of them must be there."""
    return contents(warehouse, MARTS)


@contextmanager
def open_elsewhere(warehouse: Path, *, read_only: bool) -> Iterator[int]:
    """Another process that has the warehouse open; gives its number."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(read_only), str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        yield holder.pid
    finally:
        holder.communicate("")


# Loading


@pytest.mark.parametrize("limit", [50_000, MEGABYTE])
def test_a_full_disk_during_the_first_load_leaves_no_warehouse(
    run: Run, deliveries: tuple[Path, Path], no_warehouse: Path, limit: int
) -> None:
    loading = ("load", "contract", deliveries[1])
    done = run(FULL_DISK.format(limit) + STRATA, no_warehouse, *loading)
    line = told(done, f"There is no room left on the disk: {no_warehouse}")
    assert "could not be written (file too large)" in line
    documented("There is no room left on the disk", "No space left on device")
    assert list(no_warehouse.parent.iterdir()) == []
    assert run(STRATA, no_warehouse, *loading).returncode == 0


@pytest.mark.parametrize(
    ("rows", "limit"),
    [(40_000, 1000), (40_000, MEGABYTE), (400_000, MEGABYTE), (400_000, None)],
    ids=["at once", "in the log", "in the file", "at the end"],
)
def test_a_full_disk_during_a_load_changes_nothing(
    run: Run, warehouse: Path, tmp_path: Path, rows: int, limit: int | None
) -> None:
    """A small load goes to the log of DuckDB, a large one into the warehouse."""
    before = raw(warehouse), marts(warehouse)
    duckdb.execute(
        "copy (select md5(i::text) as event_id, 'd' || i as anonymous_id, 'view' as"
        f" event_name, timestamp '2026-01-01' as event_at from range({rows}) as r(i))"
        f" to '{tmp_path}/events.parquet'"
    )
    limit = limit or warehouse.stat().st_size + 5 * MEGABYTE
    loading = ("load", "contract", tmp_path)
    done = run(FULL_DISK.format(limit) + STRATA, warehouse, *loading)
    told(done, "There is no room left on the disk")
    assert (raw(warehouse), marts(warehouse)) == before
    assert run(STRATA, warehouse, *loading).returncode == 0
    (had, _), (has, _) = before[0]["raw.events"], raw(warehouse)["raw.events"]
    assert has == had + rows


@pytest.mark.parametrize("limit", ["1MB", "5MB"])
def test_too_little_memory_for_a_load_changes_nothing(
    run: Run, deliveries: tuple[Path, Path], warehouse: Path, limit: str
) -> None:
    before = raw(warehouse)
    loading = ("load", "contract", deliveries[1])
    done = run(STRATA, warehouse, *loading, STRATA_MEMORY_LIMIT=limit)
    line = told(done, f"The memory limit of {limit} was too small while")
    assert "set STRATA_MEMORY_LIMIT higher" in line
    documented("The memory limit of", "Out of Memory Error")
    assert raw(warehouse) == before


def test_no_room_for_what_does_not_fit_into_memory_is_told(tmp_path: Path) -> None:
    """By what DuckDB itself says where its temporary files may not grow."""
    with duckdb.connect(str(tmp_path / "x.duckdb")) as con:
        con.execute("set memory_limit = '60MB'")
        con.execute("set max_temp_directory_size = '1MB'")
        with pytest.raises(duckdb.Error) as stopped:
            con.execute(
                "create temp table t as select md5(i::text) from range(4e6::int) r(i)"
            )
    trouble = known(stopped.value)
    assert trouble
    assert trouble.sentence().startswith(
        "There is no room left on the disk for what does not fit into memory"
    )
    documented("for what does not fit into memory", "max_temp_directory_size")


def test_what_is_not_known_keeps_its_words() -> None:
    assert known(duckdb.CatalogException("Table with name x does not exist!")) is None
    assert known('Cannot open file "orders.parquet": Permission denied') is None
    assert known('Could not read from file "a.csv": attempted to read 9 bytes') is None


# A warehouse that is open elsewhere


@pytest.mark.parametrize(
    ("command", "read_only"),
    [
        ("load", False),
        ("load", True),
        ("build", False),
        ("build", True),
        ("dbt", True),
    ],
)
def test_a_warehouse_that_is_open_elsewhere_is_left_alone(
    run: Run,
    deliveries: tuple[Path, Path],
    warehouse: Path,
    command: str,
    read_only: bool,
) -> None:
    before = raw(warehouse), marts(warehouse)
    with open_elsewhere(warehouse, read_only=read_only) as process:
        if command == "dbt":
            done = run(DBT, warehouse, "build", *CLOCK_ONLY)
            assert done.returncode != 0
            assert f"(PID {process})" in done.stdout + done.stderr
            documented("Could not set lock on file")
        else:
            rest = ["contract", deliveries[1]] if command == "load" else CLOCK_ONLY
            line = told(
                run(STRATA, warehouse, command, *rest),
                f"The warehouse {warehouse} is open in another program (",
            )
            assert f"process {process}); close it there" in line
            documented("is open in another program")
    assert (raw(warehouse), marts(warehouse)) == before


@pytest.mark.parametrize("command", ["check", "summary"])
def test_reading_does_not_mind_another_reader_and_names_a_writer(
    run: Run, warehouse: Path, command: str
) -> None:
    with open_elsewhere(warehouse, read_only=True):
        assert run(STRATA, warehouse, command).returncode == 0
    with open_elsewhere(warehouse, read_only=False):
        done = run(STRATA, warehouse, command)
        told(done, f"The warehouse {warehouse} is open in another program")


# A file that is no warehouse


def not_a_database(path: Path) -> None:
    path.write_text("Dear Sir or Madam")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def of_a_newer_version(path: Path) -> None:
    """Raise the storage version in the first block, and mend its checksum."""
    factor, words = 0xBF58476D1CE4E5B9, "<2Q"
    content = bytearray(path.read_bytes())
    before = struct.unpack_from(words, content, 8)
    struct.pack_into("<Q", content, 12, 1999)
    after = struct.unpack_from(words, content, 8)
    (checksum,) = struct.unpack_from("<Q", content, 0)
    for word in (*before, *after):
        checksum ^= word * factor % 2**64
    struct.pack_into("<Q", content, 0, checksum)
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(12_288)
        file.write(bytes(range(256)) * 1000)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("command", ["check", "load"])
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (not_a_database, "{} is not a DuckDB file"),
        (empty, "{} is not a DuckDB file"),
        (of_a_newer_version, "The warehouse {} was written by another version"),
        (cut_short, "The warehouse {} is damaged"),
        (overwritten, "The warehouse {} is damaged"),
        (a_folder, "The warehouse {} is a folder"),
    ],
)
def test_a_file_that_is_no_sound_warehouse_is_named_and_left_as_it_is(
    run: Run,
    deliveries: tuple[Path, Path],
    warehouse: Path,
    command: str,
    spoil: Callable[[Path], None],
    sentence: str,
) -> None:
    spoil(warehouse)
    before = warehouse.is_file() and warehouse.read_bytes()
    rest = ["contract", deliveries[0]] if command == "load" else []
    done = run(STRATA, warehouse, command, *rest)
    told(done, sentence.format(warehouse))
    documented(sentence.replace("{}", "…"))
    assert (warehouse.is_file() and warehouse.read_bytes()) == before


@pytest.mark.parametrize(
    ("command", "protected"),
    [
        ("load", "file"),
        ("load", "folder"),
        ("build", "folder"),
        ("dbt", "folder"),
    ],
)
def test_a_warehouse_that_may_not_be_written_is_left_as_it_is(
    run: Run,
    deliveries: tuple[Path, Path],
    warehouse: Path,
    command: str,
    protected: str,
) -> None:
    before = raw(warehouse), marts(warehouse)
    place = warehouse if protected == "file" else warehouse.parent
    mode = place.stat().st_mode
    place.chmod(0o555)
    try:
        if command == "dbt":
            done = run(ORDINARY_USER + DBT, warehouse, "build", *CLOCK_ONLY)
            assert done.returncode != 0
            assert "Permission denied" in done.stdout + done.stderr
        else:
            rest = ["contract", deliveries[1]] if command == "load" else CLOCK_ONLY
            done = run(ORDINARY_USER + STRATA, warehouse, command, *rest)
            told(done, f"The warehouse {warehouse} cannot be written (permission")
            documented("cannot be written", "Permission denied")
    finally:
        place.chmod(mode)
    assert (raw(warehouse), marts(warehouse)) == before


def test_a_folder_that_cannot_be_made_is_named(
    run: Run, deliveries: tuple[Path, Path], warehouse: Path
) -> None:
    done = run(
        STRATA, warehouse / "deep" / "x.duckdb", "load", "contract", deliveries[0]
    )
    told(done, f"The folder {warehouse}/deep of the warehouse cannot be made (")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRATA_MEMORY_LIMIT", "plenty"),
        ("STRATA_MEMORY_LIMIT", "8"),
        ("STRATA_THREADS", "0"),
        ("STRATA_THREADS", "many"),
    ],
)
def test_a_setting_that_duckdb_does_not_take_is_named(
    run: Run, warehouse: Path, name: str, value: str
) -> None:
    done = run(STRATA, warehouse, "check", **{name: value})
    told(done, f"{name} is {value}")


def test_a_delivery_that_may_not_be_read_is_named(
    run: Run, deliveries: tuple[Path, Path], warehouse: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "delivery"
    shutil.copytree(deliveries[1], folder)
    before = raw(warehouse)
    (folder / "orders.parquet").chmod(0)
    done = run(ORDINARY_USER + STRATA, warehouse, "load", "contract", folder)
    told(done, f"{folder}/orders.parquet cannot be read (")
    assert raw(warehouse) == before


# Building


@pytest.mark.parametrize(
    ("program", "rows"),
    [(STRATA, ""), (DBT, BAD_ROW)],
    ids=["strata, no row", "dbt, a bad row"],
)
def test_raw_tables_without_a_valid_row_stop_the_build_with_one_sentence(
    run: Run, no_warehouse: Path, tmp_path: Path, program: str, rows: str
) -> None:
    folder, warehouse = tmp_path / "delivery", no_warehouse
    folder.mkdir()
    header = "event_id,anonymous_id,event_name,event_at\n"
    (folder / "events.csv").write_text(header + rows)
    assert run(STRATA, warehouse, "load", "contract", folder).returncode == 0
    done = run(program, warehouse, "build", *CLOCK_ONLY)
    sentence = "Strata: no event and no order is valid and known yet"
    if program == STRATA:
        told(done, sentence)
    else:
        assert done.returncode == 1
        assert sentence in done.stdout
    documented("no event and no order is valid")


@pytest.fixture(scope="module")
def expected(deliveries: tuple[Path, Path], built: Path, tmp_path_factory) -> Contents:
    """The marts of both deliveries, built without a fault."""
    warehouse = Warehouse(tmp_path_factory.mktemp("expected") / "strata.duckdb")
    shutil.copy(built, warehouse.path)
    deliver(deliveries[1], warehouse.path)
    warehouse.build("--full-refresh", *MARTS_ONLY)
    return marts(warehouse.path)


def deliver(folder: Path, warehouse: Path) -> None:
    """Add the rows of a folder to the raw tables as they are."""
    with duckdb.connect(str(warehouse)) as con:
        for file in sorted(folder.glob("*.parquet")):
            con.execute(f"insert into raw.{file.stem} by name from '{file}'")


def test_whatever_stops_a_build_the_next_one_brings_all_marts(
    run: Run, deliveries: tuple[Path, Path], warehouse: Path, expected: Contents
) -> None:
    """Memory, and the disk full early, late and for dbt alone, one after the other."""
    deliver(deliveries[1], warehouse)
    before, old = raw(warehouse), marts(warehouse)
    build = (warehouse, "build", *MARTS_ONLY)
    done = run(STRATA, *build, STRATA_MEMORY_LIMIT="8MB")
    line = told(done, "The memory limit of 8MB was too small while building ")
    assert " more; " in line, "every model has a line of its own"
    for limit in (MEGABYTE, 5 * MEGABYTE):
        done = run(FULL_DISK.format(limit) + STRATA, *build)
        told(done, "There is no room left on the disk")
    done = run(FULL_DISK.format(3 * MEGABYTE) + DBT, *build)
    assert done.returncode != 0
    assert "File too large" in done.stdout + done.stderr
    assert raw(warehouse) == before
    assert marts(warehouse).keys() == old.keys()
    done = run(STRATA, *build)
    assert done.returncode == 0, done.stdout + done.stderr
    assert marts(warehouse) == expected
    assert expected != old
