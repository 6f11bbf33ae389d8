from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from say.gateways.telephony.registrations import HungUp, Registrations

HERE = "127.0.0.1"


def test_who_registered_may_hang_up() -> None:
    registrations = Registrations()

    assert registrations.receive(b"REGISTER:7", HERE) is None
    assert "7" in registrations
    assert registrations.receive(b"BYE:7", HERE) == HungUp("7", HERE, is_registered=True)
    assert "7" not in registrations


def test_another_host_takes_no_registration_over() -> None:
    registrations = Registrations()
    registrations.receive(b"REGISTER:7", "10.0.0.5")
    registrations.receive(b"REGISTER:7", "10.0.0.6")

    assert registrations.receive(b"BYE:7", "10.0.0.6") == HungUp("7", "10.0.0.6", is_registered=False)
    assert registrations.receive(b"BYE:7", "10.0.0.5") == HungUp("7", "10.0.0.5", is_registered=True)


def test_a_call_that_never_registered_can_be_hung_up() -> None:
    assert Registrations().receive(b"BYE:7", HERE) == HungUp("7", HERE, is_registered=False)


def test_a_line_end_and_leading_zeros_do_not_matter() -> None:
    registrations = Registrations()
    registrations.receive(b"REGISTER:007\r\n", HERE)

    assert "7" in registrations
    assert not registrations.junk


@pytest.mark.parametrize(
    "data",
    [b"", b"REGISTER", b"REGISTER:", b"REGISTER:x", b"register:1", b"BYE", b"BYE:-1", b"BYE: 1", b"HELLO:1", b"BYE:" + b"1" * 21, b"REGISTER:1" + b"\n" * 99],
)  # fmt: skip
def test_junk_is_counted_and_nothing_else(data: bytes) -> None:
    registrations = Registrations()

    assert registrations.receive(data, HERE) is None
    assert (len(registrations), registrations.junk) == (0, 1)


@given(st.lists(st.binary(max_size=40) | st.integers(0, 50).map(lambda number: b"REGISTER:%d" % number)))
def test_whatever_comes_the_number_of_registrations_is_bounded(datagrams: list[bytes]) -> None:
    registrations = Registrations(most=5)
    for data in datagrams:
        registrations.receive(data, HERE)

    assert len(registrations) <= 5


def test_the_oldest_registration_is_forgotten_first() -> None:
    registrations = Registrations(most=2)
    for number in (1, 2, 3):
        registrations.receive(b"REGISTER:%d" % number, HERE)

    assert [number in registrations for number in "123"] == [False, True, True]
