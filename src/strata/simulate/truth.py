"""The truth beside the data: what only a simulator knows."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from strata.simulate.columns import TEXT, ids, labels, numbers, times
from strata.simulate.delivery import EVENT_FAULTS, Faults
from strata.simulate.orders import ORDER_FAULTS
from strata.simulate.people import (
    CHANNEL_NAMES,
    CHANNELS,
    INTERNAL,
    LIFECYCLE_NAMES,
)
from strata.simulate.settings import NAT, NONE
from strata.simulate.world import World


def person_table(world: World) -> dict[str, pa.Array]:
    """Return one row per person; no visit begins after `lifetime_end_at`.

    A lifetime may end after the data, which is what is not seen.
    """
    people = world.people
    opened = np.append(world.accounts.opened, NAT)
    return {
        "person_id": ids("person", np.arange(len(people.born))),
        "user_id": ids("u", people.account),
        "second_user_id": ids("u", people.second_account),
        "acquisition_channel": labels(CHANNEL_NAMES, people.channel),
        "born_at": times(people.born),
        "registered_at": times(opened[people.account]),
        "lifetime_end_at": times(people.end_of_life),
        "dormant_from": times(people.pause_from),
        "dormant_to": times(people.pause_to),
        "lifecycle": labels(LIFECYCLE_NAMES, people.lifecycle),
        "visits_per_day": numbers(people.visit_rate),
        "order_probability": numbers(people.order_probability),
        "orders_per_day": numbers(people.visit_rate * people.order_probability),
        "price_level": numbers(np.exp(people.price_level)),
        "is_discount_driven": pa.array(people.discount_driven),
        "is_internal": pa.array(people.lifecycle == INTERNAL),
    }


def account_table(world: World) -> dict[str, pa.Array]:
    """Return one row per account; the second one of a person says so."""
    accounts = world.accounts
    return {
        "user_id": ids("u", np.arange(len(accounts.person))),
        "person_id": ids("person", accounts.person),
        "opened_at": times(accounts.opened),
        "is_second": pa.array(accounts.is_second),
    }


def device_table(world: World) -> dict[str, pa.Array]:
    """Return one row per device and person who uses it, in [from, to)."""
    devices = world.devices
    person, slot = np.nonzero(devices.device != NONE)
    order = np.lexsort((person, devices.device[person, slot]))
    person, slot = person[order], slot[order]
    return {
        "anonymous_id": ids("d", devices.device[person, slot]),
        "person_id": ids("person", person),
        "valid_from": times(devices.since[person, slot]),
        "valid_to": times(devices.until[person, slot]),
    }


def shared_device_table(event: np.ndarray, person: np.ndarray) -> dict[str, pa.Array]:
    """Return one row per anonymous event on a device of several persons.

    Of all other events the account or the device tells whose they are.
    """
    return {"event_id": ids("e", event), "person_id": ids("person", person)}


def channel_table() -> dict[str, pa.Array]:
    """Return one row per channel with its true quality."""
    return {
        "channel": pa.array(CHANNEL_NAMES),
        "share": numbers(np.array([each.share for each in CHANNELS])),
        "retention_multiplier": numbers(np.array([c.retention for c in CHANNELS])),
        "value_multiplier": numbers(np.array([each.value for each in CHANNELS])),
        "sign_up_multiplier": numbers(np.array([each.sign_up for each in CHANNELS])),
    }


def bad_row_table(events: list[Faults], orders: Faults) -> dict[str, pa.Array]:
    """Return one row per broken row: its table, place in the file, id and fault."""
    parts = [
        *(("events", "e", EVENT_FAULTS, faults) for faults in events),
        ("orders", "o", ORDER_FAULTS, orders),
    ]
    return _stacked(
        {
            "table": pa.array([table] * len(faults.row), TEXT),
            "row_number": pa.array(faults.row),
            "id": ids(prefix, faults.number),
            "fault": labels(kinds, faults.kind).dictionary_decode(),
        }
        for table, prefix, kinds, faults in parts
    )


def _stacked(pieces: Iterable[dict[str, pa.Array]]) -> dict[str, pa.Array]:
    """Return pieces of one table as one."""
    whole = pa.concat_tables([pa.table(piece) for piece in pieces])
    return dict(zip(whole.column_names, whole.columns, strict=True))
