"""Who is one person: stories, random worlds and graphs, by each policy."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from random import Random

import networkx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from identities import (
    ACCOUNT,
    DEVICE,
    Draw,
    Story,
    build,
    load,
    owner,
    persons,
)
from oracles.identity import CONNECTED, LAST_LOGIN, NEVER_MERGE
from oracles.marts import CORE
from oracles.spine import Spine
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("identity")

POLICIES = (CONNECTED, NEVER_MERGE, LAST_LOGIN)
MAIL, PHONE, CARD = "email_hash", "phone_hash", "card"
IDENTITY = (
    "core_identity_map",
    "core_identity_edges",
    "core_identity_components",
    "core_identity_changes",
    "core_users",
    "core_user_versions",
)
NO_CAPS = "update strata_rules.strata__identity_types set max_accounts = 1000"
ONE_DAY = (
    "update strata_rules.strata__identity_types set login_gap_days = 1"
    " where id_type = 'anonymous_id'"
)
E_MAIL_OF_TWO = (
    "update strata_rules.strata__identity_types set max_accounts = 2"
    " where id_type in ('email_hash', 'user_id')"
)
Make = Callable[[str], Warehouse]
Places = pytest.TempPathFactory

bounded = settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
seeds = st.integers(0, 2**32).map(lambda seed: range(seed, seed + 60))


def stories() -> Iterator[Story]:
    """The stories that the tests below ask about."""
    yield (
        Story("older")
        .user("a", registered=9, loaded=9, email_hash="e", city="young")
        .user("b", registered=2, loaded=2, email_hash="e", city="old")
        .event("phone", "a", 10)
        .order("a", 12)
    )
    chain = Story("chain")
    for step in range(20):
        chain.link((ACCOUNT, f"u{step:02d}"), (ACCOUNT, f"u{step + 1:02d}"), 20 - step)
    yield chain
    yield (
        Story("diamond")
        .link((MAIL, "e"), (ACCOUNT, "a"))
        .link((MAIL, "e"), (ACCOUNT, "b"))
        .link((PHONE, "p"), (ACCOUNT, "a"))
        .link((PHONE, "p"), (ACCOUNT, "b"))
    )
    fan = Story("fan")
    for device in range(50):
        fan.event(f"d{device:02d}", None, device % 7).link(
            (DEVICE, f"d{device:02d}"), (MAIL, "e")
        )
    yield fan.link((MAIL, "e"), (ACCOUNT, "a"))
    yield (
        Story("same_text")
        .event("x", None, 1)
        .event(None, "x", 1)
        .link((MAIL, "x"), (PHONE, "x"))
    )
    crowd = Story("crowd")
    for place in range(6):
        for seen in range(place):
            crowd.link((MAIL, "e"), (ACCOUNT, f"u{place}"), seen)
    yield crowd.link((MAIL, "e"), (ACCOUNT, "u0"), 0)
    nobody = Story("nobody")
    for place, text in enumerate(("!null", "!NULL", "! None ", "!0")):
        nobody.event(f"d{place}", text, place).event(text, f"u{place}", place)
        nobody.user(f"u{place}", 1, 1, email_hash=text)
    yield nobody
    yield (
        Story("parted")
        .user("a", 1, 1, email_hash="e")
        .user("b", 2, 2, email_hash="e")
        .event("d", "a", 3)
        .override("exclude", (ACCOUNT, "b"), (MAIL, "e"))
    )
    yield (
        Story("parted_device")
        .event("d", "a", 0)
        .event("d", None, 5)
        .event("d", "b", 5)
        .override("exclude", (ACCOUNT, "b"), (DEVICE, "d"))
    )
    yield (
        Story("included")
        .event(None, "a", 1)
        .event(None, "b", 2)
        .override("include", (ACCOUNT, "a"), (ACCOUNT, "b"))
    )
    yield (
        Story("vouched")
        .event(None, "!true", 1)
        .event("d", None, 1)
        .override("include", (ACCOUNT, "!true"), (DEVICE, "d"))
    )
    beyond = Story("beyond_the_cap")
    for place in range(4):
        beyond.user(f"u{place}", place, place, email_hash="e")
    yield beyond.override("include", (MAIL, "e"), (ACCOUNT, "u3"))
    yield (
        Story("ended_override")
        .event(None, "a", 1)
        .event(None, "b", 2)
        .override(
            "include",
            (ACCOUNT, "a"),
            (ACCOUNT, "b"),
            (date(2025, 1, 1), date(2026, 1, 5)),
        )
    )
    yield (
        Story("handed_over")
        .event("d", None, -400)
        .event("d", "a", 0)
        .event("d", "a", 10)
        .event("d", None, 11)
        .event("d", "b", 11.5)
        .event("d", "b", 20)
        .link((DEVICE, "d"), (MAIL, "e"))
    )
    yield (
        Story("late_login").event("d", None, 0).event("d", None, 30).event("d", "a", 90)
    )
    yield (
        Story("two_hats")
        .event("d", "a", 0)
        .event("d", None, 15)
        .event("d", "b", 30)
        .link((ACCOUNT, "a"), (ACCOUNT, "b"), 40)
    )
    yield (
        Story("erased")
        .user("a", 1, 1, email_hash="e")
        .user("b", 2, 2, email_hash="e")
        .event("d", "a", 3)
        .event("shared", "b", 4)
        .event("shared", None, 4.5)
        .event("shared", "c", 5)
        .erase("b", 6)
    )
    yield (
        Story("staff")
        .user("a", 1, 1, phone_hash="p", is_internal=True)
        .user("b", 2, 2, phone_hash="p")
        .event("d", "b", 3)
    )
    yield Story("far_away").event("d", None, 100)


@pytest.fixture(scope="module")
def told(new_warehouse: Make, tmp_path_factory: Places) -> dict[str, Warehouse]:
    """The stories by each policy; a login reaches one day, an address two accounts."""
    found = {}
    for policy in POLICIES:
        warehouse = new_warehouse(f"stories_{policy}")
        load(
            warehouse,
            tmp_path_factory.mktemp("raw_stories"),
            stories(),
            (ONE_DAY, E_MAIL_OF_TWO),
        )
        build(warehouse, policy, *(["+core_users"] if policy == CONNECTED else []))
        found[policy] = warehouse
    return found


@pytest.fixture(scope="module")
def connected(told: dict[str, Warehouse]) -> Warehouse:
    """The stories by the policy that connects."""
    return told[CONNECTED]


def accounts(found: Iterable[frozenset[str]]) -> set[frozenset[str]]:
    """The persons with several accounts, by these."""
    kept = (frozenset(i for i in each if i.startswith(ACCOUNT)) for each in found)
    return {each for each in kept if len(each) > 1}


def sets(*groups: str) -> set[frozenset[str]]:
    """Sets of ids, each written with blanks between."""
    return {frozenset(each.split()) for each in groups}


# What joins


def test_a_merge_keeps_the_key_of_the_older_account(connected: Warehouse) -> None:
    assert persons(connected, "older") == sets(
        "user_id:a user_id:b email_hash:e anonymous_id:phone"
    )
    ((user_id, count, city, registered),) = connected.rows(
        "select user_id, account_count, city, cast(registered_at as date)"
        " from strata_core.core_users where starts_with(user_id, 'older/')"
    )
    assert (user_id, count, city) == ("older/b", 2, "old")
    assert registered == date(2026, 1, 3)


def test_what_a_merge_moved_is_told_with_its_time(connected: Warehouse) -> None:
    moved = connected.rows(
        "select id, cast(changed_at as date), source, event_count, order_count,"
        " net_amount from strata_core.core_identity_changes"
        " where starts_with(id, 'older/') order by id"
    )
    assert moved == [
        ("older/a", date(2026, 1, 10), "profile", 1, 1, 10),
        ("older/e", date(2026, 1, 3), "profile", 0, 0, 0),
        ("older/phone", date(2026, 1, 11), "login", 0, 0, 0),
    ]


def test_a_chain_a_diamond_and_a_fan_are_each_one_person(connected: Warehouse) -> None:
    assert {len(each) for each in persons(connected, "chain")} == {21}
    assert {len(each) for each in persons(connected, "diamond")} == {4}
    assert {len(each) for each in persons(connected, "fan")} == {52}


def test_ids_of_one_text_and_several_types_are_several_ids(
    connected: Warehouse,
) -> None:
    assert persons(connected, "same_text") == sets(
        "anonymous_id:x", "user_id:x", "email_hash:x phone_hash:x"
    )


# What does not


def test_beyond_its_cap_an_id_keeps_the_strongest(connected: Warehouse) -> None:
    assert accounts(persons(connected, "crowd")) == sets("user_id:u4 user_id:u5")
    cut = connected.rows(
        "select id_2, cut_reason from strata_core.core_identity_edges"
        " where id_1 = 'crowd/e' and not is_kept order by id_2"
    )
    assert cut == [(f"crowd/u{place}", "capped") for place in range(4)]


def test_an_id_that_is_nobody_joins_nobody(connected: Warehouse) -> None:
    assert accounts(persons(connected, "nobody")) == set()
    assert owner(connected, "nobody", "d0", 0) == "d0"
    events = connected.rows(
        "select event_id, is_identified from strata_core.core_owned_events"
        " where starts_with(event_id, 'nobody/') order by event_id"
    )
    assert [is_identified for _, is_identified in events] == [False, True] * 4


def test_two_ids_parted_by_hand_are_two_persons_again(connected: Warehouse) -> None:
    assert persons(connected, "parted") == sets(
        "user_id:a email_hash:e anonymous_id:d", "user_id:b"
    )


def test_a_device_parted_from_an_account_is_never_given_to_it(
    connected: Warehouse,
) -> None:
    assert owner(connected, "parted_device", "d", 5) == "a"
    of_b = connected.value(
        "select count(*) from strata_core.core_owned_events where is_identified"
        " and event_id = 'parted_device/0002'"
    )
    assert of_b == 1


def test_what_is_joined_by_hand_is_joined_whatever_it_is(connected: Warehouse) -> None:
    assert accounts(persons(connected, "included")) == sets("user_id:a user_id:b")
    assert accounts(persons(connected, "beyond_the_cap")) == sets(
        "user_id:u1 user_id:u2 user_id:u3"
    )
    assert owner(connected, "vouched", "d", 1) == "true"


def test_an_override_that_has_ended_joins_nobody(connected: Warehouse) -> None:
    assert accounts(persons(connected, "ended_override")) == set()


# Devices


@pytest.mark.parametrize(
    ("at", "whose"),
    [
        (-400, "d"),
        (-1.000001, "d"),
        (-1, "a"),
        (5, "d"),
        (9, "a"),
        (10, "a"),
        (10.25, "a"),
        (10.5, "b"),
        (11, "b"),
        (21, "b"),
        (21.000001, "d"),
    ],
)
def test_a_shared_device_goes_to_the_login_that_follows_in_reach(
    connected: Warehouse, at: float, whose: str
) -> None:
    assert owner(connected, "handed_over", "d", at) == whose


def test_a_device_of_several_accounts_merges_nobody(connected: Warehouse) -> None:
    assert persons(connected, "handed_over") == sets(
        "user_id:a", "user_id:b", "anonymous_id:d email_hash:e"
    )


def test_a_late_login_takes_the_whole_history_of_its_own_device(
    connected: Warehouse,
) -> None:
    assert {owner(connected, "late_login", "d", at) for at in (0, 30, 90)} == {"a"}


def test_a_device_of_two_accounts_of_one_person_is_not_shared(
    connected: Warehouse,
) -> None:
    assert {owner(connected, "two_hats", "d", at) for at in (0, 15, 30, 99)} == {"a"}


# Who leaves


def test_who_is_erased_leaves_with_every_account_and_id(connected: Warehouse) -> None:
    left = connected.rows(
        "select id from strata_core.core_identity_map"
        " where starts_with(id, 'erased/') group by id order by id"
    )
    assert left == [("erased/c",), ("erased/shared",)]
    assert owner(connected, "erased", "shared", 4) is None
    assert owner(connected, "erased", "shared", 4.5) == "c"
    public = connected.value(
        "select count(*) from strata_core.core_identity_changes"
        " where starts_with(id, 'erased/') and id != 'erased/c'"
    )
    assert public == 0


def test_who_is_internal_by_one_account_leaves_with_all(connected: Warehouse) -> None:
    for mart in ("core_identity_map", "core_identity_changes"):
        query = f"select count(*) from strata_core.{mart} where starts_with(id, ?)"
        assert connected.value(query, "staff/") == 0


# Policies


def test_where_accounts_never_merge_no_person_has_two(
    told: dict[str, Warehouse],
) -> None:
    several = told[NEVER_MERGE].rows(
        "select user_key from strata_core.core_identity_components"
        " where id_type = 'user_id' group by user_key having count(*) > 1"
    )
    assert several == []
    assert persons(told[NEVER_MERGE], "parted") == sets(
        "user_id:a email_hash:e anonymous_id:d", "user_id:b"
    )


def test_where_accounts_never_merge_a_device_is_still_shared_out(
    told: dict[str, Warehouse],
) -> None:
    assert owner(told[NEVER_MERGE], "handed_over", "d", 10.25) == "a"
    assert owner(told[NEVER_MERGE], "handed_over", "d", 11) == "b"


@pytest.mark.parametrize("at", [-400, 0, 10.25, 99])
def test_where_the_last_login_decides_it_has_the_device_for_all_time(
    told: dict[str, Warehouse], at: float
) -> None:
    assert owner(told[LAST_LOGIN], "handed_over", "d", at) == "b"
    assert accounts(persons(told[LAST_LOGIN], "older")) == set()


def test_an_unknown_policy_is_refused_in_one_sentence(connected: Warehouse) -> None:
    outcome = connected.dbt("build", variables={"strata__identity_policy": "cookie"})
    assert not outcome.success
    said = " ".join(" ".join(outcome.messages).split())
    assert 'strata__identity_policy is "cookie"' in said
    assert "connected, never_merge_identified, last_login" in said


# The same again


def test_the_order_of_the_rows_changes_nothing(
    connected: Warehouse, new_warehouse: Make, tmp_path_factory: Places
) -> None:
    again = new_warehouse("stories_shuffled")
    folder = tmp_path_factory.mktemp("raw_shuffled")
    load(again, folder, stories(), (ONE_DAY, E_MAIL_OF_TWO), shuffle=Random(5))
    build(again, CONNECTED)
    for mart in ("map", "edges", "components", "changes"):
        query = f"from strata_core.core_identity_{mart} order by all"
        assert connected.rows(query) == again.rows(query)


# Random worlds


@pytest.mark.parametrize("policy", POLICIES)
def test_random_worlds_are_as_the_oracle_says(
    policy: str, new_warehouse: Make, tmp_path_factory: Places
) -> None:
    """Sixty worlds in a build: logins, profiles, links, overrides, caps, who leaves."""

    @settings(bounded, max_examples=2 if policy == CONNECTED else 1)
    @given(seeds)
    def holds(drawn: range) -> None:
        worlds = [Draw(seed, f"w{seed}").told() for seed in drawn]
        warehouse = new_warehouse(f"worlds_{policy}")
        folder = tmp_path_factory.mktemp("raw_worlds")
        load(warehouse, folder, [*worlds, *stories()], (E_MAIL_OF_TWO,))
        build(warehouse, policy, "+core_users")
        spine = Spine(warehouse, policy)
        for mart in CORE:
            if mart.table.rpartition(".")[2] in IDENTITY:
                said = mart.differences(spine)
                assert not said, f"{mart.table}: {said}"

    holds()


def draw_graph(seed: int) -> networkx.Graph:
    """A random graph of ids: sparse, dense, a tree, a ring, a path or a star."""
    draw = Random(seed)
    size = draw.randint(2, 24)
    kinds: dict[str, Callable[[], networkx.Graph]] = {
        "random": lambda: networkx.gnm_random_graph(size, draw.randint(0, size), seed),
        "dense": lambda: networkx.gnp_random_graph(size, 0.4, seed),
        "tree": lambda: networkx.random_labeled_tree(size, seed=seed),
        "ring": lambda: networkx.cycle_graph(size),
        "path": lambda: networkx.path_graph(size),
        "star": lambda: networkx.star_graph(size),
    }
    graph = kinds[draw.choice(sorted(kinds))]()
    types = (ACCOUNT, ACCOUNT, DEVICE, MAIL, PHONE, CARD)
    names = {node: (draw.choice(types), f"n{node}") for node in graph}
    return networkx.relabel_nodes(graph, names)


def test_components_of_random_graphs_are_those_of_networkx(
    new_warehouse: Make, tmp_path_factory: Places
) -> None:
    @settings(bounded, max_examples=2)
    @given(seeds)
    def holds(drawn: range) -> None:
        graphs = {f"g{seed}": draw_graph(seed) for seed in drawn}
        worlds = []
        for name, graph in graphs.items():
            worlds.append(Story(name).event("seen", None, 1))
            for place, (one, other) in enumerate(graph.edges):
                worlds[-1].link(one, other, -place)
        warehouse = new_warehouse("graphs")
        load(warehouse, tmp_path_factory.mktemp("raw_graphs"), worlds, (NO_CAPS,))
        build(warehouse, CONNECTED)
        for name, graph in graphs.items():
            expected = {
                frozenset(f"{kind}:{text}" for kind, text in each)
                for each in networkx.connected_components(graph)
                if len(each) > 1
            }
            found = {e for e in persons(warehouse, name) if len(e) > 1}
            assert found == expected, name

    holds()
