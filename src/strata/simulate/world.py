"""The whole that visits are drawn from."""

from dataclasses import dataclass

import numpy as np

from strata.simulate.campaigns import Campaign, make_campaigns
from strata.simulate.catalogue import (
    CATEGORY_SHARE,
    Content,
    Products,
    make_content,
    make_products,
)
from strata.simulate.consents import Consents, make_consents
from strata.simulate.people import (
    Accounts,
    Devices,
    People,
    choose,
    make_devices,
    make_people,
    open_accounts,
)
from strata.simulate.season import Season, season
from strata.simulate.settings import Settings


@dataclass(frozen=True)
class World:
    """Everyone and everything that exists before the first visit is drawn.

    `favourite` [persons] is the product category a person likes best.
    """

    settings: Settings
    year: Season
    people: People
    accounts: Accounts
    devices: Devices
    products: Products
    favourite: np.ndarray
    content: Content
    consents: Consents
    campaigns: list[Campaign]


def make_world(settings: Settings) -> World:
    """Draw everything but the visits."""
    year = season(settings)
    people = make_people(settings, year)
    accounts = open_accounts(settings, people)
    consents = make_consents(settings, people)
    return World(
        settings=settings,
        year=year,
        people=people,
        accounts=accounts,
        devices=make_devices(settings, people),
        products=make_products(settings),
        favourite=choose(settings.stream("favourites"), CATEGORY_SHARE, settings.users),
        content=make_content(settings, people),
        consents=consents,
        campaigns=make_campaigns(settings, people, consents.marketing_until),
    )
