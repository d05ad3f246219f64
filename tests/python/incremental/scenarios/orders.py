"""Scenarios of orders: late, corrected, cancelled, paid back."""

from incremental.story import (
    Scenario,
    account,
    corrected,
    event,
    item,
    order,
    past,
    refund,
    removed,
    visit,
)

ORDERS = [
    Scenario(
        "order_arrives_late",
        "An order of April arrives in June, on a day without any event.",
        "Adds the order and leaves person-day, snapshots and repurchase of April.",
        [[*past()], [order("o", "2026-04-27 10:00", gross=80)]],
    ),
    Scenario(
        "first_order_arrives_last",
        "The first order of a buyer arrives after the others: all numbers move.",
        "Numbers what is new, and has two first orders.",
        [
            [
                account("u1", "2025-09-02 10:00"),
                order("o2", "2026-01-12 10:00", gross=50),
                order("o3", "2026-03-12 10:00", gross=70),
            ],
            [order("o1", "2025-10-12 10:00", gross=90)],
        ],
    ),
    Scenario(
        "order_of_last_month_cancelled_now",
        "An order of May is cancelled on the last day.",
        "Rebuilds the day of the cancellation and not that of the order.",
        [
            [*past(), order("o", "2026-05-06 10:00", gross=300)],
            [order("o", "2026-05-06 10:00", gross=300, status="cancelled")],
        ],
    ),
    Scenario(
        "cancellation_was_known_a_month_ago",
        "The cancellation of an order arrives late: it was loaded elsewhere in May.",
        "Books it on the day it saw it, or leaves the snapshots in between.",
        [
            [*past(), order("o", "2026-04-06 10:00", gross=300)],
            [
                order(
                    "o",
                    "2026-04-06 10:00",
                    gross=300,
                    status="cancelled",
                    loaded_at="2026-05-04 10:00",
                )
            ],
        ],
    ),
    Scenario(
        "cancellation_revoked",
        "A cancelled order is paid after all.",
        "Keeps the entry of the cancellation.",
        [
            [
                *past(),
                order("o", "2026-05-06 10:00", loaded_at="2026-05-06 10:00"),
                order(
                    "o",
                    "2026-05-06 10:00",
                    status="cancelled",
                    loaded_at="2026-05-07 10:00",
                ),
                refund("r", "o", "2026-05-08 10:00", 30),
            ],
            [order("o", "2026-05-06 10:00", status="paid")],
        ],
    ),
    Scenario(
        "refund_of_an_old_order",
        "An order of February is paid back in part in June.",
        "Looks for the order among those of the last days.",
        [
            [*past(), order("o", "2026-02-16 10:00", gross=240)],
            [refund("r", "o", "2026-06-17 10:00", 40)],
        ],
    ),
    Scenario(
        "refund_arrives_late_for_an_old_month",
        "A refund of March arrives in June.",
        "Leaves the snapshots of March to May as they were.",
        [
            [*past(), order("o", "2026-03-03 10:00", gross=240)],
            [refund("r", "o", "2026-03-30 10:00", 200)],
        ],
    ),
    Scenario(
        "refund_before_its_order",
        "A refund arrives, then the order that it pays back.",
        "Joins the refund once, finds nothing, and forgets it.",
        [
            [*past(), refund("r", "o", "2026-05-21 10:00", 25)],
            [order("o", "2026-05-20 10:00", gross=125)],
        ],
    ),
    Scenario(
        "refund_corrected_and_another_deleted",
        "A refund arrives again with another amount; another one is deleted.",
        "Adds the corrected refund to the first, and keeps the deleted one.",
        [
            [
                *past(),
                order("o", "2026-05-20 10:00", gross=125),
                refund("r1", "o", "2026-05-21 10:00", 25),
                refund("r2", "o", "2026-05-22 10:00", 10),
            ],
            [
                refund("r1", "o", "2026-05-23 10:00", 35),
                removed("refunds", refund_id="r2"),
            ],
        ],
    ),
    Scenario(
        "refund_moves_to_another_order",
        "A refund is corrected: it belongs to the order of somebody else.",
        "Rebuilds the order that gets it and not the one that loses it.",
        [
            [
                *past(),
                *past("u2", "d2"),
                order("o1", "2026-05-20 10:00", "u1"),
                order("o2", "2026-05-20 11:00", "u2"),
                refund("r", "o1", "2026-05-21 10:00", 25),
            ],
            [refund("r", "o2", "2026-05-21 10:00", 25)],
        ],
    ),
    Scenario(
        "order_items_arrive_late",
        "The lines of an order arrive after it, then one is corrected and one goes.",
        "Counts the lines once, when the order is new.",
        [
            [*past(), order("o", "2026-05-20 10:00", gross=60)],
            [item("o", 1, 2, 15), item("o", 2, 1.5, 20)],
            [item("o", 1, 3, 10), removed("order_items", order_id="o", line_number=2)],
        ],
    ),
    Scenario(
        "order_items_before_their_order",
        "Lines arrive first, their order later.",
        "Loses lines without an order.",
        [
            [*past(), item("o", 1, 2, 15)],
            [order("o", "2026-05-20 10:00", gross=30)],
        ],
    ),
    Scenario(
        "amount_of_an_order_corrected",
        "A new version of an order has another amount and discount.",
        "Adds the versions up.",
        [
            [*past(), order("o", "2026-04-02 10:00", gross=100)],
            [order("o", "2026-04-02 10:00", gross=130, discount_amount=20)],
        ],
    ),
    Scenario(
        "amount_of_an_order_corrected_in_place",
        "The amount of an order changes in the raw table, without a new version.",
        "Sees no new row.",
        [
            [*past(), order("o", "2026-04-02 10:00", gross=100)],
            [corrected("orders", {"order_id": "o"}, gross_amount=1)],
        ],
    ),
    Scenario(
        "day_of_an_order_corrected",
        "A new version says that an order was placed in another month.",
        "Rebuilds the new day and leaves the money on the old one.",
        [
            [*past(), order("o", "2026-05-28 10:00", gross=100), item("o", 1)],
            [order("o", "2026-03-28 10:00", gross=100)],
        ],
    ),
    Scenario(
        "order_changes_hands",
        "A new version says that somebody else placed the order.",
        "Leaves the order with its first buyer, too.",
        [
            [
                *past(),
                *past("u2", "d2"),
                order("o", "2026-04-02 10:00", "u1", 400),
                refund("r", "o", "2026-04-04 10:00", 4),
            ],
            [order("o", "2026-04-02 10:00", "u2", 400)],
        ],
    ),
    Scenario(
        "free_order_gets_a_price",
        "An order that cost nothing gets a price: now it is a purchase, and numbers"
        " of purchases move while numbers of orders stay.",
        "Renumbers orders and forgets purchases.",
        [
            [
                *past(),
                order("o1", "2025-12-20 10:00", gross=0),
                order("o2", "2026-05-20 10:00", gross=10),
            ],
            [order("o1", "2025-12-20 10:00", gross=20)],
        ],
    ),
    Scenario(
        "order_in_a_foreign_currency",
        "An order in euros arrives late; then its currency is corrected.",
        "Converts what was converted already.",
        [
            [*past()],
            [order("o", "2026-05-20 10:00", gross="99.99", currency="EUR")],
            [order("o", "2026-05-20 10:00", gross="99.99", currency="CNY")],
        ],
    ),
    Scenario(
        "order_of_an_account_nobody_knows_yet",
        "An order comes before its account has a profile or an event.",
        "Drops the order, or keeps a person without attributes.",
        [
            [order("o", "2026-05-20 10:00")],
            [account("u1", "2026-05-01 10:00", gender="female", city="Oslo")],
            visit("a", "2026-05-20 09:50", account="u1"),
        ],
    ),
    Scenario(
        "business_line_corrected",
        "A version of an order names another line of business.",
        "Leaves the buyer in the repurchase figures of both lines.",
        [
            [
                *past(),
                order("o1", "2026-05-02 10:00", business_line="travel"),
                order("o2", "2026-05-12 10:00", business_line="travel"),
            ],
            [order("o2", "2026-05-12 10:00", business_line="books")],
        ],
    ),
    Scenario(
        "late_order_promotes_months_ago",
        "A big order of last October arrives in June: the person was gold since.",
        "Begins the new tier now, and does not rewrite the history.",
        [
            [*past(), order("o1", "2025-09-20 10:00", gross=40)],
            [order("o2", "2025-10-20 10:00", gross=700)],
        ],
    ),
    Scenario(
        "late_refund_demotes_months_ago",
        "An order that made somebody gold last October was paid back in November.",
        "Keeps a tier that was never earned, and its reasons.",
        [
            [*past(), order("o1", "2025-10-20 10:00", gross=700)],
            [refund("r", "o1", "2025-11-03 10:00", 690)],
        ],
    ),
    Scenario(
        "version_between_two_known_ones",
        "Of an order the first and third version are known; the second, a"
        " cancellation, arrives last but was loaded in between.",
        "Takes the version that it saw last for the last one.",
        [
            [
                *past(),
                order("o", "2026-03-20 10:00", loaded_at="2026-03-20 10:00"),
                order("o", "2026-03-20 10:00", gross=90, loaded_at="2026-05-20 10:00"),
            ],
            [
                order(
                    "o",
                    "2026-03-20 10:00",
                    status="cancelled",
                    loaded_at="2026-04-20 10:00",
                )
            ],
        ],
    ),
    Scenario(
        "version_of_an_order_deleted",
        "The version that cancelled an order is deleted, and of another order all.",
        "Keeps the cancelled state and the vanished order.",
        [
            [
                *past(),
                order("o1", "2026-03-20 10:00", loaded_at="2026-03-20 10:00"),
                order(
                    "o1",
                    "2026-03-20 10:00",
                    status="cancelled",
                    loaded_at="2026-04-20 10:00",
                ),
                order("o2", "2026-05-20 10:00", gross=500),
                item("o2", 1),
            ],
            [
                removed("orders", order_id="o1", status="cancelled"),
                removed("orders", order_id="o2"),
            ],
        ],
    ),
    Scenario(
        "purchase_event_and_order_come_apart",
        "The event of a purchase comes first, the order two deliveries later.",
        "Builds the person-day once.",
        [
            [*past(), event("a", "2026-05-20 10:00", account="u1")],
            [event("b", "2026-05-20 10:05", account="u1", event_name="purchase")],
            [order("o", "2026-05-20 10:05", gross=33)],
        ],
    ),
]
