"""Checks: each fault of a rule file or a raw table in one sentence, and no other."""

import re
import sys

import duckdb
import pytest
from warehouses import ROOT

from strata import cli
from strata.check import (
    MOST_CONDITIONS,
    POLICIES,
    bands_end,
    check_project,
    check_raw_tables,
    check_rules,
    check_seed,
    check_tiers,
    computed,
    covered,
    cuts_fit,
    groups_small,
    id_types,
    pairs_apart,
    policy_known,
    program_known,
    read_seed,
    shares,
)
from strata.contract import read_contract
from strata.rules import SEEDS, Row, Seed, SeedShape

COMMON = {
    "label_en": "A",
    "label_zh": "甲",
    "valid_from": "2000-01-01",
    "valid_to": "9999-12-31",
    "rationale": "because",
}
PROGRAM = {
    "program_code": "club",
    "kind": "tier",
    "review_grain": "month",
    "threshold_mode": "absolute",
    "validity_reviews": "3",
    "downgrade_policy": "drop",
}
FEATURES = [
    {"feature_code": "spend", "value_type": "number"},
    {"feature_code": "city", "value_type": "text"},
]


def rows(*values: dict[str, str]) -> list[Row]:
    """Rows of one file, from line 2, with the common columns filled in."""
    return [Row("rules.csv", n, COMMON | each) for n, each in enumerate(values, 2)]


def tier(code: str, rank: int, **more: str) -> dict[str, str]:
    own = {"program_code": "club", "tier_code": code, "tier_rank": str(rank)}
    return own | {"benefit_cost_per_month": "1"} | more


def rule(code: str, condition: str = "enter", **more: str) -> dict[str, str]:
    own = {"program_code": "club", "tier_code": code, "condition": condition}
    asks = {"rule_group": "1", "feature_code": "spend", "operator": "gte"}
    return own | asks | {"low": "10", "policy_version": "1"} | more


def ladder(*rules: dict[str, str]) -> list[str]:
    """Faults of gold above silver above bronze with these rules."""
    tiers = rows(tier("gold", 1), tier("silver", 2), tier("bronze", 3))
    return [str(f) for f in check_tiers(rows(PROGRAM), tiers, rows(*rules))]


def faults_of(seed: str, *values: dict[str, str]) -> list[str]:
    """Faults of one file that holds these rows."""
    shape = SEEDS[seed]
    blank = dict.fromkeys(shape.columns, "")
    full = tuple(rows(*(blank | each for each in values)))
    columns = (*shape.columns, *COMMON)
    return [str(f) for f in check_seed(Seed("rules.csv", columns, full), shape)]


def conditions(*values: dict[str, str]) -> list[str]:
    """Faults of tier rules against the features alone."""
    seeds = {"strata__tier_rules": rows(*values), "strata__features": rows(*FEATURES)}
    return [str(fault) for fault in check_rules(seeds)]


def tag_faults(tags: list[dict[str, str]], *rules: dict[str, str]) -> list[str]:
    """Faults of tags and their rules against two features and a program."""
    own = {"rule_group": "1", "operator": "gte", "low": "1"}
    named = [{"feature_code": "spend", "tag_code": tags[0]["tag_code"]}, *rules]
    seeds = {
        "strata__tags": rows(*tags),
        "strata__tag_rules": rows(*(own | each for each in named)),
        "strata__features": rows(*FEATURES),
        "strata__programs": rows(PROGRAM),
    }
    return [str(fault) for fault in check_rules(seeds)]


# One file


def test_the_rules_of_the_project_have_the_shape_they_must_have():
    for path in (ROOT / "seeds/rules").glob("*.csv"):
        assert check_seed(read_seed(path), SEEDS.get(path.stem)) == []


def test_a_good_row_has_no_fault():
    assert faults_of("strata__programs", PROGRAM) == []


def test_a_missing_column_is_named():
    seed = Seed("rules.csv", ("currency", *COMMON), ())
    assert [str(f) for f in check_seed(seed, SEEDS["strata__exchange_rates"])] == [
        "rules.csv: the column rate is missing; add it to the header."
    ]


@pytest.mark.parametrize("column", ["label_en", "label_zh", "rationale"])
def test_labels_and_rationale_must_be_given(column):
    (fault,) = faults_of("strata__programs", PROGRAM | {column: "  "})
    assert fault.startswith(f"rules.csv line 2: {column} is blank; ")


@pytest.mark.parametrize("column", ["label_en", "label_zh", "rationale"])
def test_a_label_or_a_rationale_has_a_word(column):
    (fault,) = faults_of("strata__programs", PROGRAM | {column: "9999-12-31"})
    said = f"rules.csv line 2: {column} is 9999-12-31, which has no word; "
    assert fault.startswith(said)


def test_every_rule_that_ships_is_named_in_english_and_chinese():
    for path in sorted((ROOT / "seeds/rules").glob("*.csv")):
        for row in read_seed(path).rows:
            assert re.search("[A-Za-z]", row["label_en"]), row
            assert re.search("[\u4e00-\u9fff]", row["label_zh"]), row
            assert not re.search("[\u4e00-\u9fff]", row["label_en"]), row


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("2026-02-01", "2026-02-01", "valid_from 2026-02-01 is not before"),
        ("2026-02-30", "9999-12-31", "2026-02-30 to 9999-12-31 is no validity"),
        ("20260201", "9999-12-31", "20260201 to 9999-12-31 is no validity"),
        ("", "9999-12-31", "blank to 9999-12-31 is no validity"),
    ],
)
def test_validity_is_an_interval_of_dates(first, last, why):
    changed = PROGRAM | {"valid_from": first, "valid_to": last}
    (fault,) = faults_of("strata__programs", changed)
    assert why in fault


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "club"),
        ("review_grain", "fortnight"),
        ("threshold_mode", ""),
        ("downgrade_policy", "fall"),
        ("validity_reviews", "0"),
        ("validity_reviews", "three"),
    ],
)
def test_a_value_outside_its_vocabulary_is_named(column, value):
    (fault,) = faults_of("strata__programs", PROGRAM | {column: value})
    assert fault.startswith(f"rules.csv line 2: {column} is {value or 'blank'}; ")


@pytest.mark.parametrize("rate", ["", "0", "-1", "nan", "1_000", "many"])
def test_an_exchange_rate_is_a_number_above_0(rate):
    (fault,) = faults_of("strata__exchange_rates", {"currency": "EUR", "rate": rate})
    assert fault.endswith("write a number above 0.")


def test_two_rows_of_a_key_may_follow_but_not_overlap():
    euro = {"currency": "EUR", "rate": "1.1"}
    before = euro | {"valid_to": "2026-01-01"}
    after = euro | {"valid_from": "2026-01-01"}
    assert faults_of("strata__exchange_rates", after, before) == []
    after["valid_from"] = "2025-12-31"
    assert faults_of("strata__exchange_rates", after, before) == [
        "rules.csv line 2: currency EUR is also valid in line 3; "
        "end one row where the other begins, or remove one."
    ]


def test_a_row_with_a_comma_too_many_is_found(tmp_path):
    file = tmp_path / "strata__exchange_rates.csv"
    header = ",".join(("currency", "rate", *COMMON))
    file.write_text(f"{header}\nEUR,1.1,Euro,欧元,2000-01-01,9999-12-31,one, two\n")
    faults = check_seed(read_seed(file), SEEDS[file.stem])
    assert ["not as many values" in str(fault) for fault in faults] == [True]


# Conditions


def test_conditions_that_hold_together_have_no_fault():
    text = {"feature_code": "city", "operator": "eq", "text_value": "Rome", "low": ""}
    between = {"operator": "between", "low": "1", "high": "2"}
    assert conditions(rule("gold"), rule("gold", **text), rule("gold", **between)) == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"feature_code": "mood"}, "the feature mood does not exist"),
        ({"low": ""}, "gte has no low"),
        ({"operator": "lt"}, "lt has no high"),
        ({"operator": "between"}, "between has no high"),
        ({"operator": "between", "high": "9"}, "low 10 is above high 9"),
        ({"operator": "eq", "low": ""}, "eq has nothing to compare with"),
        ({"operator": "eq", "low": "", "text_value": "x"}, "spend is a number and low"),
        ({"feature_code": "city"}, "gte compares numbers, but city is a text"),
        ({"feature_code": "city", "operator": "ne"}, "city is a text and text_value"),
    ],
)
def test_a_condition_that_cannot_be_evaluated_is_a_fault(changed, why):
    assert why in conditions(rule("gold", **changed))[0]


def test_names_of_other_files_must_exist_there():
    seeds = {
        "strata__programs": rows(PROGRAM),
        "strata__tiers": rows(tier("gold", 1), tier("x", 1, program_code="clab")),
        "strata__tier_rules": rows(rule("glod")),
    }
    faults = [str(fault) for fault in check_rules(seeds)]
    assert any("clab is not in strata__programs" in fault for fault in faults)
    assert any("club glod is not in strata__tiers" in fault for fault in faults)


# Tiers


GOOD = [
    rule("gold", low="20"),
    rule("gold", "stay", low="15"),
    rule("silver", low="10"),
    rule("silver", "stay", low="10"),
]


def test_a_ladder_that_asks_more_of_better_tiers_has_no_fault():
    assert ladder(*GOOD) == []


def test_ranks_are_dense_and_begin_with_the_best():
    tiers = rows(tier("gold", 1), tier("silver", 3))
    faults = [str(f) for f in check_tiers(rows(PROGRAM), tiers, rows(*GOOD))]
    assert any("the ranks of club are 1, 3" in fault for fault in faults)


def test_every_tier_but_the_lowest_can_be_entered():
    (fault,) = ladder(*GOOD[:2], GOOD[3])
    assert "the tier silver has no enter rule" in fault


def test_a_better_tier_may_not_ask_less_than_a_worse_one():
    (fault,) = ladder(GOOD[0] | {"low": "9"}, *GOOD[2:])
    assert (
        "gold asks spend gte 9 to enter, less than the worse tier silver (spend gte 10)"
        in fault
    )


def test_asking_less_of_a_feature_where_less_is_better_is_asking_more():
    at_most = {"operator": "lte", "low": ""}
    gold = rule("gold", **at_most, high="30")
    silver = rule("silver", **at_most, high="90")
    assert ladder(gold, silver) == []
    assert len(ladder(gold | {"high": "91"}, silver)) == 1


def test_alternatives_are_compared_by_the_one_that_asks_least():
    other = rule("gold", low="5", rule_group="2")
    (fault,) = ladder(GOOD[0], *GOOD[2:], other)
    assert "less than the worse tier silver" in fault


def test_staying_may_not_be_harder_than_entering():
    (fault,) = ladder(GOOD[0], GOOD[1] | {"low": "21"}, *GOOD[2:])
    assert "gold asks spend gte 21 to stay, but only spend gte 20 to enter" in fault


def test_rules_that_are_never_valid_together_are_not_compared():
    old = rule("silver", low="99", valid_to="2010-01-01")
    new = rule("gold", low="20", valid_from="2010-01-01")
    before = rule("gold", low="100", valid_to="2010-01-01")
    after = rule("silver", low="10", valid_from="2010-01-01")
    assert ladder(old, new, before, after) == []


def test_segments_are_no_ladder():
    segment = rows(PROGRAM | {"kind": "segment"})
    tiers = rows(tier("a", 1), tier("b", 2))
    assert list(check_tiers(segment, tiers, [])) == []


def test_a_rule_group_of_a_tier_has_room_for_four_conditions():
    five = [rule("gold", feature_code=f"f{n}") for n in range(5)]
    key = ("tier_code", "condition", "rule_group")
    assert list(groups_small(rows(*five[:4]), key)) == []
    (fault,) = map(str, groups_small(rows(*five), key))
    assert "the rule group 1 of gold to enter has 5 conditions, and there" in fault


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"low": "0.9"}, None),
        ({"low": "90"}, "90 is no share of the people"),
        ({"operator": "eq", "low": "0.9"}, "eq compares no shares"),
        ({"feature_code": "flag", "low": "1", "operator": "eq"}, None),
    ],
)
def test_thresholds_of_a_percentile_program_are_shares(changed, why):
    programs = rows(PROGRAM | {"threshold_mode": "percentile"})
    features = rows(*FEATURES, FEATURES[0] | {"feature_code": "flag", "unit": "flag"})
    found = [str(f) for f in shares(rows(rule("gold") | changed), programs, features)]
    assert len(found) == (why is not None)
    assert all(why in each for each in found)


# RFM


def segment(code: str, r_low: int, r_high: int) -> dict[str, str]:
    whole = {"f_low": "1", "f_high": "2", "m_low": "1", "m_high": "2"}
    return whole | {"segment_code": code, "r_low": str(r_low), "r_high": str(r_high)}


@pytest.mark.parametrize(
    ("segments", "why"),
    [
        ([segment("old", 1, 1), segment("new", 2, 2)], []),
        ([segment("old", 1, 1)], ["no segment holds r2 f1 m1, r2 f1 m2"]),
        (
            [segment("all", 1, 2), segment("new", 2, 2)],
            ["more than one segment holds r2 f1 m1 (all and new)"],
        ),
    ],
)
def test_each_combination_of_bands_is_in_one_segment(segments, why):
    metrics = rows(
        *(
            {"metric_code": code, "bands": "2"}
            for code in ("recency", "frequency", "monetary")
        )
    )
    faults = [str(fault) for fault in covered(metrics, rows(*segments))]
    assert len(faults) == len(why)
    assert all(part in fault for part, fault in zip(why, faults, strict=True))


# Bands of delay


def bands(*ends: str) -> list[str]:
    """Faults of bands that end at these seconds."""
    return [
        str(fault)
        for fault in bands_end(
            rows(
                *(
                    {"delay_band": f"b{n}", "below_seconds": e}
                    for n, e in enumerate(ends)
                )
            )
        )
    ]


def test_bands_that_end_one_after_the_other_have_no_fault():
    assert bands("0", "-5", "60", "") == []
    assert bands() == []


def test_two_bands_may_not_end_at_the_same_second():
    assert bands("60", "060", "") == [
        "rules.csv line 3: below_seconds 60 is also in line 2; "
        "give each band an end of its own, and one band none."
    ]


def test_one_band_and_only_one_has_no_end():
    (none,) = bands("0", "60")
    assert none.startswith("rules.csv line 3: no band holds the longest delays; ")
    (several,) = bands("", "60", "")
    assert "below_seconds (blank) is also in line 2" in several


def test_a_band_ends_at_a_whole_second():
    (fault,) = bands("0.5", "")
    assert fault.startswith("rules.csv line 2: below_seconds is 0.5; ")


# Raw tables


ORDERS = ["order_id", "user_id", "ordered_at", "gross_amount"]


def test_raw_tables_that_hold_what_is_required_have_no_fault():
    assert check_raw_tables({"orders": ORDERS}, read_contract()) == []


def test_raw_tables_need_their_columns_and_events_or_orders():
    present = {"users": ["city"]}
    assert [str(f) for f in check_raw_tables(present, read_contract())] == [
        "raw table users: the required column user_id is missing; "
        "load a file that has it, or remove the table.",
        "raw tables: there are neither events nor orders; "
        "load one of them, for example with `strata load contract`.",
    ]


def test_the_command_prints_each_fault_and_exits_with_1(tmp_path, monkeypatch, capsys):
    warehouse = tmp_path / "strata.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema raw")
        con.execute("create table raw.orders (order_id text)")
    monkeypatch.setenv("STRATA_DUCKDB_PATH", str(warehouse))
    monkeypatch.setattr(sys, "argv", ["strata", "check"])
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    printed = capsys.readouterr().err
    assert "raw table orders: the required column user_id is missing" in printed
    assert "Traceback" not in printed


OWN_NAMES = "{strata__raw_schema: shop, strata__raw_tables: {orders: sales}}"


def test_the_variables_of_a_run_say_where_the_raw_tables_are(tmp_path, monkeypatch):
    warehouse = tmp_path / "strata.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema shop")
        con.execute(f"create table shop.sales ({' text, '.join(ORDERS)} text)")
    monkeypatch.setenv("STRATA_DUCKDB_PATH", str(warehouse))
    assert check_project(OWN_NAMES).faults == ()
    assert check_project(OWN_NAMES).tables == 1
    (fault,) = check_project().faults
    assert "neither events nor orders" in str(fault)


@pytest.mark.parametrize("variables", ["landing", "{a: b", "[a]"])
def test_variables_that_are_no_mapping_are_one_sentence(variables, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["strata", "check", "--vars", variables])
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    assert capsys.readouterr().err == (
        f"--vars {variables} is not a mapping; "
        "write it as --vars '{strata__raw_schema: landing}'.\n"
    )


# What is promised and not built


def test_a_setting_that_no_model_obeys_yet_is_refused():
    later = SeedShape(
        columns=("clock",), key=("clock",), later={"clock": frozenset({"lunar"})}
    )
    seed = Seed("rules.csv", ("clock", *COMMON), tuple(rows({"clock": "lunar"})))
    (fault,) = check_seed(seed, later)
    assert "clock lunar is not built yet" in str(fault)


def test_a_second_version_is_a_fault_where_models_do_not_read_the_validity():
    first = PROGRAM | {"valid_to": "2026-01-01"}
    second = PROGRAM | {"valid_from": "2026-01-01"}
    (fault,) = faults_of("strata__programs", first, second)
    assert "is also in line 2, and this file holds one row each" in fault


def test_a_feature_without_a_column_is_named():
    seed = Seed("rules.csv", (), tuple(rows(*FEATURES)))
    (fault,) = computed(
        {"strata__features": seed}, frozenset({"spend"}), frozenset({"city"})
    )
    assert "no model computes the feature city" in str(fault)


# Identity


def override(**more: str) -> dict[str, str]:
    """Two ids joined by hand."""
    pair = {"id_type_1": "user_id", "id_1": "a", "id_type_2": "email_hash", "id_2": "e"}
    return pair | {"action": "include"} | more


TURNED = {
    "id_type_1": "email_hash",
    "id_1": "e",
    "id_type_2": "user_id",
    "id_2": "a",
}


def test_an_override_joins_or_parts():
    (fault,) = faults_of("strata__identity_overrides", override(action="merge"))
    assert fault == ("rules.csv line 2: action is merge; use one of exclude, include.")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"id_1": ""}, "user_id  and email_hash e are not two ids"),
        (
            {"id_type_2": "user_id", "id_2": "a"},
            "user_id a and user_id a are not two ids",
        ),
    ],
)
def test_an_override_names_two_ids(change, what):
    (fault,) = map(str, pairs_apart(rows(override(**change))))
    assert fault.startswith(f"rules.csv line 2: {what}; ")


def test_a_pair_stands_once_whichever_id_comes_first():
    again = override(**TURNED, action="exclude")
    (fault,) = map(str, pairs_apart(rows(override(), again)))
    assert "also stand in line 2, the other way round" in fault
    apart = override(valid_to="2026-01-01"), again | {"valid_from": "2026-01-01"}
    assert [*pairs_apart(rows(*apart))] == []


def test_types_of_ids_have_a_default():
    (fault,) = map(str, id_types(rows({"id_type": "user_id", "login_gap_days": ""})))
    assert fault == (
        "rules.csv: no row holds the type default; "
        "add it, for the types that have no row of their own."
    )
    assert [*id_types(None)] == []


@pytest.mark.parametrize(
    ("gap", "is_good"),
    [("0", True), ("60", True), ("", True), ("-1", False), ("1.5", False)],
)
def test_a_login_reaches_whole_days_or_without_limit(gap, is_good):
    found = [*id_types(rows({"id_type": "default", "login_gap_days": gap}))]
    assert (found == []) == is_good


def test_the_policy_of_identity_is_one_of_three():
    for policy in POLICIES:
        assert [*policy_known(policy)] == []
    (fault,) = map(str, policy_known("cookie"))
    assert fault == (
        "dbt_project.yml: strata__identity_policy is cookie; "
        "use one of connected, never_merge_identified, last_login."
    )
    assert "is blank" in str(next(policy_known(None)))


def test_the_cuts_of_a_metric_make_its_bands():
    metrics = rows({"metric_code": "recency", "bands": "3"})
    cuts = [{"metric_code": "recency", "cut_value": each} for each in ("30", "90")]
    assert [*cuts_fit(metrics, rows(*cuts))] == [*cuts_fit(metrics, [])] == []
    (fault,) = map(str, cuts_fit(metrics, rows(cuts[0])))
    assert fault == (
        "rules.csv line 2: recency has 3 bands and cuts at 30; "
        "write 2 cuts, or none to compare the buyers."
    )
    (fault,) = cuts_fit(metrics, rows(cuts[0], {**cuts[1], "cut_value": ""}))
    assert "cut_value is blank" in str(fault)


def test_metrics_are_split_by_a_program_that_exists():
    programs = rows({"program_code": "spend"}, {"program_code": "rfm"})
    assert [*program_known("rfm", programs)] == []
    (fault,) = map(str, program_known("gold", programs))
    assert fault == (
        "dbt_project.yml: strata__headline_program is gold; use one of rfm, spend."
    )
    assert "is blank" in str(next(program_known(None, programs)))


# Tags

RICH = {"tag_code": "rich", "exclusive_group": "spend", "priority": "1"}


def test_tags_may_ask_for_features_and_for_tiers():
    text = {"operator": "eq", "low": "", "text_value": "gold"}
    assert tag_faults([RICH], {"tag_code": "rich", "feature_code": "spend"}) == []
    tier = {"tag_code": "rich", "rule_group": "2", "feature_code": "tier_club"}
    assert tag_faults([RICH], tier | text) == []
    (fault,) = tag_faults([RICH], tier | text | {"feature_code": "tier_none"})
    assert "the feature tier_none does not exist" in fault
    (fault,) = tag_faults([RICH], tier)
    assert "gte compares numbers, but tier_club is a text" in fault


def test_a_tag_needs_a_rule_and_a_rule_a_tag():
    (fault,) = tag_faults([RICH, {"tag_code": "poor"}])
    assert "the tag poor has no rule; add one to strata__tag_rules" in fault
    (fault,) = tag_faults([RICH], {"tag_code": "odd", "feature_code": "spend"})
    assert "odd is not in strata__tags" in fault


def test_two_tags_of_an_exclusive_group_have_two_priorities():
    poor = RICH | {"tag_code": "poor"}
    given = {"tag_code": "poor", "feature_code": "spend"}
    (fault,) = tag_faults([RICH, poor], given)
    assert "poor has the priority of rich in spend" in fault
    assert tag_faults([RICH, poor | {"priority": "2"}], given) == []
    assert tag_faults([RICH, poor | {"exclusive_group": ""}], given) == []


def test_a_rule_group_of_a_tag_has_room_for_four_conditions():
    base = {"tag_code": "rich", "rule_group": "2", "feature_code": "spend"}
    city = base | {
        "feature_code": "city",
        "operator": "ne",
        "text_value": "Oslo",
        "low": "",
    }
    four = [city, *(base | {"low": str(n)} for n in range(3))]
    assert tag_faults([RICH], *four) == []
    (fault,) = tag_faults([RICH], *four, base | {"low": "9"})
    assert "the rule group 2 of rich has 5 conditions, and there is room for 4" in fault


def test_the_slots_that_are_checked_are_those_of_the_models():
    macro = (ROOT / "macros/strata__rule_holds.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"range\((.*?)\)", macro)) == {f"1, {MOST_CONDITIONS + 1}"}


def test_cities_have_a_default_and_holidays_a_date():
    city = {"city": "Oslo", "city_class": "first"}
    (fault,) = check_rules({"strata__city_classes": rows(city)})
    assert "no row holds the city default" in str(fault)
    (fault,) = faults_of("strata__holidays", {"date": "1.1.2026", "holiday_code": "n"})
    assert "date is 1.1.2026; write the date as 2026-01-31" in fault


def test_every_bound_of_health_is_there():
    shape = {"measure_code": "floor", "threshold": "0.1"}
    seeds = {"strata__tag_health": rows(shape), "strata__features": rows(*FEATURES)}
    (fault,) = (str(each) for each in check_rules(seeds))
    assert "no row holds coverage_high, coverage_low, drift" in fault


# Retention, activity and stickiness

RETENTION = {
    "definition_code": "d",
    "start_event": "any",
    "start_scope": "every",
    "return_event": "any",
    "minimum_returns": "1",
    "kind": "on",
    "clock": "rolling",
    "grain": "day",
    "periods": "3",
    "is_split": "false",
}
ACTIVITY = {
    "activity_code": "any",
    "event": "any",
    "minimum_occurrences": "1",
    "new_by": "activity",
    "has_hours": "false",
}
STICKINESS = {
    "stickiness_code": "s",
    "activity_code": "any",
    "grain": "day",
    "window_kind": "week",
}


def growth(**changes: dict[str, str]) -> list[str]:
    """Faults of a definition of each kind, with some values changed."""
    sound = {"retention": RETENTION, "activity": ACTIVITY, "stickiness": STICKINESS}
    seeds = {
        f"strata__{kind}_definitions": rows(row | changes.get(kind, {}))
        for kind, row in sound.items()
    }
    return [str(fault) for fault in check_rules(seeds)]


def test_definitions_of_growth_that_are_sound_have_no_fault():
    assert faults_of("strata__retention_definitions", RETENTION) == []
    assert faults_of("strata__activity_definitions", ACTIVITY) == []
    assert faults_of("strata__stickiness_definitions", STICKINESS) == []
    assert growth() == []
    assert growth(stickiness={"window_kind": "last", "window_periods": "28"}) == []
    assert growth(stickiness={"period_length": "2"}) == []
    assert growth(activity={"maximum_occurrences": "1"}) == []


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"retention": {"start_property": "p"}}, "start_property_value is blank"),
        ({"retention": {"return_property_value": "v"}}, "return_property is blank"),
        ({"activity": {"property": "p"}}, "property_value is blank"),
        ({"activity": {"event": ""}}, "event is blank"),
        (
            {"activity": {"property": 'p"', "property_value": "v"}},
            "property holds a double quote",
        ),
        (
            {"activity": {"event": "order", "property": "p", "property_value": "v"}},
            "an order has no properties",
        ),
        (
            {"retention": {"minimum_returns": "2"}},
            "minimum_returns is 2 on the clock rolling",
        ),
        (
            {"activity": {"minimum_occurrences": "3", "maximum_occurrences": "2"}},
            "maximum_occurrences is 2",
        ),
        ({"activity": {"maximum_occurrences": "1.5"}}, "maximum_occurrences is 1.5"),
        (
            {"stickiness": {"activity_code": "none"}},
            "none is not in strata__activity_definitions",
        ),
        ({"stickiness": {"window_kind": "last"}}, "window_periods is blank"),
        ({"stickiness": {"period_length": "0"}}, "period_length is 0"),
        (
            {"stickiness": {"window_periods": "7"}},
            "window_periods is 7 and the window a week",
        ),
        (
            {"stickiness": {"grain": "week"}},
            "a week has not several periods of a week",
        ),
        ({"stickiness": {"grain": "hour"}}, "the activity any has no hours"),
    ],
)
def test_definitions_of_growth_must_make_sense(changes, what):
    (fault,) = growth(**changes)
    assert what in fault


def test_returns_are_counted_on_a_clock_of_hours():
    assert growth(retention={"minimum_returns": "2", "clock": "rolling_hour"}) == []


def test_hours_are_counted_where_the_activity_has_them():
    assert growth(stickiness={"grain": "hour"}, activity={"has_hours": "true"}) == []
