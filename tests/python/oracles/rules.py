"""The rule seeds as plain rows, valid on a day where validity matters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from warehouses import Warehouse

Rule = dict[str, Any]

SEEDS = (
    "activity_definitions",
    "channels",
    "city_classes",
    "day_parts",
    "delay_bands",
    "event_types",
    "exchange_rates",
    "features",
    "holidays",
    "identity_denied",
    "identity_overrides",
    "identity_types",
    "platforms",
    "programs",
    "retention_brackets",
    "retention_definitions",
    "rfm_cuts",
    "rfm_metrics",
    "rfm_segments",
    "stickiness_definitions",
    "tier_overrides",
    "tag_health",
    "tag_rules",
    "tags",
    "tier_rules",
    "tiers",
    "repurchase_definitions",
    "activation_behaviours",
    "activation_definitions",
    "referral_windows",
)


@dataclass(frozen=True)
class Rules:
    """Every rule seed that the spine reads."""

    activity_definitions: Sequence[Rule]
    channels: Sequence[Rule]
    city_classes: Sequence[Rule]
    day_parts: Sequence[Rule]
    delay_bands: Sequence[Rule]
    event_types: Sequence[Rule]
    exchange_rates: Sequence[Rule]
    features: Sequence[Rule]
    holidays: Sequence[Rule]
    identity_denied: Sequence[Rule]
    identity_overrides: Sequence[Rule]
    identity_types: Sequence[Rule]
    platforms: Sequence[Rule]
    programs: Sequence[Rule]
    retention_brackets: Sequence[Rule]
    retention_definitions: Sequence[Rule]
    rfm_cuts: Sequence[Rule]
    rfm_metrics: Sequence[Rule]
    rfm_segments: Sequence[Rule]
    stickiness_definitions: Sequence[Rule]
    tier_overrides: Sequence[Rule]
    tag_health: Sequence[Rule]
    tag_rules: Sequence[Rule]
    tags: Sequence[Rule]
    tier_rules: Sequence[Rule]
    tiers: Sequence[Rule]
    repurchase_definitions: Sequence[Rule]
    activation_behaviours: Sequence[Rule]
    activation_definitions: Sequence[Rule]
    referral_windows: Sequence[Rule]


def read_rules(warehouse: Warehouse) -> Rules:
    """The seeds as dbt loaded them."""
    return Rules(
        **{
            seed: warehouse.records(f"from strata_rules.strata__{seed}")
            for seed in SEEDS
        }
    )


def is_valid(rule: Rule, day: date) -> bool:
    """True if a rule holds on a day; its end is open."""
    return bool(rule["valid_from"] <= day < rule["valid_to"])
