"""What there is to buy, to read and to click: products, content, traffic sources."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from strata.simulate.columns import days, ids, labels, money, numbers, times
from strata.simulate.people import CHANNELS, People
from strata.simulate.season import Season
from strata.simulate.settings import (
    DAY,
    HOUR,
    MINUTE,
    NAT,
    NONE,
    Settings,
    whole_milliseconds,
)


class Category(NamedTuple):
    """A product category: its share of interest and its middle price in USD."""

    name: str
    share: float
    price: float
    business_line: str


CATEGORIES = (
    Category("shoes", 0.18, 70.0, "retail"),
    Category("clothing", 0.22, 38.0, "retail"),
    Category("beauty", 0.16, 24.0, "retail"),
    Category("home", 0.14, 45.0, "marketplace"),
    Category("electronics", 0.12, 160.0, "marketplace"),
    Category("toys", 0.10, 22.0, "marketplace"),
    Category("membership", 0.08, 12.0, "subscription"),
)
CATEGORY_SHARE = np.array([category.share for category in CATEGORIES])
BRANDS = ("Alder", "Boreal", "Cinder", "Dune", "Ember", "Fjord", "Grove", "Harbor")

# The catalogue: products of a category, their price spread, how fast popularity
# falls with rank, and the share that is on offer before the first day.
PRODUCTS_PER_CATEGORY = 48
PRICE_SPREAD = 0.55
POPULARITY_EXPONENT = 0.8
LAUNCHED_BEFORE_SHARE = 0.55

# How often a person looks into the favourite category, and how many products a
# person weighs against the personal price level before looking at one.
FAVOURITE_SHARE = 0.5

# Editors publish some pieces at the start and then one every few days.
EDITORIAL_AT_START = 10
EDITORIAL_EVERY_DAYS = 3
CONTENT_CATEGORIES = ("guide", "review", "story", "news")

# Few members write, each a handful of pieces; readers see a piece this much after
# its author began the visit in which it is published, and prefer recent ones.
AUTHOR_SHARE = 0.012
PIECES_PER_AUTHOR = 6.0
PUBLICATION_MARGIN = 3 * HOUR
RECENCY_EXPONENT = 2.5


class Source(NamedTuple):
    """Where a visit comes from; an advertisement if a click costs something."""

    channel: str
    weight: float
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_content: str | None = None
    utm_term: str | None = None
    referrer: str | None = None
    ad_type: str | None = None
    click_cost: float = 0.0


# The marks below resolve to their channel by the rules of strata__channels.
SOURCES = (
    Source("direct", 1),
    Source("organic_search", 6, referrer="https://www.google.com/"),
    Source("organic_search", 2, referrer="https://www.baidu.com/"),
    Source("organic_search", 2, referrer="https://www.bing.com/"),
    Source("organic_social", 5, "instagram", "social"),
    Source("organic_social", 3, "wechat", "social"),
    Source("organic_social", 2, "youtube", "social"),
    Source("referring_site", 3, referrer="https://blog.example.org/picks"),
    Source("referring_site", 2, referrer="https://forum.example.net/t/shops"),
    Source("member_referral", 1, "member", "referral", "invite"),
    *(
        Source(
            "paid_social", weight, media, "cpc", f"ads-{media}", text, None, None
        )._replace(ad_type="feed", click_cost=cost)
        for media, weight, cost, text in (
            ("facebook", 4, 0.55, "video_a"),
            ("facebook", 3, 0.50, "carousel_b"),
            ("wechat", 3, 0.45, "article_c"),
            ("tiktok", 4, 0.35, "clip_d"),
        )
    ),
    *(
        Source(
            "paid_search", weight, media, "cpc", f"ads-{media}", "text_a", keyword
        )._replace(ad_type="search", click_cost=cost)
        for media, weight, cost, keyword in (
            ("google", 4, 0.95, "running shoes"),
            ("google", 3, 0.80, "gift ideas"),
            ("google", 2, 0.40, "alder brand"),
            ("baidu", 2, 0.60, "sports gear"),
        )
    ),
    *(
        Source("display", weight, "adnet", "display", "ads-adnet", text)._replace(
            ad_type="banner", click_cost=0.12
        )
        for weight, text in ((5, "banner_a"), (3, "banner_b"))
    ),
    *(
        Source("affiliate", weight, media, "affiliate", f"ads-{media}")._replace(
            ad_type="deal", click_cost=0.65
        )
        for weight, media in ((3, "dealhub"), (2, "cashback"))
    ),
)
DIRECT = 0
CLICK_COST = np.array([source.click_cost for source in SOURCES])

# Advertisement clicks that lead to no visit we see, per visit; views per click of
# an advertisement type; and the daily noise of prices.
LOST_CLICKS_PER_VISIT = 0.35
CLICK_RATE = {"feed": 0.011, "search": 0.045, "banner": 0.002, "deal": 0.03}
COST_NOISE = 0.15


@dataclass(frozen=True)
class Products:
    """Products [p], grouped by category and by launch within it."""

    category: np.ndarray
    brand: np.ndarray
    cents: np.ndarray
    launched: np.ndarray
    popularity: np.ndarray  # running sum within the whole array
    on_offer: np.ndarray  # [days, categories]: launched products of a category


@dataclass
class Content:
    """Published pieces [c] by time; `published` becomes exact with the events."""

    author: np.ndarray
    category: np.ndarray
    planned: np.ndarray
    published: np.ndarray


def make_products(settings: Settings) -> Products:
    """Draw the catalogue."""
    rng = settings.stream("products")
    shape = (len(CATEGORIES), PRODUCTS_PER_CATEGORY)
    ranks = rng.permuted(np.tile(np.arange(shape[1]), (shape[0], 1)), axis=1)
    prices = np.array([[category.price] for category in CATEGORIES])
    dollars = prices * np.exp(PRICE_SPREAD * rng.standard_normal(shape))
    early = np.arange(shape[1]) < LAUNCHED_BEFORE_SHARE * shape[1]
    age = np.where(early, -rng.integers(1, 700, shape), 0)
    later = rng.integers(0, settings.days, shape)
    day = np.sort(np.where(early, age, later), axis=1)
    offered = [
        [np.searchsorted(row, today, "right") for row in day]
        for today in range(settings.days)
    ]
    return Products(
        category=np.repeat(np.arange(shape[0]), shape[1]),
        brand=rng.integers(0, len(BRANDS), shape).ravel(),
        cents=(np.round(dollars).astype(np.int64) * 100 - 1).clip(199).ravel(),
        launched=settings.start + day.ravel() * DAY,
        popularity=np.cumsum((1.0 + ranks.ravel()) ** -POPULARITY_EXPONENT),
        on_offer=np.array(offered),
    )


def choose_products(
    rng: np.random.Generator,
    products: Products,
    day: np.ndarray,
    favourite: np.ndarray,
    price_level: np.ndarray,
) -> np.ndarray:
    """Draw the product looked at [n] for a day, a favourite category and a taste.

    `price_level` is the log of what the person likes to pay against the middle
    price of a category; of two candidates the nearer one is taken.
    """
    size = len(day)
    anyhow = np.searchsorted(np.cumsum(CATEGORY_SHARE)[:-1], rng.random(size), "right")
    category = np.where(rng.random(size) < FAVOURITE_SHARE, favourite, anyhow)
    first = category * PRODUCTS_PER_CATEGORY
    last = first + products.on_offer[day, category] - 1
    floor = np.concatenate([[0.0], products.popularity])[first]
    width = products.popularity[last] - floor
    middle = np.array([category.price for category in CATEGORIES]) * 100
    taste = np.log(products.cents / middle[products.category])
    candidates = [
        np.searchsorted(products.popularity, floor + rng.random(size) * width)
        for _ in range(2)
    ]
    one, other = (np.clip(candidate, first, last) for candidate in candidates)
    nearer = np.abs(taste[one] - price_level) <= np.abs(taste[other] - price_level)
    return np.where(nearer, one, other)


def make_content(settings: Settings, people: People) -> Content:
    """Draw the editors' pieces and those of the few members who write."""
    rng = settings.stream("content")
    editorial = settings.start + np.concatenate(
        [
            np.arange(EDITORIAL_AT_START) * MINUTE,
            np.arange(1, settings.days, EDITORIAL_EVERY_DAYS) * DAY + 9 * HOUR,
        ]
    )
    earliest = people.registered + HOUR
    latest = np.minimum(people.end_of_life, settings.end) - HOUR
    writes = (people.registered != NAT) & (latest > earliest + DAY)
    authors = np.flatnonzero(writes & (rng.random(len(writes)) < AUTHOR_SHARE))
    author = np.repeat(authors, 1 + rng.poisson(PIECES_PER_AUTHOR, len(authors)))
    span = (latest - earliest)[author]
    member = whole_milliseconds(earliest[author] + rng.random(len(author)) * span)
    planned = np.concatenate([editorial, member])
    order = np.argsort(planned, kind="stable")
    authors = np.concatenate([np.full(len(editorial), NONE), author])[order]
    category = rng.integers(0, len(CONTENT_CATEGORIES), len(order))
    return Content(authors, category, planned[order], planned[order].copy())


def choose_content(
    rng: np.random.Generator, content: Content, at: np.ndarray
) -> np.ndarray:
    """Draw the piece read at each time [n], or -1 if none is out yet."""
    out = np.searchsorted(content.planned + PUBLICATION_MARGIN, at)
    back = (out * rng.random(len(at)) ** RECENCY_EXPONENT).astype(np.int64)
    return out - 1 - back


def choose_sources(rng: np.random.Generator, channel: np.ndarray) -> np.ndarray:
    """Draw a source of the given channel [n]."""
    source = np.zeros(len(channel), dtype=np.int64)
    draw = rng.random(len(channel))
    for code, quality in enumerate(CHANNELS):
        places = [n for n, each in enumerate(SOURCES) if each.channel == quality.name]
        weights = np.cumsum([SOURCES[place].weight for place in places])
        here = channel == code
        pick = np.searchsorted(weights / weights[-1], draw[here], "right")
        source[here] = np.array(places)[pick]
    return source


def product_table(products: Products) -> dict[str, pa.Array]:
    """Return the contract table `products`."""
    number = np.arange(len(products.cents))
    names = [
        f"{BRANDS[brand]} {CATEGORIES[category].name} {place % PRODUCTS_PER_CATEGORY}"
        for place, (brand, category) in enumerate(
            zip(products.brand, products.category, strict=True)
        )
    ]
    return {
        "product_id": ids("p", number),
        "product_name": pa.array(names),
        "category": labels([each.name for each in CATEGORIES], products.category),
        "brand": labels(BRANDS, products.brand),
        "list_price": numbers(products.cents / 100),
        "launched_at": times(products.launched),
    }


def content_table(content: Content, account: np.ndarray) -> dict[str, pa.Array]:
    """Return the contract table `content`; `account` [persons] names authors."""
    writer = np.where(content.author < 0, NONE, account[content.author])
    return {
        "content_id": ids("c", np.arange(len(writer))),
        "author_user_id": ids("u", writer),
        "category": labels(CONTENT_CATEGORIES, content.category),
        "published_at": times(content.published),
    }


def ad_spend_table(
    settings: Settings, year: Season, visits: np.ndarray
) -> dict[str, pa.Array]:
    """Return the contract table `ad_spend` for paid visits [sources, days].

    Clicks are the visits that arrived and some that did not, in proportion to the
    usual visits of the advertisement, so that a day without a visit costs too.
    """
    rng = settings.stream("ad_spend")
    paid = np.flatnonzero(CLICK_COST > 0)
    usual = visits[paid].mean(axis=1, keepdims=True) * year.activity
    clicks = visits[paid] + rng.poisson(LOST_CLICKS_PER_VISIT * usual)
    rate = np.array([[CLICK_RATE[SOURCES[place].ad_type or ""]] for place in paid])
    shown = clicks + rng.poisson((clicks + 0.2) / rate)
    noise = np.exp(COST_NOISE * rng.standard_normal(clicks.shape))
    cents = np.round(clicks * CLICK_COST[paid][:, None] * noise * 100)
    day, which = (axis.ravel() for axis in np.indices(clicks.T.shape))
    source = paid[which]
    return {
        "spend_date": days(settings.start // DAY + day),
        "channel": labels([each.channel for each in SOURCES], source),
        "media": labels([each.utm_source for each in SOURCES], source),
        "ad_type": labels([each.ad_type for each in SOURCES], source),
        "ad_content": labels([each.utm_content for each in SOURCES], source),
        "keyword": labels([each.utm_term for each in SOURCES], source),
        "campaign_id": labels([each.utm_campaign for each in SOURCES], source),
        "amount": money(cents.T.ravel().astype(np.int64)),
        "impressions": pa.array(shown.T.ravel()),
        "clicks": pa.array(clicks.T.ravel()),
    }
