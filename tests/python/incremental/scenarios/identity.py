"""Scenarios of identity: who is who changes after the fact."""

from incremental.story import (
    AsIs,
    Scenario,
    account,
    corrected,
    event,
    link,
    order,
    past,
    refund,
    removed,
    visit,
)

REGISTERED = "2025-12-05 09:02"

IDENTITY = [
    Scenario(
        "login_arrives_late",
        "A device is anonymous for a month, then the login that began it arrives.",
        "Moves what follows the load, and leaves the month to a stranger.",
        [
            [
                *past("u1", "d2"),
                *visit("a", "2026-04-20 10:00"),
                *visit("b", "2026-05-05 10:00"),
                *visit("c", "2026-05-18 10:00"),
            ],
            [event("login", "2026-04-20 09:59", "d1", "u1", event_name="login")],
        ],
    ),
    Scenario(
        "login_between_two_visits_joins_them",
        "Anonymous visits on two devices turn out to be one person; events of both"
        " devices now alternate in one session.",
        "Keeps the sessions of two persons.",
        [
            [
                *visit("a", "2026-05-05 10:00", "d1", minutes=(0, 20, 40)),
                *visit("b", "2026-05-05 10:10", "d2", minutes=(0, 20, 40)),
                *visit("c", "2026-05-07 10:00", "d1", "u1"),
            ],
            [event("login", "2026-05-08 10:00", "d2", "u1", event_name="login")],
        ],
    ),
    Scenario(
        "device_changes_hands_second_login_late",
        "A device is used by one account; the login of another one, a month ago,"
        " arrives late: what lies between changes its owner.",
        "Gives all history to the first or to the last login.",
        [
            [
                *visit("a", "2026-03-05 10:00", account="u1"),
                *visit("b", "2026-03-20 10:00"),
                *visit("c", "2026-04-20 10:00"),
                *visit("d", "2026-05-20 10:00"),
                *past("u2", "d2"),
            ],
            [event("login", "2026-04-10 10:00", "d1", "u2", event_name="login")],
        ],
    ),
    Scenario(
        "third_account_between_two",
        "Two accounts share a device; a login of a third, between theirs, arrives.",
        "Ends the wrong interval.",
        [
            [
                *visit("a", "2026-04-05 10:00", account="u1"),
                *visit("b", "2026-04-12 10:00"),
                *visit("c", "2026-04-25 10:00", account="u2"),
                *visit("d", "2026-05-02 10:00"),
            ],
            [event("login", "2026-04-15 10:00", "d1", "u3", event_name="login")],
            [event("again", "2026-05-03 10:00", "d1", "u1", event_name="login")],
        ],
    ),
    Scenario(
        "login_deleted",
        "The only login of a device is deleted: it is nobody's again.",
        "Keeps the owner for ever.",
        [
            [
                *past("u1", "d2"),
                *visit("a", "2026-04-20 10:00"),
                event("login", "2026-04-20 10:09", "d1", "u1", event_name="login"),
            ],
            [removed("events", event_id="login")],
        ],
    ),
    Scenario(
        "login_corrected_to_another_account",
        "The account of a login is corrected in place.",
        "Leaves the device with both.",
        [
            [
                *past("u1", "d2"),
                *past("u2", "d3"),
                *visit("a", "2026-04-20 10:00"),
                event("login", "2026-04-20 10:09", "d1", "u1", event_name="login"),
            ],
            [corrected("events", {"event_id": "login"}, user_id="u2")],
        ],
    ),
    Scenario(
        "two_accounts_linked_late",
        "Two accounts with half a year of history turn out to be one person.",
        "Leaves the history of the younger account under its old key.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                *visit("a", "2026-05-05 10:00", "d1", "u1", minutes=(0, 20)),
                *visit("b", "2026-05-05 10:10", "d2", "u2", minutes=(0, 20)),
                order("o", "2026-05-05 10:31", "u2", 300),
            ],
            [link("user_id", "u1", "user_id", "u2", "2026-06-17 10:00")],
        ],
    ),
    Scenario(
        "chain_of_merges",
        "Four accounts become one person, link by link, over three deliveries.",
        "Follows one link and not the chain.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                *past("u3", "d3"),
                *past("u4", "d4"),
            ],
            [link("user_id", "u3", "user_id", "u4", "2026-06-01 10:00")],
            [link("user_id", "u1", "user_id", "u2", "2026-06-02 10:00")],
            [link("user_id", "u2", "user_id", "u3", "2026-06-03 10:00")],
        ],
    ),
    Scenario(
        "merge_with_an_older_account_that_arrives_later",
        "Two linked accounts; then a link to an older one arrives: the key of the"
        " person changes, with all that hangs on it.",
        "Keeps the key that it gave out first.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                link("user_id", "u1", "user_id", "u2", "2026-03-01 10:00"),
            ],
            [
                account("u0", "2025-04-01 10:00", city="Alta"),
                order("o", "2025-04-01 10:05", "u0", 45),
            ],
            [link("user_id", "u2", "user_id", "u0", "2026-06-17 10:00")],
        ],
    ),
    Scenario(
        "older_event_changes_which_account_is_the_oldest",
        "Of two linked accounts without registration the younger one gets an older"
        " event: the key of the person changes without any new link.",
        "Looks at links only.",
        [
            [
                *visit("a", "2026-02-05 10:00", "d1", "u1"),
                *visit("b", "2026-03-05 10:00", "d2", "u2"),
                link("user_id", "u1", "user_id", "u2", "2026-04-01 10:00"),
            ],
            visit("c", "2026-01-05 10:00", "d2", "u2"),
        ],
    ),
    Scenario(
        "link_removed",
        "A link between two accounts is deleted: one person becomes two.",
        "Merges and never parts.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                link("user_id", "u1", "user_id", "u2", "2026-03-01 10:00"),
            ],
            [removed("identity_links", id_1="u1")],
        ],
    ),
    Scenario(
        "middle_of_a_chain_removed",
        "Of a chain of four accounts the link in the middle is deleted.",
        "Rebuilds the two accounts of the link and leaves the ends.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                *past("u3", "d3"),
                *past("u4", "d4"),
                link("user_id", "u1", "user_id", "u2", "2026-03-01 10:00"),
                link("user_id", "u2", "user_id", "u3", "2026-03-01 10:00"),
                link("user_id", "u3", "user_id", "u4", "2026-03-01 10:00"),
            ],
            [removed("identity_links", id_1="u2")],
        ],
    ),
    Scenario(
        "shared_e_mail_hash",
        "The profile of an account gets the e-mail address of another one; later it"
        " changes again.",
        "Takes profiles for attributes, and sees no link.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                account(
                    "u1", REGISTERED, email_hash="h1", loaded_at="2026-01-10 10:00"
                ),
            ],
            [account("u2", REGISTERED, email_hash="h1", phone_hash="t2")],
            [account("u2", REGISTERED, email_hash="h2", phone_hash="t2")],
        ],
    ),
    Scenario(
        "device_linked_to_an_account",
        "A link from the shop says whose device it was; there never was a login.",
        "Knows devices by logins only.",
        [
            [*past("u1", "d1"), *visit("a", "2026-04-20 10:00", "d7")],
            [link("anonymous_id", "d7", "user_id", "u1", "2026-06-17 10:00")],
        ],
    ),
    Scenario(
        "two_anonymous_devices_linked",
        "Two devices without any account are linked, later one of them logs in.",
        "Gives the other device to nobody.",
        [
            [*past(None, "d1"), *past(None, "d2"), *past("u1", "d3")],
            [link("anonymous_id", "d1", "anonymous_id", "d2", "2026-06-01 10:00")],
            [event("login", "2026-06-02 10:00", "d2", "u1", event_name="login")],
        ],
    ),
    Scenario(
        "junk_ids_join_nobody",
        "Events and profiles with the ids null, undefined and 0 arrive, of different"
        " people.",
        "Merges everybody whose id is junk.",
        [
            [*past("u1", "d1"), *past("u2", "d2")],
            [
                event("a", "2026-05-05 10:00", "d1", AsIs("null")),
                event("b", "2026-05-05 11:00", "d2", AsIs("null")),
                event("c", "2026-05-05 12:00", AsIs("undefined"), "u1"),
                event("d", "2026-05-05 13:00", AsIs("undefined"), "u2"),
                account("u1", REGISTERED, email_hash=AsIs("0")),
                account("u2", REGISTERED, email_hash=AsIs("0")),
            ],
        ],
    ),
    Scenario(
        "junk_id_corrected",
        "An event with the account undefined is corrected in place to a real one.",
        "Leaves the event with nobody.",
        [
            [
                *past("u1", "d1"),
                event("a", "2026-05-05 10:00", "d5", AsIs("undefined")),
            ],
            [corrected("events", {"event_id": "a"}, user_id="u1")],
        ],
    ),
    Scenario(
        "order_of_the_younger_account_of_a_person",
        "After two accounts became one person, an order and a refund of the younger"
        " one arrive.",
        "Looks the account up among keys, and finds nobody.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                link("user_id", "u1", "user_id", "u2", "2026-03-01 10:00"),
            ],
            [
                order("o", "2026-03-15 10:00", "u2", 200),
                refund("r", "past-u2-1", "2026-06-01 10:00", 10),
                *visit("a", "2026-03-15 09:50", "d2"),
            ],
        ],
    ),
    Scenario(
        "device_of_a_merged_person_changes_hands",
        "Two accounts log in on one device; then they turn out to be one person, and"
        " the device is shared no more.",
        "Keeps the intervals of two owners.",
        [
            [
                *visit("a", "2026-03-05 10:00", "d1", "u1"),
                *visit("b", "2026-03-20 10:00", "d1"),
                *visit("c", "2026-04-05 10:00", "d1", "u2"),
                *visit("d", "2026-04-20 10:00", "d1"),
            ],
            [link("user_id", "u1", "user_id", "u2", "2026-06-17 10:00")],
        ],
    ),
    Scenario(
        "second_account_shares_a_device_of_a_linked_person",
        "A device that belonged to one account gets a second one: it merges nobody"
        " and its anonymous visits are split anew.",
        "Adds an owner and leaves what the first one had.",
        [
            [
                *past("u1", "d1"),
                *visit("a", "2026-05-10 10:00", "d1"),
                *past("u2", "d2"),
                link("anonymous_id", "d1", "user_id", "u1", "2026-03-01 10:00"),
            ],
            visit("b", "2026-05-14 10:00", "d1", "u2"),
        ],
    ),
    Scenario(
        "link_observed_again",
        "A link is observed a second time, later, and once more, earlier.",
        "Takes the last observation for the first.",
        [
            [
                *past("u1", "d1"),
                *past("u2", "d2"),
                link("user_id", "u1", "user_id", "u2", "2026-03-01 10:00"),
            ],
            [link("user_id", "u1", "user_id", "u2", "2026-04-01 10:00")],
            [link("user_id", "u2", "user_id", "u1", "2026-02-01 10:00")],
        ],
    ),
    Scenario(
        "link_to_an_account_without_rows",
        "A link names an account that nobody has seen; later it buys.",
        "Forgets links whose ids are unknown when they arrive.",
        [
            [*past("u1", "d1")],
            [link("user_id", "u1", "user_id", "u8", "2026-03-01 10:00")],
            [order("o", "2026-05-06 10:00", "u8", 90)],
        ],
    ),
]
