"""Scenarios of accounts: attributes, registration, staff, erasure, silence."""

from incremental.story import (
    Change,
    Scenario,
    account,
    corrected,
    erasure,
    event,
    link,
    order,
    past,
    refund,
    removed,
    visit,
)

REGISTERED = "2025-12-05 09:02"


def _merged() -> list[Change]:
    """Two accounts that a link makes one person, each with its past."""
    return [
        *past("u1", "d1"),
        *past("u2", "d2"),
        link("user_id", "u1", "user_id", "u2", "2026-03-01 10:00"),
    ]


PEOPLE = [
    Scenario(
        "attributes_corrected_twice_in_a_day",
        "Two versions of an account arrive on one day.",
        "Keeps both, or the one it reads last.",
        [
            [*past()],
            [
                account("u1", REGISTERED, city="Moss", loaded_at="2026-05-20 08:00"),
                account("u1", REGISTERED, city="Bergen", loaded_at="2026-05-20 18:00"),
            ],
            [account("u1", REGISTERED, city="Voss", loaded_at="2026-05-20 12:00")],
        ],
    ),
    Scenario(
        "version_arrives_between_two_known_ones",
        "A version of April arrives in June, between those of February and May.",
        "Ends the newest interval instead of cutting the one in the middle.",
        [
            [
                *past(),
                account("u1", REGISTERED, city="Moss", loaded_at="2026-02-20 10:00"),
                account("u1", REGISTERED, city="Voss", loaded_at="2026-05-20 10:00"),
            ],
            [account("u1", REGISTERED, city="Bodø", loaded_at="2026-04-10 10:00")],
        ],
    ),
    Scenario(
        "version_arrives_before_the_first_known_one",
        "A version older than all known ones arrives.",
        "Leaves the first known version standing for the time before it.",
        [
            [
                *past("u1", "d1"),
                account("u2", REGISTERED, city="Moss", loaded_at="2026-02-20 10:00"),
                event("a", "2025-12-20 10:00", "d2", "u2"),
            ],
            [account("u2", REGISTERED, city="Bodø", loaded_at="2025-12-10 10:00")],
        ],
    ),
    Scenario(
        "version_corrected_in_place_and_another_deleted",
        "A known version gets another city, and a later one is deleted.",
        "Sees no new version.",
        [
            [
                *past(),
                account("u1", REGISTERED, city="Moss", loaded_at="2026-02-20 10:00"),
                account("u1", REGISTERED, city="Voss", loaded_at="2026-04-20 10:00"),
            ],
            [
                corrected("users", {"user_id": "u1", "city": "Moss"}, city="Hamar"),
                removed("users", user_id="u1", city="Voss"),
            ],
        ],
    ),
    Scenario(
        "registered_after_a_long_anonymous_history",
        "Somebody visits for months without an account, then registers.",
        "Gives the account what follows and leaves the months to a stranger.",
        [
            [
                *past(None, "d1"),
                *visit("a", "2026-03-10 10:00"),
                *visit("b", "2026-05-10 10:00"),
            ],
            [
                *visit("c", "2026-06-17 22:30", "d1", "u1"),
                account("u1", "2026-06-17 22:31", city="Oslo"),
                event("s", "2026-06-17 22:31", "d1", "u1", event_name="sign_up"),
            ],
        ],
    ),
    Scenario(
        "registration_moved_back",
        "A version says that the account is half a year older.",
        "Leaves cohorts and days since registration of old snapshots.",
        [
            [*past()],
            [account("u1", "2025-06-05 09:02", city="Oslo")],
        ],
    ),
    Scenario(
        "profile_arrives_after_events_and_orders",
        "The account of a known buyer gets its first profile.",
        "Joins profiles to new events only.",
        [
            [
                *visit("a", "2026-04-10 10:00", account="u1"),
                order("o", "2026-04-10 10:09"),
            ],
            [
                account(
                    "u1",
                    "2026-04-10 10:08",
                    birth_date="1990-04-30",
                    gender="Female",
                    country="NO",
                )
            ],
        ],
    ),
    Scenario(
        "account_turns_internal_and_back",
        "A new version says that an account is internal; the next one, that it is not.",
        "Keeps what it built before it knew.",
        [
            [*past(), *visit("a", "2026-05-10 10:00", account="u1")],
            [account("u1", REGISTERED, city="Oslo", is_internal=True)],
            [account("u1", REGISTERED, city="Oslo", is_internal=False)],
        ],
        silent=frozenset(),
    ),
    Scenario(
        "internal_mark_was_a_mistake",
        "The version that made an account internal is deleted.",
        "Never finds the way back: nothing of the account is in the marts.",
        [
            [
                *past(),
                *visit("a", "2026-05-10 10:00", account="u1"),
                account("u1", REGISTERED, is_internal=True, loaded_at="05-11 10:00"),
            ],
            [removed("users", user_id="u1", is_internal=True)],
        ],
    ),
    Scenario(
        "one_account_of_a_person_is_internal",
        "One of two linked accounts turns out to be internal.",
        "Removes one account and keeps the other half of the person.",
        [
            _merged(),
            [account("u2", REGISTERED, is_internal=True)],
        ],
    ),
    Scenario(
        "erasure_after_the_activity",
        "Somebody with a long history asks to be forgotten.",
        "Removes the account and leaves sessions, orders and old figures.",
        [
            [*past(), *visit("a", "2026-05-10 10:00", account="u1")],
            [erasure("u1", "2026-06-17 10:00")],
        ],
    ),
    Scenario(
        "activity_after_the_erasure",
        "Events and an order of a forgotten account arrive after the request.",
        "Lets new rows bring the person back.",
        [
            [*past(), *past("u2", "d2"), erasure("u1", "2026-05-10 10:00")],
            [
                *visit("a", "2026-05-09 10:00", account="u1"),
                *visit("b", "2026-06-01 10:00", account="u1"),
                order("o", "2026-06-01 10:05"),
                refund("r", "past-u1-1", "2026-06-02 10:00", 5),
            ],
        ],
    ),
    Scenario(
        "erasure_of_a_merged_person",
        "One of two linked accounts asks to be forgotten: the person goes.",
        "Removes one half.",
        [
            _merged(),
            [erasure("u2", "2026-06-17 10:00")],
        ],
    ),
    Scenario(
        "link_to_an_erased_account",
        "An account is linked to one that was forgotten before.",
        "Keeps the account that came in later.",
        [
            [*past("u1", "d1"), *past("u2", "d2"), erasure("u2", "2026-05-01 10:00")],
            [link("user_id", "u1", "user_id", "u2", "2026-06-17 10:00")],
        ],
    ),
    Scenario(
        "erasure_request_withdrawn",
        "The request is deleted from the raw table.",
        "Cannot rebuild what it removed.",
        [
            [*past(), erasure("u1", "2026-05-10 10:00")],
            [removed("erasure_requests", user_id="u1")],
        ],
    ),
    Scenario(
        "erasure_request_of_tomorrow",
        "A request is dated two weeks after the last day; it counts when time has"
        " come there, and no more when the last day is taken back.",
        "Acts when the row arrives, or never.",
        [
            [*past(), *visit("a", "2026-05-10 10:00", account="u1")],
            [erasure("u1", "2026-07-02 10:00")],
        ],
    ),
    Scenario(
        "raw_rows_of_an_erased_person_deleted",
        "After the request, the raw rows of the person are deleted, too.",
        "Fails on keys that are nowhere, or brings half of them back.",
        [
            [*past(), *past("u2", "d2")],
            [erasure("u1", "2026-06-17 10:00")],
            [
                removed("events", user_id="u1"),
                removed("users", user_id="u1"),
                removed("orders", user_id="u1"),
                removed("erasure_requests", user_id="u1"),
            ],
        ],
    ),
    Scenario(
        "falls_silent_over_a_month_end",
        "The orders that made somebody silver are a year old; the third failed review"
        " comes when the last day passes the end of June.",
        "Holds no review for people without news.",
        [
            [
                account("u1", "2025-03-12 10:00"),
                order("o1", "2025-03-12 10:00", gross=100),
                order("o2", "2025-04-12 10:00", gross=100),
            ],
        ],
    ),
    Scenario(
        "late_order_saves_a_tier",
        "Somebody would lose a tier at the end of June; an order of last July arrives"
        " before.",
        "Counts failed reviews forward from what it stored.",
        [
            [
                account("u1", "2025-03-12 10:00"),
                order("o1", "2025-03-12 10:00", gross=100),
                order("o2", "2025-04-12 10:00", gross=100),
            ],
            [],
            [order("o3", "2025-07-12 10:00", gross=100)],
        ],
    ),
    Scenario(
        "gold_and_silver_turn_out_to_be_one",
        "Two accounts hold gold and silver; a link of this month says that they are one"
        " person, and is deleted again.",
        "Keeps the better tier, or both, and parts nobody.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                order("o1", "2025-10-20 10:00", "u1", 700),
                order("o2", "2025-10-21 10:00", "u1", 100),
                order("o3", "2026-01-20 10:00", "u2", 60),
                order("o4", "2026-02-20 10:00", "u2", 60),
            ],
            [link("user_id", "u1", "user_id", "u2", "2026-06-17 10:00")],
            [removed("identity_links", id_1="u1", id_2="u2")],
        ],
    ),
    Scenario(
        "account_without_any_time",
        "A profile without registration and arrival, and later a registration.",
        "Compares null with the as-of day, and drops the account.",
        [
            [*past()],
            [account("u2", None, city="Oslo", loaded_at=None)],
            [account("u2", "2026-05-05 10:00", city="Oslo")],
        ],
    ),
]
