"""Scenarios of time: the last day moves on and back, the first day moves back."""

from incremental.story import (
    FIRST_DAY,
    LAST_DAY,
    Scenario,
    account,
    corrected,
    event,
    order,
    past,
    removed,
    visit,
)

CLOCK = [
    Scenario(
        "first_and_last_day_of_the_data",
        "The first and the last day of the data, which stand still for three"
        " deliveries.",
        "Moves the as-of day with the day of the run.",
        [
            [
                event("first", f"{FIRST_DAY} 08:00", account="u1"),
                event(
                    "last",
                    f"{LAST_DAY} 00:40",
                    account="u1",
                    loaded_at=f"{LAST_DAY} 00:41",
                ),
            ],
        ],
    ),
    Scenario(
        "last_day_moves_over_a_month_end_and_back",
        "With the fourth delivery the last day is 3 July: a snapshot and a review of"
        " 30 June come, and the snapshot of 20 June goes. Then the rows of July are"
        " deleted.",
        "Keeps the snapshot of a day that is no month end, or builds the new one for"
        " people with news only; keeps reviews of a time that has not come.",
        [
            [*past()],
            [],
            [],
            visit("a", "2026-07-03 01:00", account="u1", loaded_at="2026-07-03 02:00"),
            [removed("events", anonymous_id="d1", loaded_at="2026-07-03 02:00")],
        ],
    ),
    Scenario(
        "clock_of_a_device_runs_ahead",
        "An event claims to be of 4 July and moves the last day alone; it is corrected"
        " in place to 18 June.",
        "Keeps the days after the last one.",
        [
            [*past()],
            [],
            [],
            [event("a", "2026-07-04 01:00", account="u1")],
            [corrected("events", {"event_id": "a"}, event_at="2026-06-18 01:00")],
        ],
    ),
    Scenario(
        "order_of_july_decides_a_tier_and_goes",
        "An order of July and another city arrive with the month end between; the"
        " order is deleted, and the city is of a day that has not come.",
        "Keeps the review of 30 June, the tier it gave and the newest version.",
        [
            [*past(), order("o", "2025-06-25 10:00", gross=500)],
            [],
            [],
            [
                order("o2", "2026-07-01 10:00", gross=90),
                account("u1", "2025-12-05 09:02", city="Ås", loaded_at="07-01 10:00"),
            ],
            [removed("orders", order_id="o2")],
        ],
    ),
    Scenario(
        "event_before_the_first_day",
        "An event of a month before all data arrives: the calendar begins earlier.",
        "Has no snapshots and no days of the earlier month.",
        [
            [*past()],
            [],
            [],
            [],
            [event("a", "2025-02-27 10:00", account="u1")],
        ],
    ),
    Scenario(
        "order_and_version_after_the_last_day",
        "A version and a cancellation arrive that were loaded after the last day:"
        " they count when the last day has come there.",
        "Takes what it reads for what is known.",
        [
            [*past(), order("o", "2026-05-20 10:00")],
            [
                account("u1", "2025-12-05 09:02", city="Ås", loaded_at="06-28 10:00"),
                order(
                    "o",
                    "2026-05-20 10:00",
                    status="cancelled",
                    loaded_at="2026-06-28 10:00",
                ),
            ],
        ],
    ),
]
