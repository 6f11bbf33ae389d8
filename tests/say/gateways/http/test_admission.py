from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from say.gateways.http import admission
from say.gateways.http.admission import Admission, Place
from say.gateways.http.failures import Refused
from say.gateways.http.metrics import Metrics
from say.gateways.http.reader import Reader
from tests.fakes.http import run


class Reads(Reader):
    """A reader who has taken nothing for as long as it is told, and is late after five seconds."""

    idle = 0.0

    @property
    def idle_for(self) -> float:
        return self.idle

    @property
    def is_late(self) -> bool:
        return self.idle > 5


class Works:
    """Syntheses that last until they are told to end; `begun` has them in the order in which they got their place."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.begun: list[str] = []
        self.places: dict[str, Place] = {}
        self.readers: dict[str, Reads] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self, name: str) -> None:
        """Ask for a place; the first letter of its name is its client's."""
        self._ends[name] = asyncio.Event()
        self.readers[name] = Reads()
        self.tasks[name] = asyncio.create_task(self._work(name))
        await settled()

    async def _work(self, name: str) -> None:
        async with self.admission.place(name[0], self.readers[name]) as self.places[name]:
            self.begun.append(name)
            await self._ends[name].wait()

    async def resume(self, name: str) -> asyncio.Task[None]:
        """Let a place that paused ask to work again."""
        task = self.tasks[f"{name} again"] = asyncio.create_task(self.places[name].resume())
        await settled()
        return task

    async def unread(self, *names: str) -> None:
        """Let them begin, and wait for readers of whom each has taken nothing a second longer than the next."""
        for number, name in enumerate(names):
            await self.start(name)
            self.readers[name].idle = 60.0 - number
            self.places[name].pause()

    @property
    def given_up(self) -> list[str]:
        return [name for name, reader in self.readers.items() if reader.given_up.is_set()]

    async def until_begun(self, name: str) -> None:
        """Wait for it, up to the end of `run`."""
        while name not in self.begun:
            await asyncio.sleep(0.001)

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await settled()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def with_works(concurrent: int, waiting: int, scenario: Callable[[Works], Awaitable[None]]) -> None:
    async def whole() -> None:
        works = Works(Admission(concurrent, waiting, Metrics()))
        await scenario(works)
        for task in works.tasks.values():
            task.cancel()
        await asyncio.gather(*works.tasks.values(), return_exceptions=True)
        assert (works.admission.in_work, works.admission.waiting) == (0, 0)

    run(whole())


def test_no_more_than_the_number_are_in_work() -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "a2", "a3"):
            await works.start(name)
        assert works.begun == ["a1", "a2"]
        await works.end("a1")
        assert works.begun == ["a1", "a2", "a3"]

    with_works(2, 5, scenario)


def test_clients_take_turns() -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "a2", "a3", "a4", "b1", "c1", "c2"):
            await works.start(name)
        for name in ("a1", "a2", "b1", "c1", "a3", "c2"):
            await works.end(name)
        assert works.begun == ["a1", "a2", "b1", "c1", "a3", "c2", "a4"]

    with_works(1, 10, scenario)


def test_who_is_one_too_many_is_refused_with_a_time_to_come_back() -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "a2"):
            await works.start(name)
        with pytest.raises(Refused) as caught:
            async with works.admission.place("b"):
                pass
        assert caught.value.status == 429
        assert int(caught.value.headers["Retry-After"]) >= 1
        await works.end("a1")
        assert works.begun == ["a1", "a2"]

    with_works(1, 1, scenario)


def test_who_leaves_while_waiting_keeps_no_place() -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "a2", "b1"):
            await works.start(name)
        works.tasks["a2"].cancel()
        await settled()
        await works.end("a1")
        assert works.begun == ["a1", "b1"]

    with_works(1, 5, scenario)


def test_who_leaves_as_the_place_comes_gives_it_to_the_next() -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "a2", "b1"):
            await works.start(name)
        works._ends["a1"].set()
        await asyncio.sleep(0)  # a2's place comes
        works.tasks["a2"].cancel()  # before it could take it
        await settled()
        assert works.begun == ["a1", "b1"]
        assert works.admission.in_work == 1

    with_works(1, 5, scenario)


def test_work_that_fails_gives_its_place_back() -> None:
    async def scenario(works: Works) -> None:
        with pytest.raises(ValueError):
            async with works.admission.place("a"):
                raise ValueError
        await works.start("a1")
        assert works.begun == ["a1"]

    with_works(1, 0, scenario)


# Pauses


def test_who_pauses_lets_others_work_and_goes_on_ahead_of_what_its_client_has_not_begun() -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "a2", "a3"):
            await works.start(name)
        assert works.places["a1"].pause()
        await settled()
        assert works.begun == ["a1", "a2"]
        again = await works.resume("a1")
        assert not again.done()
        await works.end("a2")
        assert again.done()
        assert works.begun == ["a1", "a2"]
        await works.end("a1")
        assert works.begun == ["a1", "a2", "a3"]

    with_works(1, 5, scenario)


def test_who_goes_on_takes_turns_with_other_clients() -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "a2"):
            await works.start(name)
            assert works.places[name].pause()
        await works.start("b1")
        first, second = await works.resume("a1"), await works.resume("a2")
        await works.start("c1")
        await works.end("b1")
        assert first.done() and not second.done()
        await works.end("a1")
        assert works.begun[-1] == "c1" and not second.done()
        await works.end("c1")
        assert second.done()

    with_works(1, 5, scenario)


def test_who_goes_on_is_not_one_of_those_who_wait_and_is_never_refused() -> None:
    async def scenario(works: Works) -> None:
        await works.start("a1")
        assert works.places["a1"].pause()
        await works.start("b1")
        again = await works.resume("a1")
        assert works.admission.waiting == 0
        await works.end("b1")
        assert again.done()

    with_works(1, 0, scenario)


def test_however_many_one_client_pauses_and_asks_for_a_place_is_left_to_others() -> None:
    async def scenario(works: Works) -> None:
        for number in range(20):
            name = f"a{number}"
            await works.start(name)
            if name in works.places:
                works.places[name].pause()
        assert works.admission.in_work == 1
        assert len(works.begun) == 4 * 2 + 1
        await works.start("b1")
        assert works.begun[-1] == "b1"
        await works.end("b1")
        assert works.begun[-1] == "b1"
        await works.end("a0")  # one of those that pause
        assert works.begun[-1] == "a9"

    with_works(2, 50, scenario)


def test_who_gives_up_while_it_wants_to_go_on_keeps_no_place() -> None:
    async def scenario(works: Works) -> None:
        await works.start("a1")
        assert works.places["a1"].pause()
        await works.start("b1")
        again = await works.resume("a1")
        again.cancel()
        await settled()
        await works.end("b1")
        assert works.admission.in_work == 0

    with_works(1, 5, scenario)


def test_who_gives_up_as_it_may_go_on_lets_others_do_so() -> None:
    async def scenario(works: Works) -> None:
        await works.start("a1")
        assert works.places["a1"].pause()
        await works.start("b1")
        again = await works.resume("a1")
        await works.start("c1")
        works._ends["b1"].set()
        await asyncio.sleep(0)  # the place comes
        again.cancel()  # before it could be taken
        await settled()
        assert works.begun == ["a1", "b1", "c1"]
        await works.end("c1")
        await works.end("a1")

    with_works(1, 5, scenario)


def test_a_place_is_due_to_a_client_that_has_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "a2", "a3"):
            await works.start(name)
        assert not works.places["a1"].is_due()  # its own wait
        await works.start("b1")
        assert works.places["a1"].is_due() and works.places["a2"].is_due()
        assert works.places["a1"].pause()
        again = await works.resume("a1")
        assert works.begun == ["a1", "a2", "a3"]  # it was its turn
        assert works.places["a2"].pause()
        await works.resume("a2")
        assert works.begun[-1] == "b1" and not again.done()
        assert not works.places["a3"].is_due() and not works.places["b1"].is_due()  # as many each
        await works.end("b1")
        assert again.done()

    monkeypatch.setattr(admission, "_TURN", 0.0)
    with_works(2, 5, scenario)


def test_a_place_is_not_due_before_it_had_its_turn() -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "b1"):
            await works.start(name)
        assert not works.places["a1"].is_due()

    with_works(1, 5, scenario)


def test_a_place_that_is_left_early_is_left_once() -> None:
    async def scenario(works: Works) -> None:
        for name in ("a1", "b1", "c1"):
            await works.start(name)
        works.places["a1"].leave()
        await settled()
        assert works.begun == ["a1", "b1"]
        await works.end("a1")
        assert works.begun == ["a1", "b1"] and not works.places["a1"].pause()

    with_works(1, 5, scenario)


# Readers in the way


FOUR = ("a1", "a2", "a3", "a4")
NINE = tuple(f"a{number}" for number in range(9))


def test_where_no_more_may_pause_the_one_unread_longest_makes_room_for_who_waits() -> None:
    async def scenario(works: Works) -> None:
        await works.unread(*FOUR)
        assert works.given_up == []  # nobody waits
        await works.start("a5")
        assert works.given_up == ["a1"] and works.begun[-1] == "a5"
        await works.start("a6")
        assert works.given_up == ["a1"]  # the place is at work
        await works.end("a5")
        assert works.begun[-1] == "a6" and works.given_up == ["a1"]

    with_works(1, 5, scenario)


def test_another_client_that_has_a_place_costs_nobody_the_rest() -> None:
    async def scenario(works: Works) -> None:
        await works.unread(*FOUR)
        await works.start("b1")
        assert works.begun[-1] == "b1"
        await works.start("c1")
        assert works.given_up == [] and works.begun[-1] == "b1"

    with_works(1, 5, scenario)


def test_who_takes_something_now_and_then_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(works: Works) -> None:
        await works.unread(*FOUR)
        for name in FOUR:
            works.readers[name].idle = 4.0
        await works.start("a5")
        for _ in range(20):  # looks
            await asyncio.sleep(0.001)
        assert works.given_up == [] and works.begun == [*FOUR]
        works.readers["a3"].idle = 5.1
        await works.until_begun("a5")
        assert works.given_up == ["a3"]

    monkeypatch.setattr(admission, "_LOOK", 0.001)
    with_works(1, 5, scenario)


def test_who_stands_in_nobodys_way_is_kept_however_long_it_reads_nothing() -> None:
    async def scenario(works: Works) -> None:
        await works.unread("b1", *FOUR)
        works.readers["b1"].idle = 1000.0
        await works.start("a5")
        assert works.given_up == ["a1"]

    with_works(1, 5, scenario)


@pytest.mark.parametrize("waits", ["a9", "c1"])
def test_who_may_not_pause_and_holds_a_place_does_so_no_longer_than_others_are_read(waits: str) -> None:
    async def scenario(works: Works) -> None:
        await works.unread(*NINE)
        assert works.admission.in_work == 1  # the ninth keeps its place
        await works.start("b1")
        assert works.given_up == []
        await works.start(waits)
        assert works.given_up == ["a0"]
        assert works.begun[-1] == waits
        assert not works.places["a8"].is_held

    with_works(2, 5, scenario)


def test_who_may_not_pause_does_so_as_soon_as_it_may() -> None:
    async def scenario(works: Works) -> None:
        await works.unread(*NINE)
        assert works.admission.in_work == 1
        await works.end("a0")
        assert works.admission.in_work == 0
        again = await works.resume("a8")
        assert again.done() and works.admission.in_work == 1

    with_works(2, 5, scenario)


def test_who_may_not_pause_does_so_as_another_goes_on() -> None:
    async def scenario(works: Works) -> None:
        await works.unread(*NINE)
        again = await works.resume("a0")
        assert again.done() and works.admission.in_work == 1  # a0, and a8 no more
        await works.start("c1")
        assert works.begun[-1] == "c1" and works.given_up == []

    with_works(2, 5, scenario)


def test_who_may_not_pause_and_is_read_goes_on_at_once() -> None:
    async def scenario(works: Works) -> None:
        await works.unread(*NINE)
        await works.start("b1")
        again = await works.resume("a8")
        assert again.done() and works.admission.in_work == 2
        await works.end("a0")
        assert works.admission.in_work == 2  # it works

    with_works(2, 5, scenario)


def test_what_is_too_large_to_pause_keeps_its_place_until_others_wait_for_a_late_reader() -> None:
    async def scenario(works: Works) -> None:
        await works.start("a1")
        works.places["a1"].keep()
        await works.start("b1")
        assert works.begun == ["a1"] and works.given_up == []
        works.readers["a1"].idle = 6.0
        await works.start("c1")
        assert works.given_up == ["a1"] and works.begun == ["a1", "b1"]

    with_works(1, 5, scenario)


def test_who_is_given_up_and_reads_in_that_moment_takes_no_place() -> None:
    async def scenario(works: Works) -> None:
        await works.unread(*FOUR)
        await works.start("a5")
        assert works.given_up == ["a1"]
        again = await works.resume("a1")
        assert again.done()
        await works.end("a1")
        assert works.admission.in_work == 1
        await works.end("a5")
        assert works.admission.in_work == 0

    with_works(1, 5, scenario)


def test_who_waits_to_go_on_is_not_given_up() -> None:
    async def scenario(works: Works) -> None:
        await works.unread(*FOUR)
        await works.start("b1")
        again = await works.resume("a1")
        await works.start("a5")
        await works.end("b1")
        assert again.done() and works.given_up == []

    with_works(1, 5, scenario)
