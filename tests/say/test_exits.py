"""A signal that ends the program does so wherever it comes, also where Python swallows what is raised."""

from __future__ import annotations

import signal
import time
import weakref

import pytest

from say.exits import Interrupted, interruptible


class Thing:
    """Something that others refer to weakly."""


def wait() -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        time.sleep(0.001)
    raise AssertionError("the signal was lost")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_interrupts(number: signal.Signals) -> None:
    with pytest.raises(Interrupted) as raised, interruptible():
        signal.raise_signal(number)
        wait()
    assert raised.value.number == number
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_signal_while_something_is_taken_apart_is_not_lost() -> None:
    class Dying:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)
            time.sleep(0.01)  # when it is sent again, this goes on

    with pytest.raises(Interrupted), interruptible():
        dying = Dying()
        del dying
        wait()


def test_a_signal_in_an_import_s_callback_is_not_lost() -> None:
    callback = compile(
        "def cb(reference):\n    signal.raise_signal(signal.SIGINT)\n", "<frozen importlib._bootstrap>", "exec"
    )
    names: dict[str, object] = {"signal": signal}
    exec(callback, names)
    thing = Thing()
    reference = weakref.ref(thing, names["cb"])  # type: ignore[arg-type]  # made above
    with pytest.raises(Interrupted), interruptible():
        del thing
        wait()
    assert reference() is None


def test_within_another_one_the_outer_one_takes_the_signal() -> None:
    with pytest.raises(Interrupted), interruptible(), interruptible():
        signal.raise_signal(signal.SIGINT)
        wait()
