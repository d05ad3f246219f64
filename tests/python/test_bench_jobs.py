"""The jobs of the benchmark: every engine makes what the build made."""

import shutil
from importlib.util import find_spec

import pytest
from warehouses import Warehouse

from strata.bench.compare import compare
from strata.bench.inputs import split
from strata.bench.jobs import BY_CODE, JOBS, PEERS, Job
from strata.bench.shop import Shop, call

pytestmark = pytest.mark.xdist_group("simulated")


@pytest.fixture(scope="module")
def shop(simulated: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The shop of the other tests, taken apart for the jobs."""
    shop = Shop(tmp_path_factory.mktemp("jobs"), 50_000, print)
    shutil.copyfile(simulated.path, shop.warehouse)
    split(shop, JOBS)
    return shop


def make(shop: Shop, job: Job, engine: str) -> None:
    if not find_spec(PEERS.get(engine, "duckdb")):
        pytest.skip(f"{PEERS[engine]} is not installed")
    if (shop.place(job) / f"made/{engine}/{job.makes[0]}.parquet").exists():
        return
    told = call(
        "job",
        {"POLARS_MAX_THREADS": "1"},
        engine=engine,
        folder=str(shop.place(job).resolve()),
        threads=1,
        runs=1,
    )
    assert told["seconds"][0] > 0


# Views that are empty between builds, and the table that keeps what they said.
KEPT_IN = dict.fromkeys(
    ("feat_user_activity", "feat_user_orders"), "feat_user_snapshots"
)


@pytest.mark.parametrize("code", BY_CODE)
def test_the_jobs_make_what_the_build_made(shop, simulated, code):
    job = BY_CODE[code]
    make(shop, job, "strata")
    for table in (name for name in job.makes if name not in job.told and not job.few):
        file = shop.place(job) / f"made/strata/{table}.parquet"
        stored = KEPT_IN.get(table, table)
        ((schema,),) = simulated.rows(
            f"select table_schema from information_schema.tables"
            f" where table_name = '{stored}'"
        )
        known = simulated.rows(
            "select column_name from information_schema.columns"
            f" where table_name = '{stored}'"
        )
        columns = ", ".join(
            name
            for name, *_ in simulated.rows(f"describe from '{file}'")
            if (name,) in known
        )
        made = f"select {columns} from '{file}'"
        built = f"select {columns} from {schema}.{stored}"
        assert simulated.value(f"select count(*) from ({made})") > 100
        missing = "select count(*) from ({} except all {})"
        assert simulated.value(missing.format(made, built)) == 0
        assert stored != table or simulated.value(missing.format(built, made)) == 0


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("code", BY_CODE)
def test_every_engine_makes_the_same_tables(shop, code, peer):
    job = BY_CODE[code]
    make(shop, job, peer)
    make(shop, job, "strata")
    compare(job, shop.place(job), peer)
