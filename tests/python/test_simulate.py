"""The simulator: contract, determinism, and the truths it must not break."""

from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from warehouses import ROOT

from strata.simulate import campaigns, settings, simulate

CONTRACT = ROOT / "models" / "staging" / "_strata__sources.yml"
EVENT_TYPES = ROOT / "seeds" / "rules" / "strata__event_types.csv"
CHANNEL_RULES = ROOT / "seeds" / "rules" / "strata__channels.csv"
ARROW_TYPES = {
    "text": pa.string(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "decimal": pa.decimal128(18, 2),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
}
END_DATE = date(2026, 6, 30)
YEAR = {"users": 4000, "days": 365, "seed": 7}
SMALL = {"users": 300, "days": 60, "seed": 3}


def open_run(out: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with a view per table; truth tables as truth_*."""
    connection = duckdb.connect()
    for prefix, folder in (("", out), ("truth_", out / "truth")):
        for path in folder.glob("*.parquet"):
            connection.execute(f"create view {prefix}{path.stem} as from '{path}'")
    return connection


def read_all(out: Path) -> dict[str, pa.Table]:
    """Return all tables of a run by relative path."""
    paths = sorted(out.rglob("*.parquet"))
    return {str(path.relative_to(out)): pq.read_table(path) for path in paths}


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """One simulated year and the rows it reported."""
    out = tmp_path_factory.mktemp("year")
    rows = simulate(out, **YEAR)
    return out, rows, open_run(out)


@pytest.fixture(scope="module")
def db(year):
    """The simulated year as a connection."""
    return year[2]


def value(connection, query: str):
    """Return the only value of a query."""
    return connection.execute(query).fetchone()[0]


def values(connection, query: str) -> set:
    """Return the values of a query of one column."""
    return {row[0] for row in connection.execute(query).fetchall()}


# Never corrected in a simulated shop, so it does not say when their rows arrived.
WITHOUT_ARRIVAL = ("products", "ad_spend", "referrals")


def contract() -> dict[str, dict[str, pa.DataType]]:
    """Return the arrow schema of every table of the input contract."""
    tables = yaml.safe_load(CONTRACT.read_text())["sources"][0]["tables"]
    return {
        table["name"]: {
            column["name"]: ARROW_TYPES[column["data_type"]]
            for column in table["columns"]
            if column["name"] != "loaded_at" or table["name"] not in WITHOUT_ARRIVAL
        }
        for table in tables
    }


def contract_tables() -> list[dict]:
    """Return the tables of the input contract."""
    return yaml.safe_load(CONTRACT.read_text())["sources"][0]["tables"]


def test_every_contract_table_has_its_columns_and_types(year):
    out, rows, _ = year
    written = {
        path.stem: dict(zip(schema.names, schema.types, strict=True))
        for path in out.glob("*.parquet")
        for schema in [pq.read_schema(path)]
    }
    assert written == contract()
    for name, columns in contract().items():
        assert list(written[name]) == list(columns), name
    assert len(written) == 17
    assert set(rows) == set(written)


def test_every_table_has_the_reported_rows(year):
    out, rows, _ = year
    counted = {
        path.stem: pq.read_metadata(path).num_rows for path in out.glob("*.parquet")
    }
    assert counted == rows
    assert min(counted.values()) > 0


def test_required_columns_are_never_null_and_values_are_accepted(db):
    for table in contract_tables():
        for column in table["columns"]:
            meta = column.get("config", {}).get("meta", {})
            name = f"{table['name']}.{column['name']}"
            if meta.get("required"):
                condition = f"{column['name']} is null"
            elif "minimum" in meta:
                condition = f"{column['name']} < {meta['minimum']}"
            elif "accepted" in meta:
                listed = ", ".join(f"'{word}'" for word in meta["accepted"])
                condition = f"{column['name']} not in ({listed})"
            else:
                continue
            query = f"select count(*) from {table['name']} where {condition}"
            assert value(db, query) == 0, name


def test_every_event_has_a_device_or_an_account(db):
    query = "select count(*) from events where anonymous_id is null and user_id is null"
    assert value(db, query) == 0


def test_keys_repeat_only_where_the_contract_keeps_versions(db):
    for table in contract_tables():
        if "loaded_at" in {column["name"] for column in table["columns"]}:
            continue
        key = ", ".join(table["config"]["meta"]["key"])
        rows, keys = db.execute(
            f"select count(*), count(distinct ({key})) from {table['name']}"
        ).fetchone()
        assert rows == keys, table["name"]


def test_same_arguments_give_the_same_data(tmp_path):
    for name in ("one", "two"):
        simulate(tmp_path / name, **SMALL, bad_share=0.01)
    one, two = read_all(tmp_path / "one"), read_all(tmp_path / "two")
    assert one.keys() == two.keys()
    for name in one:
        assert one[name].equals(two[name]), name


def test_another_seed_gives_other_data(tmp_path):
    simulate(tmp_path / "one", **SMALL)
    simulate(tmp_path / "two", **{**SMALL, "seed": 4})
    one, two = read_all(tmp_path / "one"), read_all(tmp_path / "two")
    assert not one["events.parquet"].equals(two["events.parquet"])


def test_chunks_share_no_id_and_keep_orders_with_their_events(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "CHUNK_PERSON_DAYS", 100 * 60)
    steps: list[str] = []
    simulate(tmp_path, **SMALL, duplicate_share=0.0, on_progress=steps.append)
    db = open_run(tmp_path)
    assert sum("persons," in step for step in steps) == 3
    assert value(db, "select count(*) - count(distinct event_id) from events") == 0
    assert value(db, "select count(distinct order_id) from orders") > 0
    unmatched = """
        select count(*) from events e
        full join (select distinct order_id, user_id, ordered_at from orders) o
            on o.order_id = e.properties ->> 'order_id'
        where (e.event_name = 'purchase' or e.event_id is null)
            and (o.user_id is distinct from e.user_id or o.ordered_at != e.event_at)
    """
    assert value(db, unmatched) == 0


def test_default_scale_is_a_demo_of_some_hundred_thousand_events(tmp_path):
    rows = simulate(tmp_path)
    assert 250_000 <= rows["events"] <= 400_000


@pytest.mark.parametrize("asked", [0.0, 0.03])
def test_second_deliveries_have_the_asked_share_and_equal_the_first(tmp_path, asked):
    simulate(tmp_path, users=1500, days=120, duplicate_share=asked)
    db = open_run(tmp_path)
    share = value(db, "select count(*) / count(distinct event_id) - 1 from events")
    assert share == pytest.approx(asked, rel=0.15, abs=1e-9)
    kinds = "select distinct * exclude (loaded_at) from events"
    differing = f"select count(*) - count(distinct event_id) from ({kinds})"
    assert value(db, differing) == 0


@pytest.mark.parametrize("asked", [0.0, 0.05])
def test_late_events_have_the_asked_share(tmp_path, asked):
    simulate(tmp_path, users=1500, days=120, late_share=asked, duplicate_share=0.0)
    query = "select avg((loaded_at - event_at >= interval 1 hour)::int) from events"
    share = value(open_run(tmp_path), query)
    assert share == pytest.approx(asked, rel=0.15, abs=1e-9)


def test_all_times_lie_inside_the_range(db):
    end = datetime.combine(END_DATE + timedelta(days=1), datetime.min.time())
    start = end - timedelta(days=YEAR["days"])
    for table in contract_tables():
        for column in table["columns"]:
            meta = column.get("config", {}).get("meta", {})
            if meta.get("time"):
                name, column_name = table["name"], column["name"]
                least, most = db.execute(
                    f"select min({column_name}), max({column_name})::timestamp"
                    f" from {name}"
                ).fetchone()
                assert least >= (start.date() if name == "ad_spend" else start), name
                assert most < end, name


def test_visits_under_way_at_the_end_stay_inside_the_range(tmp_path):
    simulate(tmp_path, users=3000, days=1)
    db = open_run(tmp_path)
    least, most = db.execute(
        "select min(event_at), max(event_at) from events"
    ).fetchone()
    assert least >= datetime.combine(END_DATE, datetime.min.time())
    assert most < datetime.combine(END_DATE + timedelta(days=1), datetime.min.time())


def test_nothing_arrives_before_it_happened(db):
    moments = {
        "events": "event_at",
        "users": "registered_at",
        "identity_links": "observed_at",
        "orders": "ordered_at",
        "refunds": "refunded_at",
        "messages": "greatest(sent_at, opened_at, clicked_at, unsubscribed_at)",
        "experiment_assignments": "assigned_at",
        "points_ledger": "entry_at",
    }
    for table, moment in moments.items():
        query = f"select count(*) from {table} where loaded_at < {moment}"
        assert value(db, query) == 0, table


def test_event_names_and_channels_are_known_to_the_rules(db):
    unknown = f"""
        select count(*) from events
        where event_name not in (select event_name from '{EVENT_TYPES}')
    """
    assert value(db, unknown) == 0
    stated = values(db, "select acquisition_channel from truth_persons")
    ruled = values(db, f"select channel from '{CHANNEL_RULES}'")
    paid = values(db, f"select channel from '{CHANNEL_RULES}' where is_paid")
    spent = values(db, "select channel from ad_spend")
    assert stated <= ruled
    assert spent == paid & stated


def test_orders_gross_is_the_sum_of_their_lines(db):
    query = """
        select count(*) from orders
        left join (
            select order_id, sum((quantity * unit_price)::decimal(18, 2)) as gross,
                coalesce(sum(discount_amount), 0) as discount
            from order_items group by order_id
        ) lines using (order_id)
        where gross_amount is distinct from gross
            or coalesce(orders.discount_amount, 0) != lines.discount
    """
    assert value(db, query) == 0


def test_cancelled_orders_arrive_as_a_later_version(db):
    query = """
        select count(*) from orders c
        where status = 'cancelled' and not exists (
            from orders o where o.order_id = c.order_id
                and o.status != 'cancelled' and o.loaded_at < c.loaded_at
        )
    """
    assert value(db, "select count(*) from orders where status = 'cancelled'") > 0
    assert value(db, query) == 0


def test_refunds_never_exceed_what_was_paid(db):
    query = """
        select max(refunded / paid), count(*) from (
            select order_id, sum(amount) as refunded from refunds group by order_id
        ) join (
            select order_id, any_value(gross_amount - coalesce(discount_amount, 0)) paid
            from orders group by order_id
        ) using (order_id)
    """
    most, count = db.execute(query).fetchone()
    assert most == 1
    orders = value(db, "select count(distinct order_id) from orders")
    assert 0.02 < count / orders < 0.08


def test_points_balance_is_never_negative(db):
    query = """
        select min(balance), count(distinct kind) from (
            select kind, sum(points) over (
                partition by user_id order by entry_at, entry_id
            ) as balance from points_ledger
        )
    """
    least, kinds = db.execute(query).fetchone()
    assert least == 0
    assert kinds == 4


def test_steps_of_a_visit_make_a_funnel(db):
    steps = ("product_view", "add_to_cart", "begin_checkout", "purchase")
    counts = [
        value(db, f"select count(*) from events where event_name = '{step}'")
        for step in steps
    ]
    assert counts == sorted(counts, reverse=True)
    assert 0.01 < counts[-1] / counts[0] < 0.1


def test_events_carry_the_account_of_a_person_who_uses_the_device(db):
    query = """
        select count(*) from events e
        join truth_accounts a on a.user_id = e.user_id
        where e.anonymous_id is not null and not exists (
            from truth_devices d
            where d.anonymous_id = e.anonymous_id and d.person_id = a.person_id
                and e.event_at >= d.valid_from
                and e.event_at < d.valid_to + interval 1 day
        )
    """
    assert value(db, query) == 0


def test_devices_are_shared_and_persons_have_several(db):
    query = """
        select count(*) from (
            select anonymous_id from truth_devices
            group by 1 having count(distinct person_id) > 1
        )
    """
    assert value(db, query) > 10
    seen = """
        select count(*) from (
            select anonymous_id from events join truth_accounts using (user_id)
            where anonymous_id is not null
            group by 1 having count(distinct person_id) > 1
        )
    """
    assert value(db, seen) > 5
    several = """
        select avg((n > 1)::int) from (
            select count(*) as n from truth_devices group by person_id
        )
    """
    assert 0.2 < value(db, several) < 0.7


def test_the_truth_tells_who_was_anonymous_on_a_device_of_several(db):
    several = """
        select anonymous_id from truth_devices
        group by 1 having count(distinct person_id) > 1
    """
    untold = f"""
        select count(*) from events e
        where e.user_id is null and e.anonymous_id in ({several})
            and e.event_id not in (select event_id from truth_shared_device_events)
    """
    strangers = """
        select count(*) from truth_shared_device_events s
        join events e using (event_id)
        where not exists (
            from truth_devices d
            where d.anonymous_id = e.anonymous_id and d.person_id = s.person_id
        )
    """
    told = "select count(*) from truth_shared_device_events"
    assert value(db, told) > 0
    assert value(db, untold) == 0
    assert value(db, strangers) == 0


def test_two_accounts_of_one_person_share_an_email_hash(db):
    query = """
        select count(*), count(*) filter (u.email_hash = v.email_hash)
        from truth_accounts a
        join truth_persons p using (person_id)
        join (select distinct user_id, email_hash from users) u on u.user_id = a.user_id
        join (select distinct user_id, email_hash from users) v on v.user_id = p.user_id
        where a.is_second and p.second_user_id = a.user_id
    """
    count, sharing = db.execute(query).fetchone()
    assert count == sharing > 0


def test_a_quarter_to_a_third_never_register(db):
    share = value(db, "select avg((user_id is null)::int) from truth_persons")
    assert 0.25 < share < 0.35


def test_no_visit_begins_outside_the_life_of_a_person(db):
    query = """
        select count(*) from events
        join truth_accounts using (user_id) join truth_persons p using (person_id)
        where event_at < born_at or event_at > lifetime_end_at + interval 6 hour
    """
    assert value(db, query) == 0


def active_share(db, month: int, channel: str = "%") -> float:
    """Return the share of persons active in the given month of their life."""
    return value(
        db,
        f"""
        with persons as (
            select * from truth_persons
            where born_at < timestamp '2026-03-01' and not is_internal
                and acquisition_channel like '{channel}'
        )
        select count(distinct person_id) filter (
            event_at >= born_at + to_days(30 * {month} - 30) + interval 1 day
            and event_at < born_at + to_days(30 * {month})
        ) / count(distinct person_id)
        from persons join truth_devices d using (person_id)
        left join events e on e.anonymous_id = d.anonymous_id
            and event_at >= valid_from and event_at < valid_to
        """,
    )


def test_cohorts_fade(db):
    shares = [active_share(db, month) for month in (1, 2, 3)]
    assert shares == sorted(shares, reverse=True)
    assert shares[2] < 0.75 * shares[0]


def test_the_cheap_paid_channel_retains_worse_than_referral(db):
    assert active_share(db, 2, "display") < 0.5 * active_share(db, 2, "member_referral")
    ranked = "select channel from truth_channels order by retention_multiplier"
    assert value(db, f"{ranked} limit 1") == "display"
    assert value(db, f"{ranked} desc limit 1") == "member_referral"


def test_some_buyers_buy_again_within_the_year(db):
    query = """
        select avg((n > 1)::int) from (
            select count(distinct order_id) as n from orders
            where status = 'paid' group by user_id
        )
    """
    assert 0.3 < value(db, query) < 0.5


def test_advertising_is_paid_for_where_it_brings_visits(db):
    query = """
        select count(*) from (
            select event_at::date as spend_date, utm_source as media,
                utm_content as ad_content, utm_term as keyword,
                count(distinct event_id) as visits
            from events where utm_campaign like 'ads-%' group by all
        ) v
        left join ad_spend s on s.spend_date = v.spend_date and s.media = v.media
            and s.ad_content is not distinct from v.ad_content
            and s.keyword is not distinct from v.keyword
        where coalesce(clicks, 0) < visits or amount = 0
    """
    assert value(db, query) == 0


def test_accepted_invitations_are_persons_acquired_by_referral(db):
    query = """
        select count(*) from referrals r
        full join (
            from truth_persons where acquisition_channel = 'member_referral'
                and user_id is not null
        ) p on p.user_id = r.invitee_user_id
        where (r.accepted_at is not null or r.referral_id is null)
            and (p.registered_at is distinct from r.accepted_at
                or r.invited_at > p.born_at)
    """
    assert value(db, "select count(accepted_at) from referrals") > 0
    assert value(db, query) == 0


def test_arms_of_an_experiment_have_their_weights_and_only_one_is_written_to(db):
    query = """
        select max(abs(share - weight)) from (
            select experiment_id, variant, any_value(weight) as weight,
                count(*) / sum(count(*)) over (partition by experiment_id) as share
            from experiment_assignments group by experiment_id, variant
            qualify sum(count(*)) over (partition by experiment_id) > 200
        )
    """
    assert value(db, query) < 0.1
    written = """
        select count(*) from messages join campaigns using (campaign_id)
        join experiment_assignments a using (experiment_id, user_id)
        where variant = 'control'
    """
    assert value(db, written) == 0


def test_treatment_raises_orders_by_about_the_true_lift(tmp_path, monkeypatch):
    plans = [plan._replace(lift=3.0, treated=0.5) for plan in campaigns.PLANS]
    monkeypatch.setattr(campaigns, "PLANS", plans)
    simulate(tmp_path, users=4000, days=240)
    query = """
        select count(distinct o.order_id) filter (variant = 'treatment')
            / count(distinct o.order_id) filter (variant = 'control')
        from experiment_assignments a
        join orders o on o.user_id = a.user_id
            and o.ordered_at > a.assigned_at + interval 2 hour
            and o.ordered_at < a.assigned_at + interval 7 day
    """
    assert 2.2 < value(open_run(tmp_path), query) < 5.5


def test_bad_rows_are_recorded_and_nothing_else_is_broken(tmp_path):
    simulate(tmp_path, users=3000, days=240, bad_share=0.02)
    db = open_run(tmp_path)
    faults = {
        "events": {
            "null_event_id": "event_id is null",
            "null_event_at": "event_at is null",
            "event_at_1970": "year(event_at) = 1970",
            "null_event_name": "event_name is null",
        },
        "orders": {
            "null_order_id": "order_id is null",
            "null_ordered_at": "ordered_at is null",
            "ordered_at_1970": "year(ordered_at) = 1970",
            "unknown_status": "status not in ('placed', 'paid', 'cancelled')",
            "negative_gross_amount": "gross_amount < 0",
        },
    }
    for table, conditions in faults.items():
        for fault, condition in conditions.items():
            file = f"'{tmp_path}/{table}.parquet', file_row_number = true"
            rows = f"select file_row_number from read_parquet({file})"
            found = values(db, f"{rows} where {condition}")
            recorded = values(
                db,
                "select row_number from truth_bad_rows"
                f" where \"table\" = '{table}' and fault = '{fault}'",
            )
            assert found == recorded, (table, fault)
            assert found, (table, fault)
    share = value(
        db,
        "select count(*) filter (\"table\" = 'events')"
        " / (select count(*) from events) from truth_bad_rows",
    )
    assert share == pytest.approx(0.02, rel=0.2)


def test_no_bad_rows_by_default(db):
    assert value(db, "select count(*) from truth_bad_rows") == 0


def test_one_person_on_one_day_is_enough(tmp_path):
    rows = simulate(tmp_path, users=1, days=1)
    assert rows["events"] >= 1
    assert value(open_run(tmp_path), "select count(*) from truth_persons") == 1


@pytest.mark.parametrize(
    "wrong", [{"users": 0}, {"days": 0}, {"late_share": 1.5}, {"bad_share": -0.1}]
)
def test_impossible_arguments_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        simulate(tmp_path, **wrong)
