"""Scenarios of visits: what a late event does to the sessions around it."""

from datetime import timedelta
from typing import Any

from incremental.story import (
    Change,
    Scenario,
    account,
    arrives,
    corrected,
    event,
    link,
    moment,
    order,
    past,
    removed,
    visit,
)

DAY = "2026-05-12"


def _runaway(start: str, count: int, device: str = "d1") -> list[Change]:
    """A visit with an event every 20 minutes."""
    return visit("run", start, device, minutes=[20 * n for n in range(count)])


CROWD = range(1, 9)


def _at_once(number: int) -> list[Change]:
    """A person who does several things in one moment, and again five minutes later."""
    device, user = f"d{number}", f"u{number}"

    def act(name: str, at: str, page: str | None, **more: Any) -> Change:
        at = f"{DAY} {at}"
        return event(f"{name}{number}", at, device, user, page=page, **more)

    def buys(name: str, gross: int, **more: Any) -> Change:
        return order(f"{name}{number}", f"{DAY} 10:05", user, gross, **more)

    def says(name: str, score: int) -> Change:
        told = {"user_id": user, "submitted_at": f"{DAY} 10:05", "kind": "nps"}
        return arrives("feedback", feedback_id=f"{name}{number}", score=score, **told)

    def allows(account_id: str, is_granted: bool) -> Change:
        told = {"purpose": "marketing", "recorded_at": f"{DAY} 10:05"}
        return arrives("consents", user_id=account_id, is_granted=is_granted, **told)

    return [
        account(user, "2026-02-01 10:00"),
        account(f"v{number}", "2026-03-01 10:00"),
        link("user_id", user, "user_id", f"v{number}", "2026-03-01 10:00"),
        act("a", "10:00", "/b"),
        act("b", "10:00", "/a", referrer="www.google.com"),
        act("c", "10:00", "/c", utm_source="google", utm_medium="cpc", utm_term="tea"),
        act("d", "10:00", "/d", utm_source="bing", utm_medium="cpc"),
        act("e", "10:00", "/e", utm_source="bing", utm_medium="cpc", utm_term="jam"),
        act("f", "10:00", None, event_name="purchase"),
        act("g", "10:00", "/app", platform="ios", utm_medium="email"),
        act("s", "10:00", "/p", event_name="product_view"),
        act("t", "10:00", "/p", event_name="product_view", platform="ios"),
        act("h", "10:05", "/y"),
        act("i", "10:05", "/x"),
        buys("o", 100),
        buys("p", 30, business_line="travel"),
        buys("q", 60, platform="ios"),
        says("n", 9),
        says("m", 3),
        allows(user, number % 2 == 0),
        allows(f"v{number}", number % 2 == 1),
    ]


SESSIONS = [
    Scenario(
        "late_event_merges_two_sessions",
        "Two visits 50 minutes apart; an event in between arrives later.",
        "Adds a third session, or leaves the second one standing beside the merged.",
        [
            [
                *past(),
                *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 5)),
                *visit("b", f"{DAY} 10:55", account="u1", minutes=(0, 5)),
            ],
            [event("late", f"{DAY} 10:30", account="u1", page="/between")],
        ],
    ),
    Scenario(
        "late_event_within_a_session_splits_nothing",
        "An event in the middle of a visit arrives a month late.",
        "Makes a session of its own of the late event.",
        [
            [*past(), *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 20, 40))],
            [event("late", f"{DAY} 10:30", account="u1", event_name="search")],
        ],
    ),
    Scenario(
        "late_event_exactly_at_the_gap_stays",
        "A late event comes exactly 30:00 after the last one of a visit.",
        "Looks back less than the gap, and opens a session.",
        [
            [*past(), *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 10))],
            [event("late", f"{DAY} 10:40", account="u1", page="/exit")],
        ],
    ),
    Scenario(
        "late_event_one_microsecond_over_the_gap_opens",
        "A late event comes 30:00.000001 after the last one of a visit, and another as"
        " long before its first.",
        "Rounds to seconds and joins what is apart.",
        [
            [*past(), *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 10))],
            [
                event("late", f"{DAY} 10:40:00.000001", account="u1"),
                event("early", f"{DAY} 09:29:59.999999", account="u1"),
            ],
        ],
    ),
    Scenario(
        "late_event_opens_the_session_earlier",
        "The first page of a visit, from an advertisement, arrives after the rest.",
        "Keeps the old session key, landing page and channel, or both sessions.",
        [
            [*past(), *visit("a", f"{DAY} 10:00", account="u1")],
            [
                event(
                    "late",
                    f"{DAY} 09:50",
                    account="u1",
                    page="/landing",
                    utm_source="facebook",
                    utm_medium="cpc",
                )
            ],
        ],
    ),
    Scenario(
        "late_first_page_opens_the_very_first_visit_earlier",
        "The visit that opens earlier, with another channel, is the first of a person.",
        "Leaves the first channel of the person and of old snapshots as it was.",
        [
            [
                *visit("a", "2026-02-10 10:00", "d1", utm_source="google"),
                *visit("b", "2026-03-11 10:00", "d1"),
                *visit("c", "2026-05-11 10:00", "d1", "u1"),
            ],
            [
                event(
                    "late",
                    "2026-02-10 09:45",
                    page="/landing",
                    utm_source="tiktok",
                    utm_medium="cpc",
                )
            ],
        ],
    ),
    Scenario(
        "late_event_ends_the_session_later",
        "The last page of a visit arrives late, and with it the visit is engaged.",
        "Updates the count and forgets exit page, duration or engagement.",
        [
            [*past(), event("a", f"{DAY} 10:00", account="u1")],
            [event("late", f"{DAY} 10:12", account="u1", page="/bye")],
        ],
    ),
    Scenario(
        "late_conversion_in_a_session",
        "The purchase event of a visit arrives late.",
        "Leaves the visit a bounce without conversion.",
        [
            [*past(), event("a", f"{DAY} 10:00", account="u1")],
            [event("late", f"{DAY} 10:00:04", account="u1", event_name="purchase")],
        ],
    ),
    Scenario(
        "late_event_bridges_a_chain_of_sessions",
        "Three visits, each 40 minutes after the other; two late deliveries join"
        " first two of them, then all.",
        "Rebuilds only the neighbour of the late event, not the whole new session.",
        [
            [
                *past(),
                *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 2)),
                *visit("b", f"{DAY} 10:42", account="u1", minutes=(0, 2)),
                *visit("c", f"{DAY} 11:24", account="u1", minutes=(0, 2)),
            ],
            [event("late-1", f"{DAY} 10:22", account="u1")],
            [event("late-2", f"{DAY} 11:04", account="u1")],
        ],
    ),
    Scenario(
        "late_event_over_midnight",
        "A visit before midnight and one after it become one.",
        "Rebuilds the day of the late event only; the other day keeps a session that"
        " no longer begins on it.",
        [
            [
                *past(),
                *visit("a", "2026-05-12 23:45", account="u1", minutes=(0, 5)),
                *visit("b", "2026-05-13 00:30", account="u1", minutes=(0, 5)),
            ],
            [event("late", "2026-05-13 00:10", account="u1")],
        ],
    ),
    Scenario(
        "late_event_over_a_month_end",
        "The same over the end of April: the snapshot of 30 April sees the visit"
        " without what follows midnight, that of May loses one.",
        "Rebuilds the snapshots of one month only.",
        [
            [
                *past(),
                *visit("a", "2026-04-30 23:45", account="u1", minutes=(0, 5)),
                *visit("b", "2026-05-01 00:30", account="u1", minutes=(0, 5)),
            ],
            [event("late", "2026-05-01 00:10", account="u1")],
        ],
    ),
    Scenario(
        "late_event_on_the_last_day_of_a_month",
        "An event of 31 March arrives in June: a new active day in an old month.",
        "Rebuilds current figures and leaves the snapshots of March to May.",
        [
            [*past()],
            [event("late", "2026-03-31 23:59:59.999999", account="u1")],
        ],
    ),
    Scenario(
        "late_event_on_another_platform_joins_nothing",
        "A late event lies between two visits but on another platform.",
        "Merges visits across platforms.",
        [
            [
                *past(),
                *visit("a", f"{DAY} 10:00", account="u1"),
                *visit("b", f"{DAY} 10:50", account="u1"),
            ],
            [event("late", f"{DAY} 10:30", account="u1", platform="ios")],
        ],
    ),
    Scenario(
        "late_event_at_the_same_time_takes_the_first_place",
        "A late event has the time of the first event of a visit and a smaller id.",
        "Takes the order of arrival for the order of events.",
        [
            [*past(), event("b", f"{DAY} 10:00", account="u1", page="/b")],
            [event("a", f"{DAY} 10:00", account="u1", page="/a")],
            [event("c", f"{DAY} 10:00", account="u1", page="/c")],
        ],
    ),
    Scenario(
        "runaway_session_gets_its_first_event_late",
        "A visit of 27 hours without a break is cut after a day; then an event 10"
        " minutes before its first arrives, and every cut moves.",
        "Rebuilds a neighbourhood of hours; the cut is a day away.",
        [
            [*past("u1", "d2"), *_runaway("2026-05-12 06:00", 80)],
            [event("late", "2026-05-12 05:50")],
        ],
    ),
    Scenario(
        "runaway_session_is_made_by_one_late_event",
        "Two visits of 20 hours with a silence of 40 minutes between them; a late"
        " event joins them, and the whole is cut in two.",
        "Finds no session longer than a day, because none was.",
        [
            [
                *visit("a", "2026-05-12 00:00", minutes=[20 * n for n in range(60)]),
                *visit("b", "2026-05-12 20:20", minutes=[20 * n for n in range(60)]),
            ],
            [event("late", "2026-05-12 20:00")],
            [event("later", "2026-05-13 16:30")],
        ],
    ),
    Scenario(
        "deleted_event_splits_a_session",
        "The event that holds a visit together is deleted.",
        "Sees rows that arrive and none that go.",
        [
            [
                *past(),
                *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 25, 50, 60)),
            ],
            [removed("events", event_id="a.1")],
        ],
    ),
    Scenario(
        "deleted_first_event_names_the_session_anew",
        "The event that opened a visit is deleted.",
        "Keeps the session of the old name beside that of the new one.",
        [
            [*past(), *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 5, 9))],
            [removed("events", event_id="a.0")],
        ],
    ),
    Scenario(
        "event_time_corrected_to_another_day",
        "The time of an event is corrected in place: it belongs to another visit, of"
        " another day.",
        "Rebuilds where the event is now and not where it was.",
        [
            [
                *past(),
                *visit("a", "2026-05-12 10:00", account="u1", minutes=(0, 20, 40)),
                *visit("b", "2026-03-02 10:00", account="u1", minutes=(0, 5)),
            ],
            [
                corrected(
                    "events", {"event_id": "a.1"}, event_at=moment("2026-03-02 10:31")
                )
            ],
        ],
    ),
    Scenario(
        "unknown_platform_and_event_name",
        "Late events have a platform and a name that no rule knows.",
        "Loses rows in inner joins with the rules.",
        [
            [*past()],
            [
                event("a", f"{DAY} 10:00", account="u1", platform="fridge"),
                event("b", f"{DAY} 10:05", account="u1", event_name="wink"),
                event("c", f"{DAY} 10:06", account="u1", platform=None),
            ],
        ],
    ),
    Scenario(
        "late_event_from_a_source_nobody_came_from",
        "A late event has a campaign mark that was never seen; later it is corrected"
        " away and nobody has it any more.",
        "Adds traffic sources and never removes one.",
        [
            [*past(), *visit("a", f"{DAY} 10:00", account="u1")],
            [event("late", f"{DAY} 09:55", account="u1", utm_source="zeppelin")],
            [corrected("events", {"event_id": "late"}, utm_source=None)],
        ],
    ),
    Scenario(
        "sign_up_event_arrives_late",
        "The registration event of March arrives in June.",
        "Leaves the person out of the cohort of registrations of March.",
        [
            [*visit("a", "2026-03-09 10:00", account="u1"), *past("u1", "d2")],
            [event("late", "2026-03-09 10:01", account="u1", event_name="sign_up")],
        ],
    ),
    Scenario(
        "first_ever_event_arrives_late",
        "Of a person known since April, a visit in January arrives.",
        "Leaves new users, cohorts and first channel where they were.",
        [
            [
                *visit("a", "2026-04-07 10:00"),
                *visit("b", "2026-05-07 10:00"),
                order("o", "2026-05-07 10:20", "u1"),
                *visit("c", "2026-05-07 10:19", account="u1"),
            ],
            visit("late", "2026-01-19 12:00", utm_medium="email", platform="ios"),
        ],
    ),
    Scenario(
        "late_day_between_two_active_days",
        "Of somebody active on Monday and Wednesday, the Tuesday arrives later.",
        "Leaves Wednesday resurrected and Tuesday dormant in the daily figures.",
        [
            [*past(), *visit("a", "2026-05-04 10:00"), *visit("b", "2026-05-06 10:00")],
            visit("late", "2026-05-05 10:00"),
        ],
    ),
    Scenario(
        "late_day_breaks_a_long_silence",
        "Between two active days 40 days apart one arrives in the middle.",
        "Leaves the later day resurrected in the 30-day figures.",
        [
            [*visit("a", "2026-04-01 10:00"), *visit("b", "2026-05-11 10:00")],
            visit("late", "2026-04-21 10:00"),
        ],
    ),
    Scenario(
        "same_session_gets_events_with_every_delivery",
        "A visit grows with each of three deliveries, at its start, middle and end.",
        "Counts the events of earlier deliveries twice.",
        [
            [*past(), event("a", f"{DAY} 10:00", account="u1")],
            [event("b", f"{DAY} 09:40", account="u1")],
            [
                event("c", f"{DAY} 10:25", account="u1"),
                event("d", f"{DAY} 09:50", account="u1"),
            ],
            [event("e", f"{DAY} 09:15", account="u1")],
        ],
    ),
    Scenario(
        "last_night_arrives_this_morning",
        "The ordinary case: the rest of a visit of last night arrives with the next"
        " deliveries.",
        "Takes what is new for a visit of its own.",
        [
            [*past(), *visit("a", "2026-06-17 00:10", account="u1", minutes=(0, 9))],
            visit("b", "2026-06-17 00:25", account="u1", minutes=(0, 3)),
            [
                event(
                    "c", moment("2026-06-17 00:28") + timedelta(minutes=30), "d1", "u1"
                ),
                account("u1", "2025-12-05 09:02", city="Bergen"),
            ],
        ],
    ),
    Scenario(
        "several_things_in_one_moment",
        "People do several things in one moment: pages, sources, platforms, orders and"
        " words. More of that moment arrives later, and goes again.",
        "Lets the order of arrival or the names of ids say what came first.",
        [
            [change for number in CROWD for change in _at_once(number)],
            [
                change
                for number in CROWD
                for change in (
                    event(
                        f"j{number}",
                        f"{DAY} 10:00",
                        f"d{number}",
                        f"u{number}",
                        page="/0",
                        utm_source="baidu",
                    ),
                    event(
                        f"k{number}",
                        f"{DAY} 10:05",
                        f"d{number}",
                        f"u{number}",
                        page="/z",
                    ),
                    order(f"r{number}", f"{DAY} 10:05", f"u{number}", 200),
                )
            ],
            [removed("events", event_id=f"e{number}") for number in CROWD[::2]],
            [removed("events", event_id=f"j{number}") for number in CROWD[::3]],
        ],
    ),
]
