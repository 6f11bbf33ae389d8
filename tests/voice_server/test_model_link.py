from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import pytest

from common.errors import (
    BadFrame,
    Cancelled,
    ConnectionLost,
    Dropped,
    EngineError,
    NotAuthentic,
    SayError,
    Stopped,
    Unspeakable,
)
from common.messages.hello import Error, Heartbeat, Notice, Progress
from common.messages.speaking import Audio, Steer
from common.messages.synthesis import (
    AskFloor,
    Begin,
    Begun,
    Discard,
    Finished,
    FloorGranted,
    GiveFloor,
    Plan,
    PlannedPiece,
    StopUtterance,
    Synthesize,
    Synthesized,
    Underway,
    YieldFloor,
)
from tests.fakes.loops import run, until
from tests.fakes.model_server import FakeModelServer, FakeSession
from tests.fakes.utterance import SAMPLES
from voice_server import model_link
from voice_server.model_link import ModelLink

BEGIN = Begin("af_heart", "tone", "", "client")
PLAN = Plan("One. Two.", 0, True, False, True)


def piece(index: int) -> PlannedPiece:
    return PlannedPiece("text", "", index, index + 1, "sentence")


async def outcome(awaited: Awaitable[object]) -> object:
    return await awaited


class Linked:
    """A link whose utterance has begun."""

    def __init__(self, link: ModelLink, session: FakeSession, forwarded: list[object]) -> None:
        self.link = link
        self.session = session
        self.forwarded = forwarded


@asynccontextmanager
async def linked(*silent_on: type) -> AsyncIterator[Linked]:
    forwarded: list[object] = []
    async with (
        FakeModelServer(*silent_on) as model,
        ModelLink(model.port, model.secret, "r", forwarded.append) as link,
    ):
        await link.begin(BEGIN)
        yield Linked(link, await model.session(), forwarded)


def test_it_begins_plans_and_brings_sound() -> None:
    async def test() -> None:
        async with linked() as there:
            planned = await there.link.plan(PLAN)
            sound = await (await there.link.synthesize(0, planned.pieces[0], 1.5))

            assert [one.text for one in planned.pieces] == ["One. ", "Two."]
            assert (len(sound.samples), sound.speech_end) == (SAMPLES, SAMPLES)
            (asked,) = there.session.of(Synthesize)
            assert isinstance(asked, Synthesize) and asked.speed == 1.5

    run(test())


def test_sounds_that_come_mixed_up_reach_their_pieces() -> None:
    async def test() -> None:
        async with linked(Synthesize) as there:
            first = await there.link.synthesize(0, piece(0), 1.0)
            second = await there.link.synthesize(1, piece(1), 1.0)
            say = there.session.say
            say(Audio("", 1, 8, "f32le"), b"\0" * 8)
            say(Audio("", 0, 4, "f32le"), b"\0" * 4)
            say(Audio("", 1, 4, "f32le"), b"\0" * 4)
            say(Synthesized(1, 3, 0, 3))
            say(Synthesized(0, 1, 0, 1))

            assert len((await second).samples) == 3
            assert len((await first).samples) == 1

    run(test())


def test_what_was_discarded_is_not_waited_for_and_may_come_all_the_same() -> None:
    async def test() -> None:
        async with linked(Synthesize) as there:
            old = await there.link.synthesize(0, piece(0), 1.0)
            also_old = await there.link.synthesize(1, piece(1), 1.0)
            there.link.discard()
            assert old.cancelled() and also_old.cancelled()
            new = await there.link.synthesize(2, piece(2), 1.0)
            there.session.send_sound(0)
            there.session.say(Error("unspeakable", "no engine says that", "", "1"))
            there.session.send_sound(2)

            await new
            assert there.session.of(Discard) == [Discard()] and not there.link.failure.done()

    run(test())


def test_an_error_of_one_piece_reaches_that_piece_alone() -> None:
    async def test() -> None:
        async with linked(Synthesize) as there:
            first = await there.link.synthesize(0, piece(0), 1.0)
            second = await there.link.synthesize(1, piece(1), 1.0)
            there.session.say(Error("unspeakable", "no engine says that", "", "0"))
            there.session.send_sound(1)

            await second
            with pytest.raises(Unspeakable):
                await first
            assert not there.link.failure.done()

    run(test())


def test_an_error_of_a_piece_that_nobody_waits_for_makes_no_noise() -> None:
    """`run` fails when an exception is never looked at."""

    async def test() -> None:
        async with linked(Synthesize) as there:
            future = await there.link.synthesize(0, piece(0), 1.0)
            there.session.say(Error("unspeakable", "no engine says that", "", "0"))
            await until(future.done)

    run(test())


def test_the_floor_is_asked_for_and_given_back() -> None:
    async def test() -> None:
        async with linked() as there:
            granted = asyncio.Event()
            there.link.on_granted = granted.set
            for _ in range(2):
                granted.clear()
                there.link.ask_floor()
                await granted.wait()
                there.link.give_floor()
            await until(lambda: len(there.session.received) == 4)
            assert there.session.received == [AskFloor(1), GiveFloor(1), AskFloor(2), GiveFloor(2)]

    run(test())


def test_of_a_turn_that_is_over_nobody_hears() -> None:
    async def test() -> None:
        async with linked(AskFloor) as there:
            told: list[object] = []
            there.link.on_granted = lambda: told.append("granted")
            there.link.on_yield = told.append
            there.link.ask_floor()
            there.link.give_floor()
            there.link.ask_floor()
            for message in (FloorGranted(1), YieldFloor(True, 1), FloorGranted(2), YieldFloor(False, 2)):
                there.session.say(message)
            await until(lambda: len(told) == 2)
            assert told == ["granted", False]

    run(test())


def test_what_the_model_server_asks_for_unasked_reaches_who_listens() -> None:
    async def test() -> None:
        async with linked() as there:
            told: list[object] = []
            there.link.on_granted = lambda: told.append("granted")
            there.link.on_yield = told.append
            there.link.on_steer = told.append
            for message in (FloorGranted(), YieldFloor(), YieldFloor(held=True), Steer("skip", amount=2.0)):
                there.session.say(message)
            await until(lambda: len(told) == 4)
            assert told == ["granted", False, True, Steer("skip", amount=2.0)]

    run(test())


def test_how_far_it_is_and_how_it_went_is_told() -> None:
    async def test() -> None:
        async with linked() as there:
            reports = [Underway("speaking", 5, 10), Finished("spoken", 1.0, 0.2, 0.0, 0)]
            for report in reports:
                there.link.report(report)  # type: ignore[arg-type]  # a list of both
            await until(lambda: len(there.session.received) == 2)
            assert there.session.received == reports

    run(test())


def test_progress_and_notices_go_to_the_client_under_its_request() -> None:
    async def test() -> None:
        async with linked() as there:
            there.session.say(Progress("loading", "kokoro"))
            there.session.say(Heartbeat())
            there.session.say(Notice("espeak_instead", "speaking with espeak"))
            await until(lambda: len(there.forwarded) == 2)
            assert there.forwarded == [
                Progress("loading", "kokoro", "r"),
                Notice("espeak_instead", "speaking with espeak", "r"),
            ]

    run(test())


@pytest.mark.parametrize(
    ("message", "raw", "error"),
    [
        (StopUtterance(), b"", Stopped),
        (StopUtterance("dropped", "something else speaks"), b"", Dropped),
        (StopUtterance("cancelled", "another client took it back"), b"", Cancelled),
        (Error("engine", "out of order"), b"", EngineError),
        (Synthesized(0, 5, 0, 5), b"", BadFrame),  # without its sound
        (Begin("af_heart", "tone", "", "client"), b"", BadFrame),
        (None, b"", ConnectionLost),  # it closes
    ],
)
@pytest.mark.parametrize("waiting_for", ["failure", "plan", "sound"])
def test_whoever_waits_learns_why_nothing_comes(
    message: object, raw: bytes, error: type[SayError], waiting_for: str
) -> None:
    async def test() -> None:
        async with linked(Plan, Synthesize) as there:
            link = there.link
            waits = {
                "failure": asyncio.create_task(outcome(link.failure)),
                "plan": asyncio.create_task(outcome(link.plan(PLAN))),
                "sound": asyncio.create_task(outcome(await link.synthesize(0, piece(0), 1.0))),
            }
            await until(lambda: len(there.session.received) == 2)
            if message is None:
                there.session.connection.close()
            else:
                there.session.say(message, raw)

            with pytest.raises(error):
                await waits.pop(waiting_for)
            await asyncio.gather(*waits.values(), return_exceptions=True)
            with pytest.raises(error):  # and so does whoever asks later
                await link.plan(PLAN)

    run(test())


def test_an_error_of_planning_reaches_the_planner_alone() -> None:
    async def test() -> None:
        async with linked(Plan, Synthesize) as there:
            future = await there.link.synthesize(0, piece(0), 1.0)
            planning = asyncio.create_task(outcome(there.link.plan(PLAN)))
            await until(lambda: len(there.session.received) == 2)
            there.session.say(Error("unspeakable", "there are no phonemes for 'x'", "", "plan"))
            with pytest.raises(Unspeakable):
                await planning
            there.session.send_sound(0)
            assert len((await future).samples) > 0
            assert not there.link.failure.done()

    run(test())


def test_sound_that_is_no_sound_ends_the_utterance() -> None:
    """Once, the reader died of it, and the utterance waited for ever."""

    async def test() -> None:
        async with linked(Synthesize) as there:
            future = await there.link.synthesize(0, piece(0), 1.0)
            there.session.say(Audio("", 0, 3, "f32le"), b"\0" * 3)
            there.session.say(Synthesized(0, 1, 0, 1))
            with pytest.raises(SayError):
                await future

    run(test())


def test_a_model_server_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with linked(Plan) as there:
            monkeypatch.setattr(model_link, "SILENCE_LIMIT", 0.05)
            there.session.say(Heartbeat())  # which lets the limit be looked at
            with pytest.raises(ConnectionLost, match="silent"):
                await there.link.plan(PLAN)

    run(test())


def test_an_engine_that_cannot_be_had_is_told() -> None:
    async def test() -> None:
        async with (
            FakeModelServer(Begin) as model,
            ModelLink(model.port, model.secret, "r", lambda _: None) as link,
        ):
            beginning = asyncio.create_task(link.begin(BEGIN))
            (await model.session()).say(Error("engine", "there is none"))
            with pytest.raises(EngineError):
                await beginning

    run(test())


def test_leaving_it_ends_the_connection_and_whoever_still_waits() -> None:
    async def test() -> None:
        async with FakeModelServer(Plan) as model:
            async with ModelLink(model.port, model.secret, "r", lambda _: None) as link:
                assert await link.begin(BEGIN) == Begun("tone", 24_000)
                planning = asyncio.create_task(link.plan(PLAN))
                session = await model.session()
                await until(lambda: bool(session.received))
            await session.ended.wait()
            with pytest.raises(ConnectionLost):
                await planning

    run(test())


def test_a_stranger_in_place_of_the_model_server_learns_nothing() -> None:
    async def test() -> None:
        async with FakeModelServer() as model:
            with pytest.raises(NotAuthentic):
                async with ModelLink(model.port, "another secret", "r", lambda _: None):
                    pass
            assert not model.sessions

    run(test())
