"""What the warehouse says, in tables that a person wants to read.

Every section reads one or two marts and is left out where they are not built.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from strata import StrataError, project
from strata.faults import known
from strata.warehouse import Connection, gist, quoted, reading

Marts = Mapping[str, str]
Section = Callable[[Connection, Marts], Table | None]
RETENTION_DEFINITIONS = ("orders_monthly", "activity_monthly")
COHORTS = 12
PERIODS = 12
MONTHS = 12
MOVES = 12
SHADES = ("grey50", "red", "yellow", "green", "bright_green")
SHADE_STEP = 0.15


def print_summary(out: Console) -> None:
    """Print every section whose marts are there.

    Raises StrataError if there is no warehouse, nothing is built in it, or it was
    built by another version.
    """
    with reading(project.warehouse_path()) as con:
        marts = _marts(con)
        try:
            tables = [table for section in SECTIONS if (table := section(con, marts))]
        except duckdb.Error as error:
            if trouble := known(error):
                raise StrataError(trouble.sentence("reading the marts")) from error
            raise StrataError(
                f"The warehouse is not as this version builds it ({gist(error)}); "
                "run `strata build` first."
            ) from error
    if not tables:
        raise StrataError(
            "Nothing is built in the warehouse yet; run `strata build` first."
        )
    for table in tables:
        out.print()
        out.print(table)


def data_and_counts(con: Connection, marts: Marts) -> Table | None:
    """The span of the data, people, orders, net revenue and rejected rows."""
    facts: list[tuple[str, str]] = []
    if days := marts.get("core_user_days"):
        first, last = _row(
            con, f"select min(activity_date), max(activity_date) from {days}"
        )
        facts.append(("Data", f"{first} to {last}"))
    if users := marts.get("core_users"):
        facts.append(("People", _whole(*_row(con, f"select count(*) from {users}"))))
    if orders := marts.get("core_orders"):
        count, net = _row(con, f"select count(*), sum(net_amount) from {orders}")
        facts += [("Orders", _whole(count)), ("Net revenue", _money(net))]
    if repurchase := marts.get("metric_repurchase"):
        buyers, again = _row(
            con,
            f"select max(buyers), max(repeat_buyers) from {repurchase} where "
            "period_grain = 'lifetime' and segment = 'all' and business_line = 'all'",
        )
        if buyers:
            share = _rate(again / buyers)
            facts.append(
                ("Bought again", f"{_whole(again)} of {_whole(buyers)}, {share}")
            )
    if rejected := marts.get("stg_strata__rejected_rows"):
        bad, repeated = _row(
            con,
            "select count(*) filter (where is_fault), "
            f"count(*) filter (where not is_fault) from {rejected}",
        )
        facts += [
            ("Rejected rows", _whole(bad)),
            ("Rows delivered again", _whole(repeated)),
        ]
    if not facts:
        return None
    table = _table("The data", "", ">")
    for fact in facts:
        table.add_row(*fact)
    return table


def people_by_tier(con: Connection, marts: Marts) -> Table | None:
    """People in each tier today, and the net revenue of their orders."""
    if not {"tier_user_history", "core_orders"} <= marts.keys():
        return None
    rows = con.execute(f"""
        with
        value as (
            select user_key, sum(net_amount) as net_amount
            from {marts["core_orders"]}
            group by user_key
        )
        select
            program_code,
            tier_code,
            count(*) as users,
            count(*) / sum(count(*)) over (partition by program_code) as share,
            coalesce(sum(net_amount), 0) as held,
            held / nullif(sum(held) over (partition by program_code), 0)
        from {marts["tier_user_history"]}
        left join value using (user_key)
        where is_current and tier_code is not null
        group by program_code, tier_code, tier_rank
        order by program_code, tier_rank
    """).fetchall()
    table = _table(
        "People by tier",
        "program",
        "tier",
        ">people",
        ">share",
        ">value held",
        ">share",
    )
    for program, tier, users, share, held, held_share in rows:
        table.add_row(
            program, tier, _whole(users), _rate(share), _money(held), _rate(held_share)
        )
    return table


def latest_moves(con: Connection, marts: Marts) -> Table | None:
    """Who moved in the latest review of each program, most people first."""
    if "tier_user_history" not in marts:
        return None
    rows = con.execute(f"""
        with
        steps as (
            select
                program_code,
                valid_from,
                move,
                tier_code as to_tier,
                lag(tier_code) over (
                    partition by program_code, user_key order by valid_from
                ) as from_tier
            from {marts["tier_user_history"]}
        ),
        moves as (
            select *
            from steps
            qualify valid_from = max(valid_from) over (partition by program_code)
        )
        select program_code, valid_from, move, from_tier, to_tier, count(*) as users
        from moves
        group by all
        order by program_code, users desc, move, from_tier, to_tier
        limit {MOVES}
    """).fetchall()
    table = _table("Moves of the latest review", "program", "from day", "move")
    table.add_column("from → to")
    table.add_column("people", justify="right")
    for program, day, move, before, after, users in rows:
        step = f"{before or '—'} → {after or '—'}"
        table.add_row(program, str(day), move, step, _whole(users))
    return table


def activity(con: Connection, marts: Marts) -> Table | None:
    """Active people of the last day, week and month, and how many come daily."""
    if "metric_activity_daily" not in marts:
        return None
    rows = con.execute(f"""
        select date, dau, wau, mau, stickiness
        from {marts["metric_activity_daily"]}
        order by date desc
        limit 1
    """).fetchall()
    table = _table("Activity", "day", ">DAU", ">WAU", ">MAU", ">stickiness")
    for day, dau, wau, mau, stickiness in rows:
        table.add_row(
            str(day), _whole(dau), _whole(wau), _whole(mau), _rate(stickiness)
        )
    return table


def retention(con: Connection, marts: Marts) -> Table | None:
    """The triangle of the latest monthly cohorts; grey where a month is unfinished."""
    if "metric_retention_cohorts" not in marts:
        return None
    rows = con.execute(
        f"""
        select definition_code, cohort_date, period_number, cohort_users,
            retention_rate, is_mature
        from {marts["metric_retention_cohorts"]}
        where list_contains(?, definition_code) and period_number between 0 and ?
        order by cohort_date, period_number
        """,
        [list(RETENTION_DEFINITIONS), PERIODS],
    ).fetchall()
    present = {row[0] for row in rows}
    chosen = next((code for code in RETENTION_DEFINITIONS if code in present), None)
    if chosen is None:
        return None
    cohorts: dict[date, tuple[int, dict[int, Text]]] = {}
    for code, cohort, period, users, rate, is_mature in rows:
        if code == chosen:
            _, cells = cohorts.setdefault(cohort, (users, {}))
            cells[period] = _shaded(rate, is_mature)
    periods = sorted({period for _, cells in cohorts.values() for period in cells})
    table = _table(
        f"Retention ({chosen})", "cohort", ">people", *(f">+{p}" for p in periods)
    )
    for cohort in sorted(cohorts)[-COHORTS:]:
        users, cells = cohorts[cohort]
        shown = (cells.get(period, Text("")) for period in periods)
        table.add_row(f"{cohort:%Y-%m}", _whole(users), *shown)
    return table


def repurchase(con: Connection, marts: Marts) -> Table | None:
    """The share of a month's buyers who bought again, all lines of business."""
    if "metric_repurchase" not in marts:
        return None
    rows = con.execute(f"""
        select * from (
            select
                period,
                max(buyers) filter (where segment = 'all'),
                max(repurchase_rate) filter (where segment = 'all'),
                max(repurchase_rate) filter (where segment = 'new'),
                max(repurchase_rate) filter (where segment = 'existing'),
                max(median_days_between) filter (where segment = 'all'),
                bool_and(is_mature)
            from {marts["metric_repurchase"]}
            where period_grain = 'month' and business_line = 'all'
            group by period
            order by period desc
            limit {MONTHS}
        )
        order by period
    """).fetchall()
    table = _table(
        "Repurchase", "month", ">buyers", ">rate", ">new", ">existing", ">median days"
    )
    for month, buyers, rate, new, existing, days, is_over in rows:
        rates = (_rate(rate), _rate(new), _rate(existing))
        between = "" if days is None else f"{days:.0f}"
        name = f"{month:%Y-%m}" + ("" if is_over else " so far")
        table.add_row(name, _whole(buyers), *rates, between)
    return table


SECTIONS: tuple[Section, ...] = (
    data_and_counts,
    people_by_tier,
    latest_moves,
    activity,
    retention,
    repurchase,
)


def _marts(con: Connection) -> Marts:
    """The full name of each table and view that the project has built, by name."""
    rows = con.execute("""
        select table_name, table_schema
        from information_schema.tables
        where table_catalog = current_database() and table_schema like 'strata\\_%'
            escape '\\'
    """).fetchall()
    return {name: f"{quoted(schema)}.{quoted(name)}" for name, schema in rows}


def _row(con: Connection, query: str) -> tuple[Any, ...]:
    return con.execute(query).fetchall()[0]


def _table(title: str, *headings: str) -> Table:
    """A plain titled table; a heading that begins with > is a column of numbers."""
    table = Table(
        title=title, box=None, title_justify="left", title_style="bold", pad_edge=False
    )
    for heading in headings:
        is_number = heading.startswith(">")
        table.add_column(
            heading.removeprefix(">"),
            justify="right" if is_number else "left",
            header_style="dim",
            no_wrap=True,
        )
    return table


def _shaded(rate: float | None, is_mature: bool) -> Text:
    """A rate in the colour of its size; grey in brackets while unfinished."""
    if rate is None:
        return Text("")
    if not is_mature:
        return Text(f"({rate:.0%})", style="grey50")
    shade = SHADES[min(int(rate / SHADE_STEP), len(SHADES) - 1)]
    return Text(f"{rate:.0%}", style=shade)


def _whole(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _rate(rate: float | None) -> str:
    return "" if rate is None else f"{rate:.1%}"
