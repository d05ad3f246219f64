"""The rule files: what each must hold, and how a row of one is read."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from strata import StrataError, project

COMMON_COLUMNS = ("label_en", "label_zh", "valid_from", "valid_to", "rationale")
LOW_OPERATORS = frozenset({"gte", "gt"})
HIGH_OPERATORS = frozenset({"lte", "lt"})
TEXT_OPERATORS = frozenset({"eq", "ne", "is_null", "not_null"})
NUMBER_OPERATORS = LOW_OPERATORS | HIGH_OPERATORS
OPERATORS = NUMBER_OPERATORS | TEXT_OPERATORS | {"between"}
# Of what an event carries: texts that may be read as numbers.
EVENT_OPERATORS = NUMBER_OPERATORS | TEXT_OPERATORS | {"contains", "not_contains"}
GRAINS = frozenset({"day", "week", "month", "quarter"})
BOOLEANS = frozenset({"true", "false"})
PAIR = ("id_type_1", "id_1", "id_type_2", "id_2")
FAMILIES = frozenset(
    {
        "natural",
        "behaviour",
        "consumption",
        "membership",
        "channel",
        "content",
        "relationship",
        "calendar",
        "risk",
    }
)
HEALTH = frozenset(
    {
        "coverage_low",
        "coverage_high",
        "not_assessed_high",
        "drift",
        "floor",
        "overlap",
        "unused_days",
    }
)
CUT = ("metric_code", "cut_value")
BOX = ("r_low", "r_high", "f_low", "f_high", "m_low", "m_high")


WHOLE = re.compile(r"[1-9][0-9]*")
NUMBER = re.compile(r"[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?")


def number(text: str) -> float | None:
    """The number that a text is; None if it is none."""
    return float(text) if NUMBER.fullmatch(text) else None


@dataclass(frozen=True)
class Fault:
    """What is wrong, where, and what to do about it."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """One sentence."""
        return f"{self.where}: {self.what}; {self.remedy}."


@dataclass(frozen=True)
class Row:
    """One row of a rule file; a column that is absent or blank is an empty text."""

    file: str
    line: int
    values: Mapping[str, str | None]

    def __getitem__(self, column: str) -> str:
        """The value of a column without the blanks around it."""
        return (self.values.get(column) or "").strip()

    def pick(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The values of several columns."""
        return tuple(self[column] for column in columns)

    def fault(self, what: str, remedy: str) -> Fault:
        """A fault in this row."""
        return Fault(f"{self.file} line {self.line}", what, remedy)


@dataclass(frozen=True)
class Seed:
    """One rule file: its columns and its rows."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class SeedShape:
    """What a rule file must hold, besides labels, validity and rationale.

    `key`: no two rows of one key are valid at once, or, where the models do not read
    the validity of the rules (`versioned` is false), at any time. `words`: closed
    vocabularies. `later`: words of them that no model obeys yet. `whole`: columns of
    whole numbers from 1. `positive`: columns of numbers above 0. `numbers`: columns
    of numbers, which may be blank. `dates`: columns of dates.
    """

    columns: tuple[str, ...]
    key: tuple[str, ...]
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    later: Mapping[str, frozenset[str]] = field(default_factory=dict)
    versioned: bool = False


def read_seed(path: Path) -> Seed:
    """A rule file as text, line numbers as an editor shows them.

    Raises StrataError if it is not CSV in UTF-8.
    """
    file = project.shown(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, strict=True)
            rows = tuple(Row(file, reader.line_num, values) for values in reader)
            return Seed(file, tuple(reader.fieldnames or ()), rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise StrataError(
            f"{file} is not CSV in UTF-8 ({error}); save it as CSV UTF-8."
        ) from error


def _words(*words: str) -> frozenset[str]:
    return frozenset(words)


SEEDS: Mapping[str, SeedShape] = {
    "strata__acquisition_activations": SeedShape(
        columns=("activation_event", "within_days"),
        key=("activation_event",),
        whole=("within_days",),
    ),
    "strata__acquisition_horizons": SeedShape(
        columns=("horizon_days", "return_days"),
        key=("horizon_days",),
        whole=("horizon_days", "return_days"),
    ),
    "strata__attribution_definitions": SeedShape(
        columns=("definition_code", "conversion_kind", "lookback_days"),
        key=("definition_code",),
        words={"conversion_kind": _words("registration", "first_order", "order")},
        whole=("lookback_days",),
    ),
    "strata__attribution_models": SeedShape(
        columns=(
            "model_code",
            "method",
            "first_share",
            "last_share",
            "half_life_days",
            "skipped_channel",
            "null_paths",
        ),
        key=("model_code",),
        words={
            "method": _words(
                "first",
                "last",
                "last_but",
                "linear",
                "position",
                "time_decay",
                "markov",
                "shapley",
            ),
        },
        numbers=("first_share", "last_share", "half_life_days"),
    ),
    "strata__activity_definitions": SeedShape(
        columns=(
            "activity_code",
            "event",
            "property",
            "property_value",
            "minimum_occurrences",
            "maximum_occurrences",
            "new_by",
            "has_hours",
        ),
        key=("activity_code",),
        words={
            "new_by": _words("activity", "registration"),
            "has_hours": BOOLEANS,
        },
        whole=("minimum_occurrences",),
    ),
    "strata__channels": SeedShape(
        columns=(
            "priority",
            "source_pattern",
            "medium_pattern",
            "referrer_pattern",
            "channel",
            "is_paid",
        ),
        key=("priority",),
        words={"is_paid": BOOLEANS},
        whole=("priority",),
    ),
    "strata__city_classes": SeedShape(columns=("city", "city_class"), key=("city",)),
    "strata__day_parts": SeedShape(
        columns=("hour", "day_part"), key=("hour",), numbers=("hour",)
    ),
    "strata__delay_bands": SeedShape(
        columns=("delay_band", "below_seconds"),
        key=("delay_band",),
        numbers=("below_seconds",),
    ),
    "strata__driver_comparisons": SeedShape(
        columns=("comparison_code", "window_days", "days_back"),
        key=("comparison_code",),
        whole=("window_days", "days_back"),
    ),
    "strata__driver_quality": SeedShape(
        columns=("measure_code", "severity", "threshold"),
        key=("measure_code",),
        words={
            "measure_code": _words(
                "missing_source", "missing_platform", "late", "rejects", "duplicates"
            )
        },
        whole=("severity",),
        positive=("threshold",),
    ),
    "strata__driver_sources": SeedShape(
        columns=("metric_code", "source_table"),
        key=("metric_code", "source_table"),
        words={
            "metric_code": _words(
                "dau", "registrations", "orders", "net_amount", "conversion"
            ),
            "source_table": _words("events", "users", "orders", "refunds"),
        },
    ),
    "strata__event_types": SeedShape(
        columns=("event_name", "event_type"), key=("event_name",)
    ),
    "strata__exchange_rates": SeedShape(
        columns=("currency", "rate"),
        key=("currency",),
        positive=("rate",),
        versioned=True,
    ),
    "strata__features": SeedShape(
        columns=("feature_code", "value_type", "unit", "feature_layer", "description"),
        key=("feature_code",),
        words={"value_type": _words("number", "text")},
    ),
    "strata__funnels": SeedShape(
        columns=(
            "funnel_code",
            "order_mode",
            "window_seconds",
            "ties",
            "simultaneous_seconds",
            "event_use",
            "entry",
            "unit",
            "unit_property",
            "constant_property",
            "breakdown_property",
            "breakdown_property_2",
            "breakdown_attribution",
            "breakdown_step",
            "breakdown_limit",
            "cell_dimension",
            "time_bins",
            "minimum_users",
        ),
        key=("funnel_code",),
        words={
            "order_mode": _words("ordered", "strict", "any"),
            "ties": _words("in_order", "refused"),
            "event_use": _words("once", "again"),
            "entry": _words("every", "first"),
            "unit": _words("user", "session", "property"),
            "breakdown_attribution": _words(
                "first_touch", "last_touch", "step", "all_events"
            ),
        },
        whole=("window_seconds", "breakdown_step", "breakdown_limit", "minimum_users"),
        numbers=("simultaneous_seconds", "time_bins"),
    ),
    "strata__funnel_steps": SeedShape(
        columns=(
            "funnel_code",
            "role",
            "step_number",
            "rule_group",
            "event_name",
            "occurrence",
            "property",
            "operator",
            "property_value",
            "from_step",
            "to_step",
            "exclusion_scope",
        ),
        key=(
            "funnel_code",
            "role",
            "step_number",
            "rule_group",
            "property",
            "operator",
            "property_value",
        ),
        words={
            "role": _words("step", "exclusion"),
            "occurrence": _words("every", "first_ever", "first_match"),
        },
        whole=("step_number", "rule_group"),
        numbers=("from_step", "to_step"),
    ),
    "strata__holidays": SeedShape(
        columns=("date", "holiday_code"),
        key=("date", "holiday_code"),
        dates=("date",),
    ),
    "strata__identity_denied": SeedShape(
        columns=("id_type", "id", "match_kind"),
        key=("id_type", "id"),
        words={"match_kind": _words("whole", "made_of")},
    ),
    "strata__identity_overrides": SeedShape(
        columns=(*PAIR, "action"),
        key=PAIR,
        words={"action": _words("include", "exclude")},
        versioned=True,
    ),
    "strata__identity_types": SeedShape(
        columns=("id_type", "max_accounts", "login_gap_days"),
        key=("id_type",),
        whole=("max_accounts",),
        numbers=("login_gap_days",),
    ),
    "strata__named_events": SeedShape(
        columns=(
            "event_code",
            "rule_group",
            "event_name",
            "property",
            "operator",
            "property_value",
        ),
        key=(
            "event_code",
            "rule_group",
            "event_name",
            "property",
            "operator",
            "property_value",
        ),
        whole=("rule_group",),
    ),
    "strata__path_definitions": SeedShape(
        columns=(
            "path_code",
            "unit",
            "gap_seconds",
            "start_node",
            "end_node",
            "max_steps",
            "collapse_repeats",
            "conversion_event",
            "days",
            "min_sessions",
            "max_sessions",
            "edge_limit",
            "path_limit",
        ),
        key=("path_code",),
        words={"unit": _words("session", "gap"), "collapse_repeats": BOOLEANS},
        whole=("max_steps",),
        numbers=(
            "gap_seconds",
            "days",
            "min_sessions",
            "max_sessions",
            "edge_limit",
            "path_limit",
        ),
    ),
    "strata__path_cleanings": SeedShape(
        columns=("path_code", "priority", "page_regex", "replacement"),
        key=("path_code", "priority"),
        whole=("priority",),
    ),
    "strata__path_filters": SeedShape(
        columns=("path_code", "property", "operator", "text_value"),
        key=("path_code", "property", "operator", "text_value"),
        words={"operator": EVENT_OPERATORS},
    ),
    "strata__path_nodes": SeedShape(
        columns=(
            "path_code",
            "priority",
            "event_pattern",
            "page_pattern",
            "node_kind",
            "node_label",
        ),
        key=("path_code", "priority"),
        words={
            "node_kind": _words("page", "event_name", "event_type", "label", "none")
        },
        whole=("priority",),
    ),
    "strata__platforms": SeedShape(
        columns=(
            "platform",
            "session_gap_seconds",
            "max_session_seconds",
            "engaged_event_count",
            "engaged_seconds",
        ),
        key=("platform",),
        whole=("session_gap_seconds", "max_session_seconds"),
        numbers=("engaged_event_count", "engaged_seconds"),
    ),
    "strata__programs": SeedShape(
        columns=(
            "program_code",
            "kind",
            "review_grain",
            "threshold_mode",
            "validity_reviews",
            "downgrade_policy",
            "consent_purpose",
        ),
        key=("program_code",),
        words={
            "kind": _words("tier", "segment"),
            "review_grain": GRAINS,
            "threshold_mode": _words("absolute", "percentile", "frozen"),
            "downgrade_policy": _words("drop", "one_down", "hold"),
        },
        whole=("validity_reviews",),
    ),
    "strata__retention_brackets": SeedShape(
        columns=("definition_code", "bracket_number", "from_period", "to_period"),
        key=("definition_code", "bracket_number"),
        numbers=("bracket_number", "from_period", "to_period"),
    ),
    "strata__retention_definitions": SeedShape(
        columns=(
            "definition_code",
            "start_event",
            "start_property",
            "start_property_value",
            "start_scope",
            "return_event",
            "return_property",
            "return_property_value",
            "minimum_returns",
            "kind",
            "clock",
            "grain",
            "periods",
            "is_split",
        ),
        key=("definition_code",),
        words={
            "kind": _words("on", "on_or_after", "on_or_before", "bracket"),
            "clock": _words("calendar", "rolling", "rolling_hour"),
            "grain": (GRAINS | {"hour"}) - {"quarter"},
            "start_scope": _words("first_ever", "first_of_event", "every"),
            "is_split": BOOLEANS,
        },
        whole=("minimum_returns", "periods"),
    ),
    "strata__rfm_cuts": SeedShape(
        columns=CUT,
        key=CUT,
        words={"metric_code": _words("recency", "frequency", "monetary")},
        numbers=("cut_value",),
    ),
    "strata__rfm_metrics": SeedShape(
        columns=(
            "metric_code",
            "feature_code",
            "better",
            "bands",
            "consent_purpose",
        ),
        key=("metric_code",),
        words={
            "metric_code": _words("recency", "frequency", "monetary"),
            "better": _words("low", "high"),
        },
        whole=("bands",),
    ),
    "strata__rfm_segments": SeedShape(
        columns=("segment_code", *BOX), key=BOX, whole=BOX
    ),
    "strata__stickiness_definitions": SeedShape(
        columns=(
            "stickiness_code",
            "activity_code",
            "grain",
            "period_length",
            "window_kind",
            "window_periods",
        ),
        key=("stickiness_code",),
        words={
            "grain": (GRAINS | {"hour"}) - {"quarter"},
            "window_kind": (GRAINS | {"last"}) - {"day"},
        },
        numbers=("period_length", "window_periods"),
    ),
    "strata__tier_overrides": SeedShape(
        columns=("program_code", "user_id", "action", "tier_code"),
        key=("program_code", "user_id", "action"),
        words={"action": _words("grant", "freeze", "opt_out")},
        versioned=True,
    ),
    "strata__tag_health": SeedShape(
        columns=("measure_code", "threshold"),
        key=("measure_code",),
        words={"measure_code": HEALTH},
        positive=("threshold",),
    ),
    "strata__tag_rules": SeedShape(
        columns=(
            "tag_code",
            "rule_group",
            "feature_code",
            "operator",
            "low",
            "high",
            "text_value",
        ),
        key=(
            "tag_code",
            "rule_group",
            "feature_code",
            "operator",
            "low",
            "high",
            "text_value",
        ),
        words={"operator": OPERATORS},
        whole=("rule_group",),
        numbers=("low", "high"),
        versioned=True,
    ),
    "strata__tags": SeedShape(
        columns=(
            "tag_code",
            "family",
            "exclusive_group",
            "priority",
            "owner",
            "consent_purpose",
        ),
        key=("tag_code",),
        words={"family": FAMILIES},
        whole=("priority",),
    ),
    "strata__tier_rules": SeedShape(
        columns=(
            "program_code",
            "tier_code",
            "condition",
            "rule_group",
            "feature_code",
            "operator",
            "low",
            "high",
            "text_value",
            "policy_version",
        ),
        key=(
            "program_code",
            "tier_code",
            "condition",
            "rule_group",
            "feature_code",
            "operator",
            "policy_version",
        ),
        words={"condition": _words("enter", "stay"), "operator": OPERATORS},
        numbers=("low", "high"),
        versioned=True,
    ),
    "strata__tiers": SeedShape(
        columns=(
            "program_code",
            "tier_code",
            "tier_rank",
            "benefits",
            "benefit_cost_per_month",
        ),
        key=("program_code", "tier_code"),
        whole=("tier_rank",),
        numbers=("benefit_cost_per_month",),
    ),
    "strata__repurchase_definitions": SeedShape(
        columns=("definition_code", "within_days", "minimum_buyers", "confidence"),
        key=("definition_code",),
        whole=("within_days", "minimum_buyers"),
        positive=("confidence",),
    ),
    "strata__activation_behaviours": SeedShape(
        columns=(
            "behaviour_code",
            "event_name",
            "measure",
            "minimum_count",
            "within_days",
        ),
        key=("behaviour_code",),
        words={"measure": _words("times", "days")},
        whole=("minimum_count", "within_days"),
    ),
    "strata__activation_definitions": SeedShape(
        columns=(
            "definition_code",
            "start",
            "from_day",
            "to_day",
            "minimum_users",
            "confidence",
        ),
        key=("definition_code",),
        words={"start": _words("first_seen", "registered")},
        whole=("from_day", "to_day", "minimum_users"),
        positive=("confidence",),
    ),
    "strata__referral_windows": SeedShape(
        columns=("window_code", "days"),
        key=("window_code", "days"),
        words={"window_code": _words("accept", "value", "return")},
        whole=("days",),
    ),
}


def unknown(
    rows: Iterable[Row], parents: Sequence[Row], columns: Sequence[str], seed: str
) -> Iterator[Fault]:
    """Rows that name what another rule file does not hold."""
    known = {row.pick(columns) for row in parents}
    for row in rows:
        if row.pick(columns) not in known:
            yield row.fault(
                f"{' '.join(row.pick(columns))} is not in {seed}",
                "mend the name or add it there",
            )
