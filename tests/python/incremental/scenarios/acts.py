"""Scenarios of what people do outside visits, and of what they buy line by line."""

from collections.abc import Sequence

from incremental.story import (
    Change,
    Scenario,
    arrives,
    corrected,
    item,
    link,
    past,
    removed,
)


def message(name: str, at: str, user: str = "u1", **more: str) -> Change:
    """A message to an account."""
    return arrives("messages", message_id=name, user_id=user, sent_at=at, **more)


def points(name: str, at: str, amount: float, user: str = "u1") -> Change:
    """An entry of the ledger of points."""
    kind = "earn" if amount > 0 else "redeem"
    row = {"entry_id": name, "user_id": user, "entry_at": at}
    return arrives("points_ledger", **row, kind=kind, points=amount)


def answer(name: str, at: str, kind: str = "nps", score: float | None = 9) -> Change:
    """Feedback of the account."""
    row = {"feedback_id": name, "user_id": "u1", "submitted_at": at}
    return arrives("feedback", **row, kind=kind, score=score)


def consent(at: str, is_granted: bool, purpose: str = "marketing") -> Change:
    """A decision of the account on a purpose."""
    row = {"user_id": "u1", "purpose": purpose, "recorded_at": at}
    return arrives("consents", **row, is_granted=is_granted)


def product(name: str, category: str, price: float, since: str) -> Change:
    """A product with its price since a day."""
    row = {"product_id": name, "category": category, "brand": "A"}
    return arrives("products", **row, list_price=price, launched_at=since)


BOUGHT: Sequence[Change] = (
    *past(),
    product("p1", "toys", 10, "2025-06-01"),
    product("p2", "home", 30, "2025-06-01"),
    item("past-u1-1", 1, 2, 10),
    item("past-u1-2", 2, 1, 30),
)

ACTS = [
    Scenario(
        "acts_arrive_late",
        "Points, an answer, a ticket, a message and a published piece of March and"
        " April arrive in June.",
        "Adds them to the last snapshot alone, or to none.",
        [
            [*past()],
            [
                points("e1", "2026-03-10 10:00", 120),
                answer("f1", "2026-03-12 10:00", score=3),
                answer("f2", "2026-04-12 10:00", kind="ticket", score=None),
                message("m1", "2026-04-02 10:00", opened_at="2026-04-03 10:00"),
                arrives(
                    "content",
                    content_id="c1",
                    author_user_id="u1",
                    published_at="2026-03-20 10:00",
                ),
            ],
        ],
    ),
    Scenario(
        "acts_corrected_and_deleted",
        "A message turns out to have been opened in the month after; points move by"
        " a month, and an answer is deleted.",
        "Keeps what it counted, and looks at the new day alone.",
        [
            [
                *past(),
                message("m1", "2026-04-28 10:00"),
                message("m2", "2026-04-29 10:00"),
                points("e1", "2026-04-10 10:00", 120),
                points("e2", "2026-05-10 10:00", -20),
                answer("f1", "2026-04-12 10:00", score=10),
            ],
            [
                message("m1", "2026-04-28 10:00", opened_at="2026-05-02 10:00"),
                corrected(
                    "points_ledger", {"entry_id": "e1"}, entry_at="2026-03-30 10:00"
                ),
            ],
            [removed("feedback", feedback_id="f1")],
        ],
    ),
    Scenario(
        "invitation_changes_hands",
        "An invitation is accepted after months; then it turns out that another"
        " member sent it, and in the end it is deleted.",
        "Leaves the invitation with who had it first, as well.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                *past("u3", "d3"),
                arrives(
                    "referrals",
                    referral_id="i1",
                    inviter_user_id="u1",
                    invited_at="2026-02-10 10:00",
                ),
            ],
            [
                corrected(
                    "referrals",
                    {"referral_id": "i1"},
                    invitee_user_id="u3",
                    accepted_at="2026-04-12 10:00",
                )
            ],
            [corrected("referrals", {"referral_id": "i1"}, inviter_user_id="u2")],
            [],
            [removed("referrals", referral_id="i1")],
        ],
    ),
    Scenario(
        "consent_given_and_withdrawn",
        "Consent is given and withdrawn on one day; later the withdrawal is deleted.",
        "Takes what it reads last for the last word.",
        [
            [*past(), consent("2026-03-10 10:00", is_granted=True)],
            [consent("2026-03-10 12:00", is_granted=False)],
            [removed("consents", user_id="u1", recorded_at="2026-03-10 12:00")],
        ],
    ),
    Scenario(
        "profiling_refused_months_ago",
        "A refusal of profiling of March arrives in June: the person left all segments"
        " then. A consent of May arrives after it.",
        "Ends the segments now, or for ever.",
        [
            [*past()],
            [consent("2026-03-10 10:00", is_granted=False, purpose="profiling")],
            [consent("2026-05-10 10:00", is_granted=True, purpose="profiling")],
        ],
    ),
    Scenario(
        "product_moves_to_another_category",
        "A product that was bought gets another category; another one, cheaper and"
        " older, comes into the catalogue and is bought by nobody.",
        "Changes the lines to come, and leaves what is known of the buyer.",
        [
            [*BOUGHT],
            [corrected("products", {"product_id": "p1"}, category="home")],
            [product("p3", "home", 5, "2025-05-01")],
        ],
    ),
    Scenario(
        "order_line_gets_its_product",
        "A line arrives without a product; the product is filled in, and its day"
        " makes it new.",
        "Joins products to new lines only.",
        [
            [*past(), item("past-u1-2", 1, 1, 75, product_id=None)],
            [
                product("p9", "toys", 80, "2026-03-01"),
                corrected(
                    "order_items",
                    {"order_id": "past-u1-2", "line_number": 1},
                    product_id="p9",
                ),
            ],
        ],
    ),
    Scenario(
        "acts_follow_a_merge",
        "Two accounts with points of their own turn out to be one person.",
        "Leaves the points with the account.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                points("e1", "2026-03-10 10:00", 120),
                points("e2", "2026-04-10 10:00", 90, user="u2"),
                points("e3", "2026-05-10 10:00", -30, user="u2"),
            ],
            [link("user_id", "u1", "user_id", "u2", "2026-06-17 10:00")],
        ],
    ),
    Scenario(
        "message_of_a_day_to_come",
        "A message dated after the last day counts when time has come there, and no"
        " more when the last day is taken back.",
        "Counts it when it arrives.",
        [
            [*past()],
            [points("e0", "2026-06-01 10:00", 60)],
            [message("m1", "2026-06-25 10:00", opened_at="2026-06-26 10:00")],
        ],
        silent=frozenset({3}),
    ),
]
