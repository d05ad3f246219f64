"""What is compared: six jobs, each made by the project and by hand elsewhere.

A job is told by its tables and by the models it may build; what these read besides is
its input. All engines read the same Parquet files and end with the result on disk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

FUNNEL = "checkout_clickhouse_strict_once"
RETENTION = "activity_weekly"
# What an engine besides the project is installed as.
PEERS = {"polars": "polars", "clickhouse": "chdb"}
ENGINES = ("strata", *PEERS)
NAMES = {"strata": "Strata", "polars": "Polars", "clickhouse": "ClickHouse"}


@dataclass(frozen=True)
class Job:
    """One job.

    `makes` are its tables; `within` models, or folders of models, that it builds;
    `few` keeps rows of an input; `told` is what of a table all engines say.
    """

    code: str
    label: str
    makes: tuple[str, ...]
    within: tuple[str, ...]
    few: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)


JOBS = (
    Job(
        "sessions",
        "events cut into sessions",
        makes=("core_events", "core_sessions"),
        within=("core_events", "core_sessions"),
    ),
    Job(
        "person_days",
        "person-days",
        makes=("core_user_days",),
        within=("core_user_days",),
    ),
    Job(
        "snapshots",
        "12 monthly snapshots",
        makes=("feat_user_activity", "feat_user_orders"),
        within=("feat_user_activity", "feat_user_orders"),
    ),
    Job(
        "rfm",
        "RFM of 12 months",
        makes=("score_user_rfm",),
        within=("score_user_rfm", "score_new_rfm", "score_user_values"),
    ),
    Job(
        "funnel",
        "ordered funnel of three steps",
        makes=("metric_funnel_attempts",),
        within=("metrics/funnels",),
        few={
            "stg_strata__funnels": f"funnel_code = '{FUNNEL}'",
            "stg_strata__funnel_steps": f"funnel_code = '{FUNNEL}'",
        },
        told={
            "metric_funnel_attempts": (
                "select user_key, max(reached_step) as level"
                " from strata_metrics.metric_funnel_attempts group by user_key"
            )
        },
    ),
    Job(
        "retention",
        "weekly retention matrix",
        makes=("metric_retention_cohorts",),
        within=("metrics/retention",),
        few={
            "stg_strata__retention_definitions": f"definition_code = '{RETENTION}'",
            "stg_strata__activity_definitions": "activity_code = 'any'",
            "metric_touched_returns": f"definition_code = '{RETENTION}'",
        },
    ),
)
BY_CODE = {job.code: job for job in JOBS}
