"""Scenarios of deliveries: rows twice, out of order, changed, gone, refused."""

from incremental.story import (
    Scenario,
    account,
    again,
    arrives,
    corrected,
    event,
    item,
    order,
    past,
    refund,
    removed,
    visit,
)

DAY = "2026-05-18"
TWICE = [*visit("a", f"{DAY} 10:00", account="u1"), refund("r", "past-u1-1", DAY, 3)]

ARRIVALS = [
    Scenario(
        "nothing_new_ever_comes",
        "After the first delivery nothing of this person arrives, changes or goes.",
        "Touches people who have no news.",
        [[*past(), *visit("a", f"{DAY} 10:00", account="u1")]],
    ),
    Scenario(
        "same_rows_delivered_twice",
        "A delivery comes a second time, row for row.",
        "Counts twice what arrives twice.",
        [
            [*past(), *TWICE],
            [*again(past()), *again(TWICE)],
            [*visit("b", f"{DAY} 12:00", account="u1"), order("o", f"{DAY} 12:04")],
            again(
                [
                    *visit("b", f"{DAY} 12:00", account="u1"),
                    order("o", f"{DAY} 12:04"),
                ],
                delivery=3,
            ),
        ],
        silent=frozenset({2, 4}),
    ),
    Scenario(
        "second_delivery_with_other_content_is_refused",
        "An event comes again, loaded later, with another page, person and day.",
        "Lets the last delivery win, and rebuilds for a person who did nothing.",
        [
            [*past(), event("a", f"{DAY} 10:00", account="u1", page="/first")],
            [event("a", "2026-05-19 10:00", "d9", "u9", page="/second")],
        ],
        silent=frozenset({2}),
    ),
    Scenario(
        "first_delivery_arrives_second",
        "Of two deliveries of an event the one loaded first comes later: the contract"
        " keeps the first, so person, day and page change.",
        "Keeps what it already has.",
        [
            [
                *past(),
                *past("u2", "d2"),
                event(
                    "a",
                    f"{DAY} 10:00",
                    "d2",
                    "u2",
                    page="/late",
                    loaded_at="2026-05-20 00:00",
                ),
            ],
            [
                event(
                    "a",
                    "2026-05-17 23:00",
                    "d1",
                    "u1",
                    page="/soon",
                    loaded_at="2026-05-19 00:00",
                )
            ],
        ],
    ),
    Scenario(
        "old_rows_shuffled_among_new_ones",
        "A delivery brings rows loaded long before what is already there, mixed with"
        " new ones.",
        "Reads only what was loaded after the last row it knows.",
        [
            [*past(), *visit("a", "2026-06-01 10:00", account="u1")],
            [
                event("b", "2026-05-20 10:00", "d1", "u1", loaded_at="05-20 10:01"),
                event("c", "2026-06-01 10:09", "d1", "u1", loaded_at="06-01 10:10"),
                event("d", "2026-06-17 21:50", "d1", "u1"),
                order("o", "2026-05-20 10:02", loaded_at="2026-05-20 10:03"),
                account(
                    "u1", "2025-12-05 09:02", city="Moss", loaded_at="2026-01-01 00:00"
                ),
            ],
        ],
    ),
    Scenario(
        "rows_do_not_say_when_they_arrived",
        "Events, orders, refunds and accounts without loaded_at arrive late.",
        "Compares null with the last load, and never sees them.",
        [
            [*past(), event("a", f"{DAY} 10:00", account="u1", loaded_at=None)],
            [
                event("b", "2026-05-01 10:00", account="u1", loaded_at=None),
                order("o", "2026-05-01 10:05", loaded_at=None),
                refund("r", "o", "2026-05-03 10:00", 20, loaded_at=None),
                account("u2", "2026-05-02 10:00", city="Oslo", loaded_at=None),
            ],
            [
                account("u3", None, city="Oslo", loaded_at=None),
                event("c", "2026-05-04 10:00", "d3", "u3", loaded_at=None),
            ],
        ],
    ),
    Scenario(
        "event_corrected_in_place",
        "Name and page of an event change in the raw table; key and loaded_at stay.",
        "Looks at keys and load times, and sees nothing.",
        [
            [*past(), *visit("a", f"{DAY} 10:00", account="u1")],
            [
                corrected(
                    "events", {"event_id": "a.0"}, page="/right", event_name="search"
                )
            ],
        ],
    ),
    Scenario(
        "event_corrected_to_another_person",
        "An event is corrected in place: another device and account did it.",
        "Rebuilds the new person and leaves the event with the old one, too.",
        [
            [
                *past(),
                *past("u2", "d2"),
                *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 20, 45)),
            ],
            [corrected("events", {"event_id": "a.1"}, anonymous_id="d2", user_id="u2")],
        ],
    ),
    Scenario(
        "two_rows_swap_their_contents",
        "Two events change in place so that the table holds the same values as"
        " before, each with the other's key.",
        "Compares sums of columns and sees no change.",
        [
            [
                *past(),
                event("a", f"{DAY} 10:00", account="u1", page="/1"),
                event("b", f"{DAY} 10:00", "d2", "u2", page="/2"),
            ],
            [
                corrected(
                    "events",
                    {"event_id": "a"},
                    anonymous_id="d2",
                    user_id="u2",
                    page="/2",
                ),
                corrected(
                    "events",
                    {"event_id": "b"},
                    anonymous_id="d1",
                    user_id="u1",
                    page="/1",
                ),
            ],
        ],
    ),
    Scenario(
        "row_goes_and_another_comes",
        "In one delivery an event is deleted and one of the same load time arrives,"
        " so that the number of rows stays.",
        "Compares counts of rows and sees no change.",
        [
            [*past(), *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 5, 9))],
            [
                removed("events", event_id="a.1"),
                event("x", f"{DAY} 10:05", account="u1", loaded_at=f"{DAY} 10:10"),
            ],
        ],
    ),
    Scenario(
        "only_event_of_a_person_deleted",
        "The only trace of somebody is deleted from the raw table.",
        "Keeps the person: a key without rows is never rebuilt.",
        [
            [*past(), event("a", f"{DAY} 10:00", "d5", page="/alone")],
            [removed("events", event_id="a")],
        ],
    ),
    Scenario(
        "everything_of_an_account_deleted",
        "All rows of an account are deleted from all raw tables.",
        "Keeps old snapshots, tiers and figures of somebody who never was.",
        [
            [
                *past(),
                *past("u2", "d2"),
                *visit("a", f"{DAY} 10:00", "d2", "u2"),
                refund(
                    "r", "past-u2-1", "2026-02-08 10:00", 5, loaded_at="05-01 10:00"
                ),
            ],
            [
                removed("events", user_id="u2"),
                removed("users", user_id="u2"),
                removed("orders", user_id="u2"),
                removed("refunds", refund_id="r"),
            ],
        ],
    ),
    Scenario(
        "deleted_rows_come_back",
        "Rows are deleted in one delivery and return in the next.",
        "Remembers the keys it has seen, and refuses them.",
        [
            [*past(), *visit("a", f"{DAY} 10:00", account="u1")],
            [removed("events", event_id="a.0"), removed("events", event_id="a.1")],
            visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 3)),
        ],
    ),
    Scenario(
        "rejected_event_replaced_by_a_good_one",
        "An event without a name and one without a time are refused; good rows of the"
        " same keys arrive later.",
        "Takes the key for delivered.",
        [
            [
                *past(),
                event("a", f"{DAY} 10:00", account="u1", event_name=None),
                event("b", None, account="u1", loaded_at=f"{DAY} 10:00"),
            ],
            [
                event("a", f"{DAY} 10:00", account="u1", event_name="search"),
                event("b", f"{DAY} 10:02", account="u1"),
            ],
        ],
    ),
    Scenario(
        "rejected_order_mended_in_place",
        "An order of an unknown status and one of an unknown currency are refused,"
        " then mended in the raw table.",
        "Never looks at a refused row again.",
        [
            [
                *past(),
                order("o1", f"{DAY} 10:00", status="lost"),
                order("o2", f"{DAY} 11:00", currency="XXX"),
            ],
            [
                corrected("orders", {"order_id": "o1"}, status="paid"),
                corrected("orders", {"order_id": "o2"}, currency="EUR"),
            ],
        ],
    ),
    Scenario(
        "good_rows_spoiled_in_place",
        "A good event loses its name and a good order becomes negative.",
        "Keeps what was once accepted.",
        [
            [
                *past(),
                *visit("a", f"{DAY} 10:00", account="u1"),
                order("o", f"{DAY} 10:09"),
            ],
            [
                corrected("events", {"event_id": "a.1"}, event_name=None),
                corrected("orders", {"order_id": "o"}, gross_amount=-1),
            ],
        ],
    ),
    Scenario(
        "event_ahead_of_its_arrival",
        "An event claims to have happened two days after it arrived, and is refused;"
        " the same event arrives again in time.",
        "Counts the refused delivery as the first.",
        [
            [*past(), event("a", f"{DAY} 10:00", "d1", "u1", loaded_at="05-16 09:59")],
            [event("a", f"{DAY} 10:00", "d1", "u1", page="/again")],
        ],
    ),
    Scenario(
        "row_without_a_key",
        "An event and an order have no id; another of the same kind comes later.",
        "Stumbles over null keys, or takes all of them for one row.",
        [
            [
                *past(),
                event(None, f"{DAY} 10:00", account="u1"),
                order(None, f"{DAY} 10:00"),
            ],
            [
                event(None, f"{DAY} 10:00", account="u1"),
                order(None, f"{DAY} 11:00"),
                event("a", f"{DAY} 10:00", None, None),
            ],
        ],
        silent=frozenset({2}),
    ),
    Scenario(
        "better_delivery_is_deleted",
        "Of two deliveries of an event and of a refund the one that counts is"
        " deleted: the other one takes its place.",
        "Keeps no memory of the superseded delivery.",
        [
            [
                *past(),
                order("o", "2026-05-02 10:00"),
                event("a", f"{DAY} 10:00", "d1", "u1", loaded_at=f"{DAY} 10:01"),
                event(
                    "a",
                    f"{DAY} 11:00",
                    "d1",
                    "u1",
                    page="/two",
                    loaded_at=f"{DAY} 11:30",
                ),
                refund("r", "o", f"{DAY} 12:00", 10, loaded_at=f"{DAY} 12:10"),
                refund("r", "o", f"{DAY} 12:00", 30, loaded_at=f"{DAY} 12:20"),
            ],
            [
                removed("events", event_id="a", loaded_at=f"{DAY} 10:01"),
                removed("refunds", refund_id="r", amount=30),
            ],
        ],
    ),
    Scenario(
        "superseded_delivery_is_deleted",
        "Of two deliveries of an event, a refund and a line, which arrived on"
        " different days, the one that does not count is deleted.",
        "Looks for what went among what was kept, and goes on listing it as refused.",
        [
            [
                *past(),
                order("o", "2026-05-02 10:00"),
                event("a", f"{DAY} 10:00", "d1", "u1", loaded_at=f"{DAY} 10:01"),
                event(
                    "a", f"{DAY} 10:00", "d1", "u1", page="/2", loaded_at="05-25 10:00"
                ),
                refund("r", "o", f"{DAY} 12:00", 10, loaded_at=f"{DAY} 12:10"),
                refund("r", "o", f"{DAY} 12:00", 30, loaded_at="2026-05-26 12:20"),
            ],
            [
                removed("events", event_id="a", page="/2"),
                removed("refunds", refund_id="r", amount=10),
            ],
        ],
        silent=frozenset({2}),
    ),
    Scenario(
        "refused_rows_are_deleted",
        "An event without a name, an order of an unknown status and an answer of an"
        " unknown kind are deleted.",
        "Finds no trace of them in what it kept, and never strikes them off the list.",
        [
            [
                *past(),
                event("a", f"{DAY} 10:00", account="u1", event_name=None),
                order("o", f"{DAY} 10:00", status="lost"),
                arrives(
                    "feedback",
                    feedback_id="f",
                    user_id="u1",
                    kind="rant",
                    submitted_at=f"{DAY} 10:00",
                ),
            ],
            [
                removed("events", event_id="a"),
                removed("orders", order_id="o"),
                removed("feedback", feedback_id="f"),
            ],
        ],
        silent=frozenset({2}),
    ),
    Scenario(
        "refused_row_gets_another_key",
        "An event that was refused is corrected in place, its id as well.",
        "Keeps the old key on the list of refused rows.",
        [
            [*past(), event("a", f"{DAY} 10:00", account="u1", event_name=None)],
            [corrected("events", {"event_id": "a"}, event_id="b", event_name="search")],
        ],
    ),
    Scenario(
        "key_of_an_event_corrected",
        "The id of an event in the middle of a visit, and that of an order, change.",
        "Keeps both keys.",
        [
            [
                *past(),
                *visit("a", f"{DAY} 10:00", account="u1", minutes=(0, 20, 45)),
                order("o", f"{DAY} 10:50"),
                item("o", 1),
                refund("r", "o", f"{DAY} 11:00", 3),
            ],
            [
                corrected("events", {"event_id": "a.0"}, event_id="z"),
                corrected("orders", {"order_id": "o"}, order_id="q"),
            ],
        ],
    ),
    Scenario(
        "arrival_time_corrected_in_place",
        "Only loaded_at of rows changes: an account version and a cancellation are"
        " known since another day.",
        "Compares contents without the time of arrival.",
        [
            [
                *past(),
                account("u1", "2025-12-05 09:02", city="Bodø", loaded_at="05-20 00:00"),
                order("o", "2026-05-02 10:00", loaded_at="2026-05-02 10:00"),
                order(
                    "o",
                    "2026-05-02 10:00",
                    status="cancelled",
                    loaded_at="2026-05-20 10:00",
                ),
            ],
            [
                corrected(
                    "users",
                    {"user_id": "u1", "city": "Bodø"},
                    loaded_at="2026-02-20 00:00",
                ),
                corrected(
                    "orders",
                    {"order_id": "o", "status": "cancelled"},
                    loaded_at="2026-06-02 10:00",
                ),
            ],
        ],
    ),
    Scenario(
        "every_other_table_appears_late",
        "Consents, feedback, messages, points, invitations, assignments, campaigns,"
        " spend, products and content begin to arrive, then change.",
        "Fails on a table that did not exist, or never reads it again.",
        [
            [*past()],
            [
                arrives(
                    "consents",
                    user_id="u1",
                    purpose="marketing",
                    is_granted=True,
                    recorded_at="05-01 10:00",
                ),
                arrives(
                    "messages",
                    message_id="m1",
                    campaign_id="c1",
                    user_id="u1",
                    channel="push",
                    sent_at="05-01 10:00",
                ),
                arrives(
                    "points_ledger",
                    entry_id="x1",
                    user_id="u1",
                    entry_at="05-01 10:00",
                    kind="earn",
                    points=10.5,
                ),
                arrives(
                    "experiment_assignments",
                    experiment_id="x1",
                    user_id="u1",
                    variant="b",
                    assigned_at="05-01 10:00",
                    weight=0.5,
                ),
                arrives(
                    "referrals",
                    referral_id="r1",
                    inviter_user_id="u1",
                    invited_at="05-01 10:00",
                ),
                arrives("products", product_id="p1", product_name="Lamp", brand="A"),
                arrives("campaigns", campaign_id="c1", started_at="05-01 00:00"),
            ],
            [
                arrives(
                    "feedback",
                    feedback_id="f1",
                    user_id="u1",
                    kind="nps",
                    score=9,
                    submitted_at="05-02 10:00",
                ),
                arrives(
                    "consents",
                    user_id="u1",
                    purpose="marketing",
                    is_granted=False,
                    recorded_at="05-03 10:00",
                ),
                arrives(
                    "messages",
                    message_id="m1",
                    campaign_id="c1",
                    user_id="u1",
                    channel="push",
                    sent_at="05-01 10:00",
                    opened_at="05-01 10:10",
                ),
                arrives(
                    "content",
                    content_id="c1",
                    author_user_id="u1",
                    published_at="05-01 10:00",
                ),
                arrives(
                    "ad_spend",
                    spend_date="05-01 00:00",
                    channel="paid_social",
                    media="facebook",
                    campaign_id="c1",
                    amount=12.5,
                    clicks=3,
                ),
                removed("products", product_id="p1"),
            ],
            [
                corrected("feedback", {"feedback_id": "f1"}, score=3.0),
                corrected("ad_spend", {"campaign_id": "c1"}, amount=13),
                removed("points_ledger", entry_id="x1"),
                corrected("referrals", {"referral_id": "r1"}, invitee_user_id="u2"),
            ],
        ],
    ),
    Scenario(
        "other_tables_have_bad_rows",
        "Feedback of an unknown kind, points without an account and a negative spend"
        " arrive; some are mended.",
        "Counts rejected rows of the delivery and forgets those of before.",
        [
            [
                *past(),
                arrives(
                    "messages",
                    message_id="m1",
                    user_id=None,
                    sent_at="05-01 10:00",
                    loaded_at=None,
                ),
            ],
            [
                arrives(
                    "feedback",
                    feedback_id="f1",
                    user_id="u1",
                    kind="rant",
                    submitted_at="05-02 10:00",
                ),
                arrives(
                    "points_ledger",
                    entry_id="x1",
                    user_id=None,
                    entry_at="05-02 10:00",
                    kind="earn",
                    points=1,
                ),
                arrives(
                    "ad_spend",
                    spend_date="05-02 00:00",
                    channel="display",
                    campaign_id="c2",
                    amount=-1,
                ),
            ],
            [
                corrected("feedback", {"feedback_id": "f1"}, kind="ticket"),
                corrected("messages", {"message_id": "m1"}, user_id="u1"),
            ],
        ],
        silent=frozenset({2}),
    ),
]
