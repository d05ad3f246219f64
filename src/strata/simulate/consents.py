"""What members allow, and when they change their mind."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from strata.simulate.columns import ids, labels, times
from strata.simulate.people import Accounts, People
from strata.simulate.settings import (
    DAY,
    FOREVER,
    NAT,
    SECOND,
    Settings,
    whole_milliseconds,
)

# Purposes, and the share of members who grant each when they register.
PURPOSES = ("analytics", "marketing", "profiling")
GRANTED_SHARES = (0.95, 0.74, 0.82)
MARKETING = PURPOSES.index("marketing")

# Grants that are withdrawn later, and after how many days.
WITHDRAWN_SHARE = 0.05
WITHDRAWN_AFTER_DAYS = 60.0


@dataclass(frozen=True)
class Consents:
    """What persons said on each purpose [n, 3]; `withdrawn` is NAT if never.

    `marketing_until` [n] is when the consent to marketing ends, by a withdrawal or
    by an unsubscription, which the campaigns record here.
    """

    granted: np.ndarray
    withdrawn: np.ndarray
    marketing_until: np.ndarray


def make_consents(settings: Settings, people: People) -> Consents:
    """Draw the decisions of all who register."""
    rng = settings.stream("consents")
    shape = (len(people.born), len(PURPOSES))
    member = people.registered != NAT
    granted = (rng.random(shape) < GRANTED_SHARES) & member[:, None]
    lag = (1 + rng.exponential(WITHDRAWN_AFTER_DAYS, shape)) * DAY
    changed = granted & (rng.random(shape) < WITHDRAWN_SHARE)
    moment = whole_milliseconds(np.where(member, people.registered, 0)[:, None] + lag)
    changed &= moment < np.minimum(people.end_of_life, settings.end)[:, None]
    withdrawn = np.where(changed, moment, NAT)
    until = np.where(withdrawn == NAT, FOREVER, withdrawn)[:, MARKETING]
    marketing_until = np.where(granted[:, MARKETING], until, NAT)
    return Consents(granted, withdrawn, marketing_until)


def consent_table(
    settings: Settings, people: People, accounts: Accounts, consents: Consents
) -> dict[str, pa.Array]:
    """Return the contract table `consents`: every first answer, then withdrawals.

    The owner of a second account answers there as on the first.
    """
    until = consents.marketing_until
    withdrawn = consents.withdrawn.copy()
    withdrawn[:, MARKETING] = np.where(until == FOREVER, NAT, until)
    first = np.repeat(np.arange(len(accounts.person)), len(PURPOSES))
    purpose = np.tile(np.arange(len(PURPOSES)), len(accounts.person))
    person = accounts.person[first]
    later, about = np.nonzero(withdrawn != NAT)
    account = np.concatenate([first, people.account[later]])
    purpose_code = np.concatenate([purpose, about])
    granted = np.concatenate(
        [consents.granted[person, purpose], np.zeros(len(later), dtype=bool)]
    )
    moment = np.concatenate(
        [accounts.opened[first] + SECOND, withdrawn[later, about]]
    ).clip(max=settings.end - 1)
    order = np.argsort(moment, kind="stable")
    return {
        "user_id": ids("u", account[order]),
        "purpose": labels(PURPOSES, purpose_code[order]),
        "is_granted": pa.array(granted[order]),
        "recorded_at": times(moment[order]),
    }
