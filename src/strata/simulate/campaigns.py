"""Campaigns: whom they address, who is held out, and what they truly do."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from strata.simulate.columns import TEXT, ids, labels, numbers, times
from strata.simulate.people import People
from strata.simulate.settings import (
    DAY,
    HOUR,
    MINUTE,
    NAT,
    SECOND,
    Settings,
    whole_milliseconds,
)


class Plan(NamedTuple):
    """A kind of campaign; `lift` is the true relative change of the order rate.

    `treated` is the configured share of the treatment arm; None means that there is
    no experiment and everyone addressed gets the message.
    """

    name: str
    scenario: str
    channel: str
    lift: float
    treated: float | None
    cost: float


# Campaigns take turns; one does nothing, so that an analysis can be caught lying.
PLANS = (
    Plan("Welcome offer", "welcome", "email", 0.40, 0.5, 0.002),
    Plan("Come back", "win_back", "sms", 0.80, 0.8, 0.030),
    Plan("Weekly picks", "upsell", "push", 0.00, 0.5, 0.001),
    Plan("Members' days", "loyalty", "email", 0.25, None, 0.002),
    Plan("Cart reminder", "cart_reminder", "push", 0.60, 0.9, 0.001),
)

# Rhythm: a campaign every fortnight, each a week long, from 09:00 UTC.
FIRST_CAMPAIGN_DAY = 14
CAMPAIGN_EVERY_DAYS = 14
CAMPAIGN_DAYS = 7
CAMPAIGN_HOUR = 9
EFFECT = 7 * DAY

# Members addressed by one campaign, and how long one must have been a member.
REACH = 0.6
MEMBER_SINCE = 3 * HOUR

# What becomes of a message: delivered; opened and unsubscribed if opened, by
# channel; and, once opened, the chance that the next visit begins with a click.
DELIVERED_SHARE = 0.96
OPENED_SHARE = {"email": 0.28, "sms": 0.35, "push": 0.14}
OPENED_AFTER_HOURS = 3.0
UNSUBSCRIBED_SHARE = 0.012
CLICKED_SHARE = 0.6
CLICK_WINDOW = 2 * DAY

VARIANTS = ("control", "treatment")


@dataclass
class Campaign:
    """One campaign and those it addresses [m], sorted by person.

    `sent` is NAT in the control arm; `clicked` is filled in with the visits.
    """

    plan: Plan
    started: int
    person: np.ndarray
    treated: np.ndarray
    assigned: np.ndarray
    sent: np.ndarray
    delivered: np.ndarray
    opened: np.ndarray
    unsubscribed: np.ndarray
    clicked: np.ndarray

    def members(self, low: int, high: int) -> slice:
        """Return the place of persons `low` to `high` - 1."""
        return slice(*np.searchsorted(self.person, (low, high)))


def campaign_id(number: int) -> str:
    """Return the id of a campaign."""
    return f"cmp{number + 1:03d}"


def experiment_id(number: int, plan: Plan) -> str | None:
    """Return the id of the experiment that measures a campaign, if any."""
    return None if plan.treated is None else f"exp{number + 1:03d}"


def _before(times: np.ndarray, happens: np.ndarray, end: int) -> np.ndarray:
    """Return times that happen before the end of the data, else NAT."""
    return np.where(happens & (times < end), whole_milliseconds(times), NAT)


def make_campaigns(
    settings: Settings, people: People, marketing_until: np.ndarray
) -> list[Campaign]:
    """Draw all campaigns in order of time.

    `marketing_until` [persons] is when the consent to marketing ends (NAT: never
    given); an unsubscription shortens it, for the campaigns after it.
    """
    first = settings.start + FIRST_CAMPAIGN_DAY * DAY + CAMPAIGN_HOUR * HOUR
    starts = range(first, settings.end - DAY, CAMPAIGN_EVERY_DAYS * DAY)
    campaigns = []
    for number, started in enumerate(starts):
        plan = PLANS[number % len(PLANS)]
        rng = settings.stream("campaigns", number)
        campaign = _run(rng, settings, people, marketing_until, plan, started)
        campaigns.append(campaign)
        left = campaign.unsubscribed != NAT
        marketing_until[campaign.person[left]] = campaign.unsubscribed[left]
    return campaigns


def _run(
    rng: np.random.Generator,
    settings: Settings,
    people: People,
    marketing_until: np.ndarray,
    plan: Plan,
    started: int,
) -> Campaign:
    """Draw whom a campaign addresses and what becomes of its messages."""
    reached = rng.random(len(people.born)) < REACH
    member = (people.registered != NAT) & (people.registered + MEMBER_SINCE < started)
    kept = (people.erased == NAT) | (people.erased > started)
    willing = marketing_until > started
    person = np.flatnonzero(reached & member & kept & willing)
    size, end = len(person), settings.end
    share = 1.0 if plan.treated is None else plan.treated
    treated = rng.random(size) < share
    assigned = whole_milliseconds(started + rng.random(size) * HOUR)
    sent = assigned + 5 * MINUTE + rng.random(size) * 2 * HOUR
    delivered = sent + rng.uniform(1, 60, size) * SECOND
    opened = delivered + MINUTE + rng.exponential(OPENED_AFTER_HOURS * HOUR, size)
    arrives = treated & (rng.random(size) < DELIVERED_SHARE)
    opens = arrives & (rng.random(size) < OPENED_SHARE[plan.channel])
    opens &= opened < people.end_of_life[person]
    leaves = opens & (rng.random(size) < UNSUBSCRIBED_SHARE)
    return Campaign(
        plan=plan,
        started=started,
        person=person,
        treated=treated,
        assigned=assigned,
        sent=_before(sent, treated, end),
        delivered=_before(delivered, arrives, end),
        opened=_before(opened, opens, end),
        unsubscribed=_before(opened + MINUTE, leaves, end),
        clicked=np.full(size, NAT),
    )


def campaign_table(campaigns: list[Campaign]) -> dict[str, pa.Array]:
    """Return the contract table `campaigns`."""
    plans = [campaign.plan for campaign in campaigns]
    started = np.array([campaign.started for campaign in campaigns], dtype=np.int64)
    names = [f"{plan.name} {number + 1}" for number, plan in enumerate(plans)]
    experiments = [experiment_id(*each) for each in enumerate(plans)]
    return {
        "campaign_id": pa.array([campaign_id(n) for n in range(len(plans))], TEXT),
        "campaign_name": pa.array(names, TEXT),
        "scenario_code": pa.array([plan.scenario for plan in plans], TEXT),
        "started_at": times(started),
        "ended_at": times(started + CAMPAIGN_DAYS * DAY),
        "cost_per_message": numbers(np.array([plan.cost for plan in plans])),
        "experiment_id": pa.array(experiments, TEXT),
    }


def _joined(campaigns: list[Campaign], name: str) -> np.ndarray:
    """Return one array of all campaigns, one after the other."""
    parts = [getattr(campaign, name) for campaign in campaigns]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def _campaign_numbers(campaigns: list[Campaign]) -> np.ndarray:
    """Return the number of the campaign of each row of `_joined`."""
    sizes = np.array([len(campaign.person) for campaign in campaigns], dtype=np.int64)
    return np.repeat(np.arange(len(campaigns)), sizes)


def message_table(
    settings: Settings, campaigns: list[Campaign], account: np.ndarray
) -> dict[str, pa.Array]:
    """Return the contract table `messages`, by time of sending."""
    rng = settings.stream("messages")
    sent = _joined(campaigns, "sent")
    rows = np.flatnonzero(sent != NAT)
    rows = rows[np.argsort(sent[rows], kind="stable")]
    number = _campaign_numbers(campaigns)[rows]
    channels = [campaign.plan.channel for campaign in campaigns]
    moments = {
        f"{name}_at": _joined(campaigns, name)[rows]
        for name in ("sent", "delivered", "opened", "clicked", "unsubscribed")
    }
    latest = np.max([*moments.values()], axis=0, initial=NAT)
    loaded = latest + (rng.uniform(1, 600, len(rows)) * SECOND).astype(np.int64)
    return {
        "message_id": ids("m", np.arange(len(rows))),
        "campaign_id": labels([campaign_id(n) for n in range(len(channels))], number),
        "user_id": ids("u", account[_joined(campaigns, "person")[rows]]),
        "channel": labels(channels, number),
        **{name: times(values) for name, values in moments.items()},
        "loaded_at": times(loaded),
    }


def assignment_table(
    settings: Settings, campaigns: list[Campaign], account: np.ndarray
) -> dict[str, pa.Array]:
    """Return the contract table `experiment_assignments`, by campaign."""
    rng = settings.stream("assignments")
    number = _campaign_numbers(campaigns)
    plans = [campaign.plan for campaign in campaigns]
    weights = np.array([np.nan if p.treated is None else p.treated for p in plans])
    rows = np.flatnonzero(~np.isnan(weights[number]))
    number = number[rows]
    treated = _joined(campaigns, "treated")[rows].astype(np.int64)
    assigned = _joined(campaigns, "assigned")[rows]
    weight = np.where(treated == 1, weights[number], 1 - weights[number])
    loaded = assigned + (rng.uniform(1, 60, len(rows)) * SECOND).astype(np.int64)
    return {
        "experiment_id": labels([experiment_id(*e) for e in enumerate(plans)], number),
        "user_id": ids("u", account[_joined(campaigns, "person")[rows]]),
        "variant": labels(VARIANTS, treated),
        "assigned_at": times(assigned),
        "weight": numbers(weight.round(6)),
        "loaded_at": times(loaded),
    }


def effect_table(campaigns: list[Campaign]) -> dict[str, pa.Array]:
    """Return the truth of the campaigns: the lift of the treated arm."""
    plans = [campaign.plan for campaign in campaigns]
    shares = [1.0 if plan.treated is None else plan.treated for plan in plans]
    return {
        "campaign_id": pa.array([campaign_id(n) for n in range(len(plans))], TEXT),
        "experiment_id": pa.array([experiment_id(*e) for e in enumerate(plans)], TEXT),
        "treated_share": numbers(np.array(shares)),
        "true_order_rate_lift": numbers(np.array([plan.lift for plan in plans])),
        "effect_days": numbers(np.full(len(plans), EFFECT / DAY)),
    }
