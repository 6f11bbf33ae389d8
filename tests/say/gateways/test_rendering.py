"""Sound for asyncio from a thread that renders; a stand-in for the client takes its steps one by one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import cast

import pytest

from common.errors import ConnectionLost, SayError, Stopped, UnknownVoice
from common.messages.speaking import Accepted, Played, ReadingOptions
from say.client import SayClient
from say.control import Control
from say.gateways.rendering import Rendering, Sound, Wanted
from say.utterance import Event, Spoken
from tests.fakes.daemon import eventually

PIECE = bytes(1000)
SPOKEN = Spoken(1.0, 3, "tone", 5)
WAIT = 10.0  # seconds; a deadline, never a pause


class Client:
    """Renders as many pieces as asked, each with a report; notes what it was asked and how far it came."""

    def __init__(self, pieces: int = 3, error: BaseException | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.asked: dict[str, object] = {}
        self.made = 0
        self.stopped = False

    def render(
        self,
        text: str,
        *,
        write: Callable[[bytes], None],
        on_event: Callable[[Event], None],
        control: Control,
        **options: object,
    ) -> Spoken:
        self.asked = {"text": text, **options}
        on_event(Accepted("1", "tone", 24_000))
        for number in range(self.pieces):
            if control.stopping:
                self.stopped = True
                raise Stopped("stopped")
            self.made += 1
            write(PIECE)
            on_event(Played("1", 0, number))
        if self.error is not None:
            raise self.error
        return SPOKEN


class HangingClient(Client):
    """Renders nothing and waits until it is stopped, as while a model is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def render(self, text: str, *, control: Control, **options: object) -> Spoken:
        told = threading.Event()
        control.watch_stop(told.set)
        self.begun.set()
        assert control.stopping or told.wait(WAIT)
        self.stopped = True
        raise Stopped("stopped")


def rendering(client: Client, ahead: int = 10**9, wanted: Wanted | None = None) -> Rendering:
    return Rendering(cast(SayClient, client), wanted or Wanted("Hello."), ahead)


async def collect(client: Client, ahead: int = 10**9) -> list[Event | Sound]:
    async with rendering(client, ahead) as sounding:
        return [item async for item in sounding]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    yield
    eventually(lambda: not [one for one in threading.enumerate() if one.name == "rendering"], "its thread has ended")


@pytest.mark.parametrize("ahead", [0, 1500, 10**9])
def test_everything_comes_in_the_order_in_which_it_was_made(ahead: int) -> None:
    assert asyncio.run(collect(Client(2), ahead)) == [
        Accepted("1", "tone", 24_000), Sound(PIECE), Played("1", 0, 0), Sound(PIECE), Played("1", 0, 1),
    ]  # fmt: skip


def test_how_it_went_is_told_afterwards() -> None:
    async def run() -> Spoken | None:
        async with rendering(Client()) as sounding:
            assert sounding.spoken is None or isinstance(sounding.spoken, Spoken)
            async for _ in sounding:
                pass
            return sounding.spoken

    assert asyncio.run(run()) == SPOKEN


def test_what_is_wanted_is_passed_on_in_full() -> None:
    client = Client()
    wanted = Wanted(
        "Hello.", voice="af_sky", speed=1.5, engine="tone", language="en-gb", volume=0.5, words=True,
        reading=ReadingOptions(split="x"), bulk=True, on_behalf_of="somebody",
    )  # fmt: skip

    async def run() -> None:
        async with rendering(client, wanted=wanted) as sounding:
            async for _ in sounding:
                pass

    asyncio.run(run())

    assert client.asked == {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__}


@pytest.mark.parametrize(("ahead", "most"), [(0, 1), (999, 1), (1000, 2), (2500, 3)])
def test_synthesis_is_no_further_ahead_of_the_peer_than_asked(ahead: int, most: int) -> None:
    """It waits as soon as more than `ahead` bytes lie there: one piece beyond it at most."""
    client = Client(20)

    async def run() -> None:
        taken = 0
        async with rendering(client, ahead) as sounding:
            async for item in sounding:
                taken += isinstance(item, Sound)
                await until(lambda: client.made >= min(taken + most, 20))  # noqa: B023  # called before it changes
                await asyncio.sleep(0.002)  # in which it must not go on
                assert client.made <= taken + most

    asyncio.run(run())

    assert client.made == 20


def test_leaving_stops_synthesis_within_the_piece_that_is_being_made() -> None:
    client = Client(1000)

    async def run() -> None:
        async with rendering(client, 0) as sounding:
            async for item in sounding:
                if isinstance(item, Sound):
                    break

    asyncio.run(run())

    assert client.stopped
    assert client.made <= 3


def test_leaving_without_a_look_stops_it_too() -> None:
    client = Client(1000)

    async def run() -> None:
        async with rendering(client, 0):
            await until(lambda: client.made == 1)

    asyncio.run(run())

    assert client.stopped and client.made <= 2


@pytest.mark.parametrize("error", [ValueError("the peer's own"), asyncio.CancelledError()])
def test_an_error_in_the_block_stops_it_and_comes_out(error: BaseException) -> None:
    client = HangingClient()

    async def run() -> None:
        async with rendering(client):
            await asyncio.to_thread(client.begun.wait, WAIT)
            raise error

    with pytest.raises(type(error)):
        asyncio.run(run())

    assert client.stopped


def test_a_task_that_is_cancelled_while_it_waits_for_sound_stops_it() -> None:
    client = HangingClient()

    async def run() -> None:
        task = asyncio.create_task(collect(client))
        await asyncio.to_thread(client.begun.wait, WAIT)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())

    assert client.stopped


def test_an_error_comes_after_all_that_was_made_before_it_and_again_if_one_asks_again() -> None:
    async def run() -> None:
        async with rendering(Client(2, ConnectionLost("gone")), 0) as sounding:
            seen = 0
            with pytest.raises(ConnectionLost, match="gone"):
                async for item in sounding:
                    seen += isinstance(item, Sound)
            assert seen == 2
            with pytest.raises(ConnectionLost, match="gone"):
                await anext(aiter(sounding))

    asyncio.run(run())


def test_being_stopped_by_another_is_an_error_of_whom_it_happens_to() -> None:
    with pytest.raises(Stopped):
        asyncio.run(collect(Client(1, Stopped("stopped by 'say --stop'"))))


def test_what_makes_no_sense_is_raised_where_somebody_looks() -> None:
    with pytest.raises(UnknownVoice):
        asyncio.run(collect(Client(0, UnknownVoice("there is no voice 'x'"))))


def test_a_fault_in_the_thread_is_not_lost() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(collect(Client(0, ZeroDivisionError())))


def test_after_the_end_there_is_nothing_more() -> None:
    async def run() -> None:
        async with rendering(Client(1)) as sounding:
            assert len([item async for item in sounding]) == 3
            assert [item async for item in sounding] == []

    asyncio.run(run())


def test_many_at_once_do_not_mix(counts: Callable[[int, int], int]) -> None:
    async def run() -> None:
        number = counts(20, 200)
        found = await asyncio.gather(*(collect(Client(50), 3000) for _ in range(number)))
        assert all(sum(isinstance(item, Sound) for item in items) == 50 for items in found)

    asyncio.run(run())


def test_a_loop_that_closes_in_the_middle_leaves_nothing_behind() -> None:
    """As when the program ends while somebody still listens: the thread is told, and has nobody to tell."""
    client = Client(1000)

    async def run() -> None:
        async def listen() -> None:
            async with rendering(client, 0) as sounding:
                async for _ in sounding:
                    await asyncio.sleep(0)

        listening: Awaitable[None] = asyncio.create_task(listen())
        await until(lambda: client.made >= 2)
        del listening  # asyncio.run cancels it

    asyncio.run(run())

    assert client.stopped


def test_a_loop_that_is_gone_altogether_is_no_fault_of_the_thread() -> None:
    """A block that was never left: its thread ends with what it renders."""
    client, loop = Client(3), asyncio.new_event_loop()

    async def enter() -> Rendering:
        return await rendering(client).__aenter__()

    sounding = loop.run_until_complete(enter())
    loop.close()

    sounding._thread.join(WAIT)
    assert client.made == 3


def test_no_thread_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def begin() -> None:
        sounding = rendering(Client())
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", refuse)
            await sounding.__aenter__()

    with pytest.raises(SayError, match="starts no more threads.*ulimit -u"):
        asyncio.run(begin())
