"""Checking rules and raw tables against their contracts, before anything runs.

A rule file is a list of rows; a check is a pure function from rows to faults. The
files are checked one by one (`check_seed`), then against each other (`check_rules`),
then the raw tables of the warehouse (`check_raw_tables`).
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise, product
from pathlib import Path

import yaml

from strata import project
from strata.check_funnels import check_funnels
from strata.check_growth import check_growth
from strata.contract import Table, read_contract
from strata.rules import (
    COMMON_COLUMNS,
    HEALTH,
    HIGH_OPERATORS,
    LOW_OPERATORS,
    PAIR,
    SEEDS,
    TEXT_OPERATORS,
    WHOLE,
    Fault,
    Row,
    Seed,
    SeedShape,
    number,
    read_seed,
    unknown,
)
from strata.warehouse import Connection, reading, table_columns

SEED_FOLDER = Path("seeds/rules")
SNAPSHOTS = Path("models/features/feat_user_snapshots.yml")
SCORES = Path("models/scores/score_user_features.yml")
TIER = ("program_code", "tier_code")
POLICIES = ("connected", "never_merge_identified", "last_login")
MOST_NAMED = 5
MOST_CONDITIONS = 4
INTEGER = re.compile(r"-?[0-9]+")


@dataclass(frozen=True)
class CheckReport:
    """What was checked and what was found."""

    faults: tuple[Fault, ...]
    seeds: int
    tables: int


def check_project(variables: str | None = None) -> CheckReport:
    """Check the rule files of the project and the raw tables of its warehouse.

    `variables`, as given to `--vars`, may name other raw tables than the project does.
    Raises StrataError if the contract or the warehouse cannot be opened.
    """
    names = project.raw_names(variables)
    faults: list[Fault] = []
    seeds: dict[str, Seed] = {}
    for path in sorted((project.root() / SEED_FOLDER).glob("*.csv")):
        seed = read_seed(path)
        seeds[path.stem] = seed
        faults += check_seed(seed, SEEDS.get(path.stem))
    if not faults:
        faults += check_rules({name: seed.rows for name, seed in seeds.items()})
        faults += computed(seeds, _columns(SNAPSHOTS), _columns(SCORES))
    settings = project.settings(variables)
    faults += policy_known(settings.get("strata__identity_policy"))
    if programs := seeds.get("strata__programs"):
        faults += program_known(settings.get("strata__headline_program"), programs.rows)
    present: dict[str, list[str]] = {}
    if project.warehouse_path().exists():
        with reading(project.warehouse_path()) as con:
            present = raw_columns(con, read_contract(), names)
    faults += check_raw_tables(present, read_contract())
    return CheckReport(tuple(faults), len(seeds), len(present))


# One file


def check_seed(seed: Seed, shape: SeedShape | None) -> list[Fault]:
    """All faults of one rule file; an unknown file is checked for what all have."""
    columns = (*(shape.columns if shape else ()), *COMMON_COLUMNS)
    missing = [column for column in columns if column not in seed.columns]
    if missing:
        return [
            Fault(seed.file, f"the column {column} is missing", "add it to the header")
            for column in missing
        ]
    faults = [*ragged(seed.rows), *blanks(seed.rows), *validity(seed.rows)]
    if shape:
        faults += words(seed.rows, shape.words)
        faults += not_built(seed.rows, shape.later)
        faults += numbers(seed.rows, shape)
    if shape and not faults:
        faults += overlaps(seed.rows, shape.key, versioned=shape.versioned)
    return faults


def ragged(rows: Iterable[Row]) -> Iterator[Fault]:
    """Rows with more or fewer values than there are columns."""
    for row in rows:
        if None in row.values or None in row.values.values():
            yield row.fault(
                "the row has not as many values as the header has columns",
                "put values that contain a comma in double quotes",
            )


def blanks(rows: Iterable[Row]) -> Iterator[Fault]:
    """Rows without a label or a rationale, or with one that has no letter."""
    for row in rows:
        for column in ("label_en", "label_zh", "rationale"):
            if not any(map(str.isalpha, row[column])):
                remedy = "say why the rule is as it is"
                if column != "rationale":
                    remedy = "give the name that people read"
                said = f"{row[column]}, which has no word" if row[column] else "blank"
                yield row.fault(f"{column} is {said}", remedy)


def validity(rows: Iterable[Row]) -> Iterator[Fault]:
    """Rows whose validity is no interval of dates."""
    for row in rows:
        bounds = [_date(row[column]) for column in ("valid_from", "valid_to")]
        if None in bounds:
            yield row.fault(
                f"{row['valid_from'] or 'blank'} to {row['valid_to'] or 'blank'} "
                "is no validity",
                "write dates as 2026-01-31, an open end as 9999-12-31",
            )
        elif bounds[0] >= bounds[1]:
            yield row.fault(
                f"valid_from {row['valid_from']} is not before valid_to "
                f"{row['valid_to']}",
                "the rule holds from the first day until before the second",
            )


def words(
    rows: Iterable[Row], vocabularies: Mapping[str, frozenset[str]]
) -> Iterator[Fault]:
    """Values outside their closed vocabulary."""
    for row in rows:
        for column, known in vocabularies.items():
            if row[column] not in known:
                yield row.fault(
                    f"{column} is {row[column] or 'blank'}",
                    f"use one of {', '.join(sorted(known))}",
                )


def numbers(rows: Iterable[Row], shape: SeedShape) -> Iterator[Fault]:
    """Values that are no numbers or dates where these are due."""
    for row in rows:
        for column in shape.whole:
            if not WHOLE.fullmatch(row[column]):
                yield row.fault(
                    f"{column} is {row[column] or 'blank'}",
                    "write a whole number from 1",
                )
        for column in shape.positive:
            if (number(row[column]) or 0) <= 0:
                yield row.fault(
                    f"{column} is {row[column] or 'blank'}", "write a number above 0"
                )
        for column in shape.dates:
            if _date(row[column]) is None:
                yield row.fault(
                    f"{column} is {row[column] or 'blank'}",
                    "write the date as 2026-01-31",
                )
        for column in shape.numbers:
            if row[column] and number(row[column]) is None:
                yield row.fault(f"{column} is {row[column]}", "write a number")


def not_built(
    rows: Iterable[Row], later: Mapping[str, frozenset[str]]
) -> Iterator[Fault]:
    """Words of the vocabulary that no model obeys yet."""
    for row in rows:
        for column, unbuilt in later.items():
            if row[column] in unbuilt:
                yield row.fault(
                    f"{column} {row[column]} is not built yet",
                    "use another word or take the row out",
                )


def overlaps(
    rows: Iterable[Row], key: Sequence[str], *, versioned: bool
) -> Iterator[Fault]:
    """Rows of one key valid at the same time; unless versioned, any second row."""
    ordered = sorted(rows, key=lambda row: (*row.pick(key), row["valid_from"]))
    for before, after in pairwise(ordered):
        same = before.pick(key) == after.pick(key)
        if same and not versioned:
            yield after.fault(
                f"{', '.join(key)} {', '.join(after.pick(key))} is also in line "
                f"{before.line}, and this file holds one row each",
                "remove one",
            )
        elif same and after["valid_from"] < before["valid_to"]:
            yield after.fault(
                f"{', '.join(key)} {', '.join(after.pick(key))} is also valid in "
                f"line {before.line}",
                "end one row where the other begins, or remove one",
            )


# Files against each other


def check_rules(seeds: Mapping[str, Sequence[Row]]) -> list[Fault]:
    """All faults between rule files; files that are absent are not asked for."""
    features = seeds.get("strata__features")
    programs = seeds.get("strata__programs")
    tiers = seeds.get("strata__tiers")
    rules = seeds.get("strata__tier_rules", ())
    overrides = seeds.get("strata__tier_overrides", ())
    metrics = seeds.get("strata__rfm_metrics", ())
    segments = seeds.get("strata__rfm_segments", ())
    faults = [*bounds_given(rules)]
    faults += id_types(seeds.get("strata__identity_types"))
    faults += city_default(seeds.get("strata__city_classes"))
    faults += pairs_apart(seeds.get("strata__identity_overrides", ()))
    if features is not None:
        # A score is made of measures, not of scores.
        measured = [row for row in features if row["feature_layer"] != "score"]
        faults += [*known_features(rules, features), *known_features(metrics, measured)]
        faults += [*operators_fit(rules, features)]
        faults += check_tags(seeds, features)
    if programs is not None:
        named = (*(tiers or ()), *overrides)
        faults += unknown(named, programs, TIER[:1], "strata__programs")
    if tiers is not None:
        faults += unknown(rules, tiers, TIER, "strata__tiers")
        granted = [row for row in overrides if row["action"] == "grant"]
        faults += unknown(granted, tiers, TIER, "strata__tiers")
    faults += groups_small(rules, (*TIER, "condition", "rule_group", "policy_version"))
    faults += shares(rules, programs or (), features or ())
    faults += check_tiers(programs or (), tiers or (), rules)
    faults += bands_end(seeds.get("strata__delay_bands", ()))
    faults += check_growth(seeds)
    faults += check_funnels(seeds)
    faults += cuts_fit(metrics, seeds.get("strata__rfm_cuts", ()))
    for moment in _moments([*metrics, *segments]):
        faults += covered(_valid(metrics, moment), [*_valid(segments, moment)])
    return list(dict.fromkeys(faults))


def groups_small(rules: Sequence[Row], key: Sequence[str]) -> Iterator[Fault]:
    """Rule groups, named by a key, with more conditions than the models have slots."""
    for moment in _moments(rules):
        counts = Counter(row.pick(key) for row in _valid(rules, moment))
        for row in _valid(rules, moment):
            count = counts.pop(row.pick(key), 0)
            if count > MOST_CONDITIONS:
                owner = row["tag_code"] or f"{row['tier_code']} to {row['condition']}"
                yield row.fault(
                    f"the rule group {row['rule_group']} of {owner} has {count} "
                    f"conditions, and there is room for {MOST_CONDITIONS}",
                    "say the same with fewer",
                )


def shares(
    rules: Iterable[Row], programs: Iterable[Row], features: Iterable[Row]
) -> Iterator[Fault]:
    """Thresholds that must be shares of the people and are none."""
    compare = {
        row["program_code"] for row in programs if row["threshold_mode"] != "absolute"
    }
    flags = {row["feature_code"] for row in features if row["unit"] == "flag"}
    for row in rules:
        if row["program_code"] not in compare or row["feature_code"] in flags:
            continue
        if row["text_value"] or row["operator"] in ("is_null", "not_null"):
            continue
        if row["operator"] in ("eq", "ne"):
            yield row.fault(
                f"{row['operator']} compares no shares", "use gte, gt, lte, lt, between"
            )
        for bound in filter(None, row.pick(("low", "high"))):
            share = number(bound)
            if share is not None and not 0 <= share <= 1:
                yield row.fault(
                    f"{bound} is no share of the people", "write 0.9 for nine tenths"
                )


def check_tags(
    seeds: Mapping[str, Sequence[Row]], features: Sequence[Row]
) -> Iterator[Fault]:
    """Faults of the tags, their rules and the bounds of their health."""
    tags, rules = seeds.get("strata__tags"), seeds.get("strata__tag_rules", ())
    kinds = {row["feature_code"]: row["value_type"] for row in features}
    for row in seeds.get("strata__programs", ()):
        kinds[f"tier_{row['program_code']}"] = "text"
    yield from bounds_given(rules)
    yield from named_features(rules, kinds)
    yield from compared(rules, kinds)
    yield from groups_small(rules, ("tag_code", "rule_group"))
    if tags is not None:
        yield from unknown(rules, tags, ("tag_code",), "strata__tags")
        yield from ruled(tags, rules)
    for moment in _moments([*(tags or ()), *rules]):
        yield from one_priority([*_valid(tags or (), moment)])
    health = seeds.get("strata__tag_health")
    missing = HEALTH - {row["measure_code"] for row in health or ()}
    if health and missing:
        yield health[-1].fault(
            f"no row holds {', '.join(sorted(missing))}", "add it with its threshold"
        )


def ruled(tags: Iterable[Row], rules: Iterable[Row]) -> Iterator[Fault]:
    """Tags that no rule gives to anybody."""
    given = {row["tag_code"] for row in rules}
    for row in tags:
        if row["tag_code"] not in given:
            yield row.fault(
                f"the tag {row['tag_code']} has no rule",
                "add one to strata__tag_rules or take the tag out",
            )


def one_priority(tags: Sequence[Row]) -> Iterator[Fault]:
    """Tags of one exclusive group that share a priority."""
    first: dict[tuple[str, ...], Row] = {}
    for row in tags:
        place = row.pick(("exclusive_group", "priority"))
        if place[0] and place in first:
            yield row.fault(
                f"{row['tag_code']} has the priority of {first[place]['tag_code']} in "
                f"{place[0]}",
                "give each tag of an exclusive group a priority of its own",
            )
        first.setdefault(place, row)


def check_tiers(
    programs: Sequence[Row], tiers: Sequence[Row], rules: Sequence[Row]
) -> Iterator[Fault]:
    """Faults of the ladder of tiers, on each day on which some rule begins."""
    for moment in _moments([*programs, *tiers, *rules]):
        kinds = {row["program_code"]: row["kind"] for row in _valid(programs, moment)}
        ladder = [*_valid(tiers, moment)]
        in_force = [*_valid(rules, moment)]
        graded = [t for t in ladder if kinds.get(t["program_code"]) == "tier"]
        yield from ranks(ladder)
        yield from enterable(graded, in_force)
        yield from monotone(graded, in_force)
        yield from stay_not_stricter(in_force)


def bounds_given(rules: Iterable[Row]) -> Iterator[Fault]:
    """Conditions that lack the bound which their operator compares with."""
    for row in rules:
        operator = row["operator"]
        needed = []
        if operator in LOW_OPERATORS or operator == "between":
            needed.append("low")
        if operator in HIGH_OPERATORS or operator == "between":
            needed.append("high")
        for column in needed:
            if not row[column]:
                yield row.fault(f"{operator} has no {column}", f"fill in {column}")
        if operator in ("eq", "ne") and not (row["low"] or row["text_value"]):
            yield row.fault(
                f"{operator} has nothing to compare with",
                "fill in text_value for a text, low for a number",
            )
        limits = number(row["low"]), number(row["high"])
        if operator == "between" and None not in limits and limits[0] > limits[1]:
            yield row.fault(
                f"low {row['low']} is above high {row['high']}", "exchange them"
            )


def known_features(rows: Iterable[Row], features: Iterable[Row]) -> Iterator[Fault]:
    """Rules on a feature that nobody computes."""
    return named_features(rows, {row["feature_code"] for row in features})


def named_features(rows: Iterable[Row], known: Container[str]) -> Iterator[Fault]:
    """Rules on a feature that is not known."""
    for row in rows:
        if row["feature_code"] not in known:
            yield row.fault(
                f"the feature {row['feature_code'] or '(blank)'} does not exist",
                "use a feature_code of strata__features or add it there",
            )


def computed(
    seeds: Mapping[str, Seed], columns: frozenset[str], scores: frozenset[str]
) -> Iterator[Fault]:
    """Features of the vocabulary that no column computes."""
    for row in seeds["strata__features"].rows if "strata__features" in seeds else ():
        is_score = row["feature_layer"] == "score"
        if row["feature_code"] not in (scores if is_score else columns):
            model = SCORES.stem if is_score else SNAPSHOTS.stem
            yield row.fault(
                f"no model computes the feature {row['feature_code']}",
                f"add it to {model} or take the row out",
            )


def operators_fit(rules: Iterable[Row], features: Iterable[Row]) -> Iterator[Fault]:
    """Text compared as a number, or a number compared as text."""
    return compared(rules, {row["feature_code"]: row["value_type"] for row in features})


def compared(rules: Iterable[Row], kinds: Mapping[str, str]) -> Iterator[Fault]:
    """Conditions whose operator or bound is not of the kind of their feature."""
    for row in rules:
        kind, operator = kinds.get(row["feature_code"]), row["operator"]
        if kind == "text" and operator not in TEXT_OPERATORS:
            yield row.fault(
                f"{operator} compares numbers, but {row['feature_code']} is a text",
                f"use one of {', '.join(sorted(TEXT_OPERATORS))}",
            )
        wanted = {"text": "text_value", "number": "low"}.get(kind or "")
        if operator in ("eq", "ne") and wanted and not row[wanted]:
            yield row.fault(
                f"{row['feature_code']} is a {kind} and {wanted} is blank",
                f"write what to compare with in {wanted}",
            )


def ranks(tiers: Iterable[Row]) -> Iterator[Fault]:
    """Programs whose ranks are not 1, 2, 3, … without a gap or a double."""
    for program, rows in _by(tiers, "program_code"):
        found = sorted(int(row["tier_rank"]) for row in rows)
        if found != list(range(1, len(found) + 1)):
            yield rows[-1].fault(
                f"the ranks of {program} are {', '.join(map(str, found))}",
                f"number its tiers 1 (the best) to {len(found)}, each once",
            )


def enterable(tiers: Iterable[Row], rules: Sequence[Row]) -> Iterator[Fault]:
    """Tiers above the lowest one that nobody can enter."""
    entered = {row.pick(TIER) for row in rules if row["condition"] == "enter"}
    for _, rows in _by(tiers, "program_code"):
        for row in _best_first(rows)[:-1]:
            if row.pick(TIER) not in entered:
                yield row.fault(
                    f"the tier {row['tier_code']} has no enter rule",
                    "add one to strata__tier_rules, as only the lowest tier is free",
                )


def monotone(tiers: Iterable[Row], rules: Sequence[Row]) -> Iterator[Fault]:
    """Better tiers that ask less of a feature than a worse tier does."""
    for program, rows in _by(tiers, "program_code"):
        rank = {row["tier_code"]: int(row["tier_rank"]) for row in rows}
        own = [
            row
            for row in rules
            if row["program_code"] == program and row["tier_code"] in rank
        ]
        for comparison in _comparable(own, "condition").values():
            least = [_loosest(r) for _, r in _by(comparison, "tier_code")]
            least.sort(key=lambda row: rank[row["tier_code"]])
            for better, worse in pairwise(least):
                if _is_looser(better, worse):
                    yield better.fault(
                        f"{better['tier_code']} asks {_asks(better)} to "
                        f"{better['condition']}, less than the worse tier "
                        f"{worse['tier_code']} ({_asks(worse)})",
                        "a better tier must ask at least as much",
                    )


def stay_not_stricter(rules: Sequence[Row]) -> Iterator[Fault]:
    """Tiers that ask more of who stays than of who enters."""
    for comparison in _comparable(rules, "program_code", "tier_code").values():
        sides = {
            condition: _loosest(r) for condition, r in _by(comparison, "condition")
        }
        enter, stay = sides.get("enter"), sides.get("stay")
        if enter and stay and _is_looser(enter, stay):
            yield stay.fault(
                f"{stay['tier_code']} asks {_asks(stay)} to stay, but only "
                f"{_asks(enter)} to enter",
                "lower the stay rule, or people enter and fall at once",
            )


def cuts_fit(metrics: Iterable[Row], cuts: Sequence[Row]) -> Iterator[Fault]:
    """RFM metrics whose cuts do not make as many bands as they say."""
    bands = {row["metric_code"]: int(row["bands"]) for row in metrics}
    for name in dict.fromkeys(row["metric_code"] for row in cuts):
        own = [row for row in cuts if row["metric_code"] == name]
        blank = [row for row in own if not row["cut_value"]]
        if blank:
            yield blank[0].fault("cut_value is blank", "write where the band begins")
        elif name in bands and len(own) != bands[name] - 1:
            told = ", ".join(row["cut_value"] for row in own)
            yield own[-1].fault(
                f"{name} has {bands[name]} bands and cuts at {told}",
                f"write {bands[name] - 1} cuts, or none to compare the buyers",
            )


def covered(metrics: Iterable[Row], segments: Sequence[Row]) -> Iterator[Fault]:
    """Combinations of RFM bands in no segment, or in several."""
    bands = {row["metric_code"][0]: int(row["bands"]) for row in metrics}
    if set(bands) != set("rfm") or not segments:
        return
    none, several = [], []
    for cell in product(*(range(1, bands[letter] + 1) for letter in "rfm")):
        holders = [row["segment_code"] for row in segments if _holds(row, cell)]
        name = " ".join(
            f"{letter}{band}" for letter, band in zip("rfm", cell, strict=True)
        )
        if not holders:
            none.append(name)
        elif len(holders) > 1:
            several.append(f"{name} ({' and '.join(holders)})")
    if none:
        yield Fault(
            segments[0].file,
            f"no segment holds {_some(none)}",
            "widen a segment, so that every buyer has one",
        )
    if several:
        yield Fault(
            segments[0].file,
            f"more than one segment holds {_some(several)}",
            "narrow one of them, so that every buyer has exactly one",
        )


def bands_end(bands: Sequence[Row]) -> Iterator[Fault]:
    """Bands of delay that do not end in whole seconds, each at its own, but one."""
    ends: dict[str, Row] = {}
    for row in bands:
        end = row["below_seconds"]
        if end and not INTEGER.fullmatch(end):
            yield row.fault(
                f"below_seconds is {end}",
                "write whole seconds, or nothing for the last band",
            )
            continue
        end = end and str(int(end))
        if end in ends:
            yield row.fault(
                f"below_seconds {end or '(blank)'} is also in line {ends[end].line}",
                "give each band an end of its own, and one band none",
            )
        ends.setdefault(end, row)
    if bands and "" not in ends:
        yield bands[-1].fault(
            "no band holds the longest delays",
            "leave below_seconds blank in the last band",
        )


def id_types(types: Sequence[Row] | None) -> Iterator[Fault]:
    """Types of ids without a row for all others, or with a gap that is no days."""
    for row in types or ():
        gap = row["login_gap_days"]
        if gap and gap != "0" and not WHOLE.fullmatch(gap):
            yield row.fault(
                f"login_gap_days is {gap}",
                "write whole days, or nothing for a login that reaches without limit",
            )
    if types is not None and "default" not in {row["id_type"] for row in types}:
        yield Fault(
            types[0].file if types else "strata__identity_types",
            "no row holds the type default",
            "add it, for the types that have no row of their own",
        )


def city_default(classes: Sequence[Row] | None) -> Iterator[Fault]:
    """Classes of cities without a row for all others."""
    if classes is not None and "default" not in {row["city"] for row in classes}:
        yield Fault(
            classes[0].file if classes else "strata__city_classes",
            "no row holds the city default",
            "add it, for the cities that have no row of their own",
        )


def pairs_apart(overrides: Iterable[Row]) -> Iterator[Fault]:
    """Overrides that do not name two ids, or whose pair stands the other way round."""
    seen: dict[tuple[str, ...], Row] = {}
    for row in overrides:
        first, second = row.pick(PAIR[:2]), row.pick(PAIR[2:])
        if "" in (*first, *second) or first == second:
            yield row.fault(
                f"{' '.join(first) or '(blank)'} and {' '.join(second) or '(blank)'} "
                "are not two ids",
                "write the type and the id of two different ids",
            )
        elif (turned := seen.get((*second, *first))) and _overlap(turned, row):
            yield row.fault(
                f"{' '.join(first)} and {' '.join(second)} also stand in line "
                f"{turned.line}, the other way round",
                "remove one",
            )
        seen[*first, *second] = row


def policy_known(policy: object) -> Iterator[Fault]:
    """A policy of identity that does not exist."""
    if policy not in POLICIES:
        yield Fault(
            project.PROJECT_FILE,
            f"strata__identity_policy is {policy or 'blank'}",
            f"use one of {', '.join(POLICIES)}",
        )


def program_known(program: object, programs: Iterable[Row]) -> Iterator[Fault]:
    """A program to split metrics by that the seed of programs does not hold."""
    codes = sorted({row["program_code"] for row in programs})
    if program not in codes:
        yield Fault(
            project.PROJECT_FILE,
            f"strata__headline_program is {program or 'blank'}",
            f"use one of {', '.join(codes)}",
        )


# Raw tables


def raw_columns(
    con: Connection, contract: Mapping[str, Table], names: project.RawNames
) -> dict[str, list[str]]:
    """The columns of each contract table that is in the warehouse."""
    found = {
        table: list(table_columns(con, names.schema, names.identifier(table)))
        for table in contract
    }
    return {table: columns for table, columns in found.items() if columns}


def check_raw_tables(
    present: Mapping[str, Sequence[str]], contract: Mapping[str, Table]
) -> list[Fault]:
    """Raw tables that lack a required column, or no table to begin with."""
    faults = [
        Fault(
            f"raw table {table}",
            f"the required column {column} is missing",
            "load a file that has it, or remove the table",
        )
        for table, columns in present.items()
        for column in contract[table].missing(columns)
    ]
    if not {"events", "orders"}.intersection(present):
        faults.append(
            Fault(
                "raw tables",
                "there are neither events nor orders",
                "load one of them, for example with `strata load contract`",
            )
        )
    return faults


# Helpers


def _columns(model: Path) -> frozenset[str]:
    """The columns of a model by its contract."""
    path = project.root() / model
    (entry,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return frozenset(column["name"] for column in entry["columns"])


def _date(text: str) -> date | None:
    """A date in the form 2026-01-31, the only one; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _moments(rows: Iterable[Row]) -> list[str]:
    """The days on which some rule begins: between two of them nothing begins."""
    return sorted({row["valid_from"] for row in rows})


def _overlap(row: Row, other: Row) -> bool:
    """Whether two rows are valid on some day both; dates as text sort as dates."""
    begins = max(row["valid_from"], other["valid_from"])
    return begins < min(row["valid_to"], other["valid_to"])


def _valid(rows: Iterable[Row], moment: str) -> Iterator[Row]:
    return (row for row in rows if row["valid_from"] <= moment < row["valid_to"])


def _by(rows: Iterable[Row], column: str) -> list[tuple[str, list[Row]]]:
    ordered = sorted(rows, key=lambda row: row[column])
    return [(k, list(g)) for k, g in groupby(ordered, key=lambda row: row[column])]


def _best_first(tiers: Iterable[Row]) -> list[Row]:
    return sorted(tiers, key=lambda row: int(row["tier_rank"]))


def _comparable(
    rules: Iterable[Row], *columns: str
) -> dict[tuple[str, ...], list[Row]]:
    """One-sided conditions by feature, side and policy version, and `columns`."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rules:
        side = _side(row)
        if side:
            key = (*row.pick((*columns, "feature_code", "policy_version")), side)
            groups.setdefault(key, []).append(row)
    return groups


def _side(rule: Row) -> str:
    """The bound of a one-sided condition, empty for other conditions."""
    if rule["operator"] in LOW_OPERATORS:
        return "low"
    return "high" if rule["operator"] in HIGH_OPERATORS else ""


def _strictness(rule: Row) -> float:
    """A number that is larger the more the condition asks."""
    bound = number(rule[_side(rule)]) or 0.0
    return bound if _side(rule) == "low" else -bound


def _loosest(rules: Iterable[Row]) -> Row:
    """The condition that asks least: groups of rules are alternatives."""
    return min(rules, key=_strictness)


def _is_looser(one: Row, other: Row) -> bool:
    return _strictness(one) < _strictness(other)


def _asks(rule: Row) -> str:
    return f"{rule['feature_code']} {rule['operator']} {rule[_side(rule)]}"


def _holds(segment: Row, cell: tuple[int, ...]) -> bool:
    return all(
        int(segment[f"{letter}_low"]) <= band <= int(segment[f"{letter}_high"])
        for letter, band in zip("rfm", cell, strict=True)
    )


def _some(names: Sequence[str]) -> str:
    """The first few of many names."""
    more = len(names) - MOST_NAMED
    named = ", ".join(names[:MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named
