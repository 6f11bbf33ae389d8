"""How say-serve opens and closes doors, with doors that do what the test wants."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE, DaemonError
from say.gateways import serving
from say.gateways.doors import Door
from say.gateways.serving import run, serve

SOON = 10.0  # seconds; a deadline, never a pause


class OpenDoor:
    """Opens at once, and once it shall leave takes as long as `work` does; notes what happens."""

    def __init__(self, name: str, work: Callable[[], object] = lambda: None, error: Exception | None = None) -> None:
        self.name = name
        self.happened: list[str] = []
        self.drained = asyncio.Event()
        self._work = work
        self._error = error

    async def serve(self, leaving: asyncio.Event, opened: Callable[[str], None]) -> None:
        try:
            if self._error is not None:
                raise self._error
            opened(f"http://{self.name}/")
            self._work()
            await leaving.wait()
            self.happened.append("leaving")
            await self.drained.wait()
            self.happened.append("drained")
        except asyncio.CancelledError:
            self.happened.append("cancelled")
            raise


class QuickDoor(OpenDoor):
    """Has nothing in work when it shall leave."""

    async def serve(self, leaving: asyncio.Event, opened: Callable[[str], None]) -> None:
        self.drained.set()
        await super().serve(leaving, opened)


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    after = [signal.getsignal(number) for number in numbers]
    assert [handler in (signal.SIG_DFL, signal.default_int_handler) for handler in after] == [
        handler in (signal.SIG_DFL, signal.default_int_handler) for handler in before
    ]


def serve_all(*doors: Door, drain_limit: float = SOON) -> int:
    async def limited() -> int:
        async with asyncio.timeout(2 * SOON):
            return await serve(doors, drain_limit)

    return asyncio.run(limited())


def send(number: signal.Signals) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_all_doors_once_they_have_drained(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    first, second = QuickDoor("first"), QuickDoor("second", send(number))

    assert serve_all(first, second) == EXIT_OK

    assert first.happened == second.happened == ["leaving", "drained"]
    assert capfd.readouterr().err.splitlines() == [
        "say-serve: first at http://first/",
        "say-serve: second at http://second/",
        "say-serve: leaving; once more ends what is in work, too",
    ]


def test_work_is_finished_before_the_program_ends() -> None:
    door = OpenDoor("slow", send(signal.SIGTERM))

    async def serving_() -> int:
        task = asyncio.create_task(serve([door], SOON))
        while door.happened != ["leaving"]:
            await asyncio.sleep(0.001)
        assert not task.done()
        door.drained.set()
        return await task

    assert asyncio.run(serving_()) == EXIT_OK
    assert door.happened == ["leaving", "drained"]


def test_a_second_signal_ends_what_is_in_work_and_the_status_says_so() -> None:
    door, other = OpenDoor("slow", send(signal.SIGTERM)), QuickDoor("quick")

    async def serving_() -> int:
        task = asyncio.create_task(serve([door, other], SOON))
        while door.happened != ["leaving"]:
            await asyncio.sleep(0.001)
        send(signal.SIGINT)()
        return await task

    assert asyncio.run(serving_()) == EXIT_FAILED
    assert door.happened == ["leaving", "cancelled"]
    assert other.happened == ["leaving", "drained"]


@pytest.mark.parametrize("limit", [0.0, 0.02])
def test_who_takes_too_long_is_closed_with_a_word(limit: float, capfd: pytest.CaptureFixture[str]) -> None:
    door = OpenDoor("slow", send(signal.SIGTERM))

    assert serve_all(door, drain_limit=limit) == EXIT_FAILED

    assert door.happened[-1] == "cancelled"
    assert f"slow is not done after {limit:g} s; it is closed with work undone" in capfd.readouterr().err


def test_a_door_that_cannot_be_opened_closes_the_others_and_is_the_error() -> None:
    other = QuickDoor("other")

    with pytest.raises(DaemonError, match="port 80 is taken"):
        serve_all(other, OpenDoor("broken", error=DaemonError("port 80 is taken", "Choose another.")))

    assert other.happened == ["leaving", "drained"]


def test_a_door_that_fails_while_others_drain_is_an_error_all_the_same() -> None:
    class Failing(QuickDoor):
        async def serve(self, leaving: asyncio.Event, opened: Callable[[str], None]) -> None:
            await leaving.wait()
            raise DaemonError("the database is gone")

    with pytest.raises(DaemonError, match="database"):
        serve_all(Failing("failing"), QuickDoor("other", send(signal.SIGTERM)))


def test_a_signal_that_is_ignored_stays_so(capfd: pytest.CaptureFixture[str]) -> None:
    """As under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        door = QuickDoor("door", lambda: [send(signal.SIGHUP)(), send(signal.SIGTERM)()])
        assert serve_all(door) == EXIT_OK
    finally:
        signal.signal(signal.SIGHUP, before)

    assert capfd.readouterr().err.count("leaving") == 1


def test_handlers_are_as_before_once_doors_are_closed() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        assert serve_all(QuickDoor("door", send(signal.SIGTERM))) == EXIT_OK
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)


# The command line


@pytest.mark.parametrize("program", ["say.gateways", "say.gateways.bridge"])
def test_ctrl_c_before_anything_is_in_work_ends_the_program_as_sigterm_does(program: str) -> None:
    """Python would print where it was."""
    seen = f"import signal, {program}.__main__ as it; print(signal.getsignal(signal.SIGINT).name, it.main.__name__)"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "SIG_DFL main\n"


@pytest.mark.parametrize(("count", "told"), [(2, False), (3, True)])
def test_more_voices_than_can_be_ready_at_once_are_told(
    count: int,
    told: bool,
    doors: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SAY_VOICE_SERVERS", "2")
    monkeypatch.setattr(serving, "Warmth", lambda *_: nullcontext())
    doors(QuickDoor("door", send(signal.SIGTERM)))

    assert run(["--warm", *["af_sky", "af_bella", "bm_george"][:count], "af_sky"]) == EXIT_OK

    line = f"say-serve: --warm names {count} voices, and the daemon has servers for 2 at once: "
    assert (line in capfd.readouterr().err) == told


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Have `run` open these doors, whatever is asked for, in a home of their own."""
    monkeypatch.setenv("SAY_HOME", str(tmp_path / "home"))

    def open_these(*opened: Door) -> None:
        def found(*_: object) -> Sequence[Door]:
            return opened

        monkeypatch.setattr(serving, "_doors", found)

    return open_these


def test_no_door_is_an_error_of_usage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAY_HOME", str(tmp_path / "home"))

    assert run([]) == EXIT_USAGE

    assert capfd.readouterr().err == "say-serve: no door is named. Name at least one: 'say-serve --help' lists them.\n"
    assert not (tmp_path / "home").exists(), "no daemon was started for it"


def test_a_door_that_cannot_be_opened_is_one_line(
    doors: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    doors(OpenDoor("broken", error=DaemonError("port 80 is taken", "Choose another.")))

    assert run([]) == EXIT_FAILED

    assert capfd.readouterr().err == "say-serve: port 80 is taken. Choose another.\n"


def test_a_door_is_served_until_a_signal(doors: Callable[..., None], capfd: pytest.CaptureFixture[str]) -> None:
    doors(QuickDoor("door", send(signal.SIGTERM)))

    assert run([]) == EXIT_OK

    assert "say-serve: door at http://door/" in capfd.readouterr().err


def test_the_drain_limit_is_a_setting(
    doors: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAY_DRAIN_LIMIT", "0.01")
    doors(OpenDoor("slow", send(signal.SIGTERM)))

    assert run([]) == EXIT_FAILED

    assert "not done after 0.01 s" in capfd.readouterr().err


def test_a_setting_that_makes_no_sense_is_told_before_anything_opens(
    doors: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAY_DRAIN_LIMIT", "never")
    doors(OpenDoor("door"))

    assert run([]) == EXIT_USAGE

    assert capfd.readouterr().err.startswith("say-serve: SAY_DRAIN_LIMIT: 'never' is no number")


@pytest.mark.parametrize("arguments", [["--no-such-option"], ["more"]])
def test_an_unknown_argument_is_an_error_of_usage(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        run(arguments)

    assert raised.value.code == EXIT_USAGE
    assert "usage: say-serve" in capfd.readouterr().err


def test_a_line_may_quote_a_peer_without_harm_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    serving.tell("call \x1b[2J ended")

    assert capfd.readouterr().err == "say-serve: call \\x1b[2J ended\n"


def test_no_thread_is_left(doors: Callable[..., None]) -> None:
    before = set(threading.enumerate())
    doors(QuickDoor("door", send(signal.SIGTERM)))

    run([])

    assert set(threading.enumerate()) <= before
