"""What is known of members: accounts, links, invitations, feedback, erasure."""

import numpy as np
import pyarrow as pa

from strata.simulate.columns import days, hashes, ids, labels, numbers, times
from strata.simulate.orders import Orders, Refunds
from strata.simulate.people import (
    CHANNEL_NAMES,
    CITIES,
    INTERNAL,
    REFERRAL_CHANNEL,
    choose,
)
from strata.simulate.settings import (
    DAY,
    HOUR,
    MINUTE,
    NAT,
    NONE,
    SECOND,
    whole_milliseconds,
)
from strata.simulate.world import World

# What accounts say of their owners: age in years, and what is left out.
AGE, AGE_SPREAD, AGE_LIMITS = 36.0, 11.0, (16.0, 85.0)
GENDERS, GENDER_SHARES = ("female", "male", "other"), np.array([0.52, 0.46, 0.02])
NO_BIRTH_DATE_SHARE, NO_GENDER_SHARE = 0.18, 0.12
NO_CHANNEL_SHARE, NO_EMAIL_SHARE, NO_PHONE_SHARE = 0.10, 0.12, 0.40
HASH_OCTETS = 16

# Accounts that arrive a second time, with another city.
MOVED_SHARE, MOVED_AFTER_DAYS = 0.05, 60.0

# Pairs of device and account that the identity service reports.
REPORTED_LINK_SHARE = 0.7
ID_TYPES = ("anonymous_id", "user_id", "email_hash")
LINK_SOURCES = ("login", "crm")

# Invitations nobody took up, per one that was; days from invitation to visit.
IDLE_INVITATIONS, INVITATION_DAYS = 1.5, 3.0

# Feedback: who answers, and what the scores and tickets look like.
NPS_SHARE, REVIEW_SHARE, TICKET_SHARE, CSAT_SHARE = 0.12, 0.08, 0.03, 0.6
REFUND_TICKET_SHARE = 0.4
FEEDBACK_KINDS = ("nps", "csat", "ticket", "review")
NPS, CSAT, TICKET, REVIEW = range(4)
FEEDBACK_CHANNELS = ("app", "email", "chat", "web")
TOPICS = ("delivery", "product", "refund", "account", "price")


def _moved(city: np.ndarray) -> np.ndarray:
    """Return another city [n], of the same country and zone where there is one."""
    homes = [(each.country, each.timezone) for each in CITIES]
    another = [
        next(
            (n for n, home in enumerate(homes) if home == here and n != place),
            (place + 1) % len(CITIES),
        )
        for place, here in enumerate(homes)
    ]
    return np.array(another)[city]


def user_table(
    world: World, email: np.ndarray, has_email: np.ndarray
) -> dict[str, pa.Array]:
    """Return the contract table `users`, by time of delivery.

    `email` [persons, octets] and `has_email` [persons] are the hashes, which the
    two accounts of one person share.
    """
    settings, people, accounts = world.settings, world.people, world.accounts
    rng, size = settings.stream("users"), len(accounts.person)
    person = accounts.person
    age = rng.normal(AGE, AGE_SPREAD, len(people.born)).clip(*AGE_LIMITS)
    birth = (settings.end // DAY - age * 365.25).astype(np.int64)
    birth[rng.random(len(birth)) < NO_BIRTH_DATE_SHARE] = NAT
    gender = choose(rng, GENDER_SHARES, len(birth))
    gender[rng.random(len(birth)) < NO_GENDER_SHARE] = NONE
    channel = people.channel[person].copy()
    channel[rng.random(size) < NO_CHANNEL_SHARE] = NONE
    phone = rng.integers(0, 256, (size, HASH_OCTETS), dtype=np.uint8)
    has_phone = rng.random(size) >= NO_PHONE_SHARE
    loaded = accounts.opened + (rng.uniform(1, 60, size) * SECOND).astype(np.int64)
    wait = (1 + rng.exponential(MOVED_AFTER_DAYS, size)) * DAY
    again = loaded + wait.astype(np.int64)
    moves = np.flatnonzero((rng.random(size) < MOVED_SHARE) & (again < settings.end))
    account = np.append(np.arange(size), moves)
    city = people.city[person]
    city = np.append(city, _moved(city[moves]))
    loaded = np.append(loaded, again[moves])
    order = np.argsort(loaded, kind="stable")
    account, city = account[order], city[order]
    owner = person[account]
    home = {
        name: labels([getattr(each, name) for each in CITIES], city)
        for name in ("city", "region", "country", "language", "timezone")
    }
    return {
        "user_id": ids("u", account),
        "registered_at": times(accounts.opened[account]),
        "signup_channel": labels(CHANNEL_NAMES, channel[account]),
        "birth_date": days(birth[owner]),
        "gender": labels(GENDERS, gender[owner]),
        **home,
        "email_hash": hashes(email[owner], has_email[owner]),
        "phone_hash": hashes(phone[account], has_phone[account]),
        "is_internal": pa.array(people.lifecycle[owner] == INTERNAL),
        "loaded_at": times(loaded[order]),
    }


def make_emails(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Draw e-mail hashes [persons, octets] and who has one [persons].

    Who opens a second account gives the same address again.
    """
    rng, size = world.settings.stream("emails"), len(world.people.born)
    email = rng.integers(0, 256, (size, HASH_OCTETS), dtype=np.uint8)
    has_email = rng.random(size) >= NO_EMAIL_SHARE
    return email, has_email | (world.people.second_account != NONE)


def link_table(
    world: World,
    links: tuple[np.ndarray, ...],
    email: np.ndarray,
    has_email: np.ndarray,
) -> dict[str, pa.Array]:
    """Return the contract table `identity_links`, by time of observation.

    `links` are account, device and time [k] of first sights. The links of an
    account to its e-mail hash are seen when it opens.
    """
    rng, accounts = world.settings.stream("identity_links"), world.accounts
    account, device, at = links
    reported = rng.random(len(account)) < REPORTED_LINK_SHARE
    account, device, at = account[reported], device[reported], at[reported]
    mailed = np.flatnonzero(has_email[accounts.person])
    other = pa.concat_arrays(
        [
            ids("d", device),
            hashes(email[accounts.person[mailed]], np.ones(len(mailed), dtype=bool)),
        ]
    )
    by_mail = np.repeat([0, 1], [len(account), len(mailed)])
    account = np.append(account, mailed)
    at = np.append(at, accounts.opened[mailed])
    order = np.argsort(at, kind="stable")
    delay = (rng.uniform(1, 300, len(at)) * SECOND).astype(np.int64)
    return {
        "id_type_1": labels(ID_TYPES, by_mail[order] * 2),
        "id_1": other.take(pa.array(order)),
        "id_type_2": labels(ID_TYPES, np.ones_like(order)),
        "id_2": ids("u", account[order]),
        "observed_at": times(at[order]),
        "source": labels(LINK_SOURCES, by_mail[order]),
        "loaded_at": times(at[order] + delay),
    }


def referral_table(world: World) -> dict[str, pa.Array]:
    """Return the contract table `referrals`: accepted invitations and idle ones."""
    people, accounts = world.people, world.accounts
    rng = world.settings.stream("referrals")
    invitee = np.flatnonzero(people.channel == REFERRAL_CHANNEL)
    inviter = people.inviter[invitee]
    member_since = accounts.opened[people.account[inviter]]
    lag = rng.exponential(INVITATION_DAYS * DAY, len(invitee))
    invited = np.maximum(people.born[invitee] - lag, member_since + MINUTE)
    account = people.account[invitee]
    joined = account != NONE
    accepted = np.where(joined, accounts.opened[account], NAT)

    idle = rng.poisson(IDLE_INVITATIONS * len(invitee))
    host = inviter[rng.integers(0, len(inviter), idle)] if len(inviter) else inviter
    since = accounts.opened[people.account[host]]
    latest = np.minimum(people.end_of_life[host], world.settings.end)
    extra = since + rng.random(len(host)) * np.maximum(latest - since, MINUTE)
    invited = np.append(invited, np.minimum(extra, world.settings.end - 1))
    order = np.argsort(whole_milliseconds(invited), kind="stable")
    nobody = np.full(len(host), NONE)
    return {
        "referral_id": ids("i", np.arange(len(order))),
        "inviter_user_id": ids("u", people.account[np.append(inviter, host)][order]),
        "invitee_user_id": ids("u", np.append(account, nobody)[order]),
        "invited_at": times(whole_milliseconds(invited)[order]),
        "accepted_at": times(np.append(accepted, np.full(len(host), NAT))[order]),
    }


def feedback_table(
    world: World, orders: Orders, refunds: Refunds
) -> dict[str, pa.Array]:
    """Return the contract table `feedback`, by time; content people score higher."""
    settings, people = world.settings, world.people
    rng = settings.stream("feedback")
    members = np.flatnonzero(people.account != NONE)
    asked = members[rng.random(len(members)) < NPS_SHARE]
    since = world.accounts.opened[people.account[asked]]
    until = np.minimum(people.end_of_life[asked], settings.end)
    nps_at = since + rng.random(len(asked)) * np.maximum(until - since, HOUR)
    reviewed = np.flatnonzero(rng.random(len(orders.at)) < REVIEW_SHARE)
    review_at = orders.at[reviewed] + (2 + rng.exponential(4, len(reviewed))) * DAY
    troubled = np.flatnonzero(rng.random(len(orders.at)) < TICKET_SHARE)
    trouble_at = orders.at[troubled] + rng.exponential(2 * DAY, len(troubled)) + HOUR
    upset = np.flatnonzero(rng.random(len(refunds.at)) < REFUND_TICKET_SHARE)
    ticket = np.append(troubled, refunds.order[upset])
    ticket_at = np.append(trouble_at, refunds.at[upset] - HOUR)
    rated = np.flatnonzero(rng.random(len(ticket)) < CSAT_SHARE)
    csat_at = ticket_at[rated] + (1 + rng.exponential(20, len(rated))) * HOUR

    about = np.concatenate([ticket[rated], ticket, reviewed])
    person = np.append(asked, orders.person[about])
    account = np.append(people.account[asked], orders.account[about])
    sizes = [len(asked), len(rated), len(ticket), len(reviewed)]
    kind = np.repeat([NPS, CSAT, TICKET, REVIEW], sizes)
    at = whole_milliseconds(np.concatenate([nps_at, csat_at, ticket_at, review_at]))
    mood = people.satisfaction[person] + 0.8 * rng.standard_normal(len(person))
    middle, step = np.array([7.2, 3.6, 0.0, 4.0])[kind], np.where(kind == NPS, 1.8, 0.9)
    least, most = np.where(kind == NPS, 0, 1), np.where(kind == NPS, 10, 5)
    score = np.clip(np.round(middle + step * mood), least, most)
    channel = rng.integers(0, len(FEEDBACK_CHANNELS), len(person))
    topic = np.where(kind == NPS, NONE, rng.integers(0, len(TOPICS), len(person)))
    rows = np.flatnonzero(at < settings.end)
    rows = rows[np.argsort(at[rows], kind="stable")]
    return {
        "feedback_id": ids("f", np.arange(len(rows))),
        "user_id": ids("u", account[rows]),
        "kind": labels(FEEDBACK_KINDS, kind[rows]),
        "score": numbers(np.where(kind == TICKET, np.nan, score)[rows]),
        "submitted_at": times(at[rows]),
        "channel": labels(FEEDBACK_CHANNELS, channel[rows]),
        "topic": labels(TOPICS, topic[rows]),
    }


def erasure_table(world: World) -> dict[str, pa.Array]:
    """Return the contract table `erasure_requests`, by time; one per account."""
    accounts = world.accounts
    asked = world.people.erased[accounts.person]
    account = np.flatnonzero(asked != NAT)
    account = account[np.argsort(asked[account], kind="stable")]
    return {
        "user_id": ids("u", account),
        "requested_at": times(asked[account]),
    }
