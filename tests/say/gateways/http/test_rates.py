from __future__ import annotations

import pytest

from say.gateways.http.rates import Rates, is_own


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def test_a_minutes_worth_may_come_at_once_and_then_as_many_as_the_rate_gives() -> None:
    clock = Clock()
    rates = Rates(30, clock)
    assert [rates.wait_of("10.0.0.1") for _ in range(31)] == [0] * 30 + [2]
    clock.time += 2.0
    assert [rates.wait_of("10.0.0.1") for _ in range(2)] == [0, 2]
    clock.time += 3600.0
    assert sum(rates.wait_of("10.0.0.1") == 0 for _ in range(40)) == 30


def test_each_client_has_its_own() -> None:
    rates = Rates(1, Clock())
    assert [rates.wait_of(client) for client in ("10.0.0.1", "10.0.0.2", "10.0.0.1")] == [0, 0, 60]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_an_ipv6_client_is_its_network(one: str, other: str, same: bool) -> None:
    rates = Rates(1, Clock())
    rates.wait_of(one)
    assert (rates.wait_of(other) > 0) == same


def test_nought_is_no_limit() -> None:
    rates = Rates(0, Clock())
    assert not any(rates.wait_of("10.0.0.1") for _ in range(1000))


def test_strangers_without_number_do_not_fill_the_memory() -> None:
    rates = Rates(1, Clock())
    for number in range(10_100):
        rates.wait_of(f"10.0.{number // 250}.{number % 250}")
    assert len(rates._buckets) == 10_000
    assert rates.wait_of("10.0.40.0") > 0  # one of the last ones


@pytest.mark.parametrize(
    ("client", "headers", "own"),
    [
        ("127.0.0.1", ["host", "user-agent"], True),
        ("127.5.6.7", [], True),
        ("::1", [], True),
        ("::ffff:127.0.0.1", [], True),
        ("127.0.0.1", ["host", "x-forwarded-for"], False),
        ("127.0.0.1", ["forwarded"], False),
        ("::1", ["via"], False),
        ("192.0.2.1", [], False),
        ("", [], False),
    ],
)
def test_this_machine_is_who_asks_it_without_a_proxy(client: str, headers: list[str], own: bool) -> None:
    assert is_own(client, headers) == own
