from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from common.async_connection import AsyncConnection
from common.messages.control import (
    CancelNumber,
    Drain,
    Draining,
    Queue,
    QueueReport,
    Recall,
    Recalled,
    Shutdown,
    Status,
    StatusReport,
    Steered,
    SteerNumber,
    Stop,
    StopReport,
    Waited,
    WaitFor,
)
from common.messages.hello import Error
from common.messages.speaking import ReadingOptions, Steer
from common.messages.synthesis import (
    AskFloor,
    Begin,
    Begun,
    Finished,
    FloorGranted,
    GiveFloor,
    Plan,
    StopUtterance,
    Synthesize,
    Synthesized,
    Underway,
    YieldFloor,
)
from model_server import utterances
from tests.fakes.loops import run, until
from tests.model_server.test_server import Stage, ask, receive, stage

BEGIN = Begin("af_heart", "auto", "", "speaker")


async def begun(there: Stage, begin: Begin = BEGIN, text: str = "") -> AsyncConnection:
    """Open an utterance as a voice server does."""
    peer = await there.connect()
    peer.send_soon(begin)
    await receive(peer, Begun)
    if text:
        peer.send_soon(Plan(text, 0, True, False, True))
        await peer.receive()
    return peer


async def in_line(there: Stage, begin: Begin = BEGIN, text: str = "") -> AsyncConnection:
    """Open an utterance that asks for the floor."""
    peer = await begun(there, begin, text)
    count = len(there.floor.line)
    peer.send_soon(AskFloor())
    await until(lambda: len(there.floor.line) > count)
    return peer


async def queue(there: Stage) -> list[tuple[int, str, str]]:
    report = await there.ask(Queue())
    assert isinstance(report, QueueReport)
    return [(one.number, one.state, one.text) for one in report.utterances]


async def settled(peer: AsyncConnection, *messages: object) -> None:
    """Send messages and wait until they were handled."""
    for message in messages:
        peer.send_soon(message)
    await ask(peer, Plan(" ", 0, False, False, False))


# Numbers


def test_each_utterance_learns_its_number_and_keeps_it_in_a_retry(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            numbers = []
            for begin in (BEGIN, BEGIN, replace(BEGIN, number=12), BEGIN):
                peer = await there.connect()
                peer.send_soon(begin)
                answer = await receive(peer, Begun)
                assert isinstance(answer, Begun)
                numbers.append(answer.number)
            assert numbers == [1, 2, 12, 13]

    run(test())


@pytest.mark.parametrize("nonsense", [{"priority": "urgent"}, {"policy": "push"}, {"number": -1}, {"number": 1 << 40}])
def test_an_utterance_that_makes_no_sense_is_refused(tmp_path: Path, nonsense: dict[str, object]) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            error = await there.ask(replace(BEGIN, **nonsense))  # type: ignore[arg-type]  # nonsense
            assert isinstance(error, Error) and error.code == "bad_frame"
            assert await queue(there) == []

    run(test())


# Queue


def test_the_queue_shows_what_sounds_then_who_waits_then_the_others(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            await begun(there, replace(BEGIN, sink="client"), "To a file.")
            await begun(there)
            for priority in ("reading", "", "message"):
                await in_line(there, replace(BEGIN, priority=priority), f"Of {priority or 'no'} rank.")
            assert await queue(there) == [
                (4, "preparing", "Of no rank."),
                (5, "waiting", "Of message rank."),
                (3, "waiting", "Of reading rank."),
                (1, "writing", "To a file."),
                (2, "preparing", ""),
            ]

    run(test())


def test_the_queue_shows_how_far_each_is(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peer = await in_line(there, replace(BEGIN, priority="message"), "Hello there.")
            await settled(peer, Underway("speaking", 5, 4000))
            report = await there.ask(Queue())
            assert isinstance(report, QueueReport) and not report.held
            (one,) = report.utterances
            assert (one.number, one.voice, one.state, one.priority) == (1, "af_heart", "speaking", "message")
            assert (one.played, one.total, one.text) == (5, 4000, "Hello there.") and 0 <= one.age < 10

    run(test())


@pytest.mark.parametrize(
    "message",
    [
        Underway("asleep", 0, 0),
        Underway("speaking", -1, 0),
        Underway("speaking", 0, 0, 9.0),
        Finished("gone", 0, 0, 0, 0),
    ],
)
def test_a_voice_server_that_reports_nonsense_loses_its_connection(tmp_path: Path, message: object) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peer = await begun(there)
            error = await ask(peer, message)
            assert isinstance(error, Error) and error.code == "bad_frame"

    run(test())


# Priorities over the wire


def test_who_is_pushed_aside_is_told_and_goes_on(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            plain = await in_line(there)
            await receive(plain, FloorGranted)
            urgent = await in_line(there, replace(BEGIN, priority="important"))
            assert await receive(plain, YieldFloor) == YieldFloor(held=False)
            await receive(urgent, FloorGranted)
            urgent.send_soon(GiveFloor())
            await receive(plain, FloorGranted)

    run(test())


def test_who_is_dropped_is_told_and_ended_as_dropped(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            await in_line(there)
            dropped = await begun(there, replace(BEGIN, policy="drop"))
            dropped.send_soon(AskFloor())
            stop = await receive(dropped, StopUtterance)
            assert isinstance(stop, StopUtterance) and stop.code == "dropped" and "--policy drop" in stop.message
            dropped.close()
            assert await there.ask(WaitFor(2)) == Waited(2, "dropped")

    run(test())


def test_a_stream_that_rested_interrupts_nobody_when_it_goes_on(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            stream = await in_line(there, replace(BEGIN, policy="interrupt"))
            await receive(stream, FloorGranted)
            await settled(stream, GiveFloor())
            other = await in_line(there)
            await receive(other, FloorGranted)
            await settled(stream, AskFloor())
            assert [state for _, state, _ in await queue(there)] == ["preparing", "waiting"]
            assert there.floor.holder is not None and there.floor.waiting == 1
            other.send_soon(GiveFloor())
            await receive(stream, FloorGranted)

    run(test())


def test_one_that_was_stopped_cuts_off_nobody_any_more(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            urgent = await begun(there, replace(BEGIN, priority="important"))
            await there.ask(Stop())
            text = await in_line(there, replace(BEGIN, priority="text"))
            await settled(urgent, AskFloor())  # on its way when the stop came
            assert [state for _, state, _ in await queue(there)] == ["preparing", "preparing"]
            text.close()

    run(test())


def test_what_sounds_is_made_before_what_waits(tmp_path: Path) -> None:
    """Once, an important message waited until the first pieces of all who waited for the loudspeaker were made."""

    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            engine = there.engines._engine
            engine.go.clear()
            waiting = [await in_line(there) for _ in range(3)]
            for number, peer in enumerate(waiting):
                peer.send_soon(Synthesize(0, f"waiting {number}", "", 0, 1.0))
            await until(lambda: there.server._parts.scheduler.queued == 2)
            urgent = await in_line(there, replace(BEGIN, priority="important"))
            urgent.send_soon(Synthesize(0, "urgent", "", 0, 1.0))
            await until(lambda: there.server._parts.scheduler.queued == 3)
            engine.go.set()
            await receive(urgent, Synthesized)
            assert engine.begun.index("urgent") == 1

    run(test())


# Hold


def test_a_hold_silences_all_until_it_is_lifted(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            first = await in_line(there)
            await receive(first, FloorGranted)
            assert await there.ask(SteerNumber("pause")) == Steered(1)
            assert await receive(first, YieldFloor) == YieldFloor(held=True)
            second = await in_line(there)
            assert [state for _, state, _ in await queue(there)] == ["held", "held"]

            assert await there.ask(SteerNumber("resume")) == Steered(2, held=True)

            await receive(first, FloorGranted)
            assert [state for _, state, _ in await queue(there)] == ["preparing", "waiting"]
            first.close()
            await receive(second, FloorGranted)

    run(test())


def test_what_comes_after_a_pause_of_nothing_waits_for_the_resumption(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            await begun(there, replace(BEGIN, sink="client"))
            assert await there.ask(SteerNumber("pause")) == Steered(0, held=False)
            assert await there.ask(SteerNumber("pause")) == Steered(0, held=True)
            status = await there.ask(Status())
            assert isinstance(status, StatusReport) and status.held
            peer = await in_line(there)
            assert await receive(peer, YieldFloor) == YieldFloor(held=True)
            assert await queue(there) == [(2, "held", ""), (1, "writing", "")]

            assert await there.ask(SteerNumber("resume")) == Steered(1, held=True)
            await receive(peer, FloorGranted)
            assert await there.ask(SteerNumber("resume")) == Steered(0, held=False)

    run(test())


def test_a_hold_outlasts_the_last_that_it_held(tmp_path: Path) -> None:
    """Once, it ended by itself, and what came next broke the silence that was asked for."""

    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            first = await in_line(there)
            await there.ask(SteerNumber("pause"))
            await settled(first, Finished("cancelled", 0.0, -1.0, 0.0, 0))
            first.close()
            await until(lambda: not there.server._utterances.alive)
            report = await there.ask(Queue())
            assert report == QueueReport(True, ())
            assert await there.ask(SteerNumber("resume")) == Steered(0, held=True)
            await receive(await in_line(there), FloorGranted)

    run(test())


def test_a_daemon_that_replaces_one_that_crashed_holds_as_that_did(tmp_path: Path) -> None:
    async def test() -> None:
        (tmp_path / "model_server.json").write_text("left behind")
        async with stage(tmp_path) as (there, _):
            early = await in_line(there)
            await receive(early, FloorGranted)
            back = await in_line(there, replace(BEGIN, number=4, held=True))
            assert await receive(early, YieldFloor) == YieldFloor(held=True)
            assert [state for _, state, _ in await queue(there)] == ["held", "held"]
            await there.ask(SteerNumber("resume"))
            await receive(early, FloorGranted)
            late = await in_line(there, replace(BEGIN, number=5, held=True))
            assert not there.floor.held
            for peer in (early, back, late):
                peer.close()

    run(test())


def test_an_utterance_alone_holds_nobody(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):  # no daemon before this one crashed
            await receive(await in_line(there, replace(BEGIN, number=4, held=True)), FloorGranted)

    run(test())


def test_a_hold_outlives_a_crash_of_what_it_held(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            first = await in_line(there)
            await there.ask(SteerNumber("pause"))
            first.close()
            await until(lambda: not there.floor.line)
            assert there.floor.held
            await in_line(there, replace(BEGIN, number=1))
            assert await queue(there) == [(1, "held", "")]

    run(test())


def test_a_stop_ends_all_and_with_it_the_hold(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            held = [await in_line(there) for _ in range(2)]
            await there.ask(SteerNumber("pause"))
            assert await there.ask(Stop()) == StopReport(2)
            for peer in held:
                await receive(peer, StopUtterance)
            await receive(await in_line(there), FloorGranted)

    run(test())


def test_a_hold_stays_with_those_of_a_daemon_that_drains_and_is_lifted_by_its_successor(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            first = await in_line(there)
            await receive(first, FloorGranted)
            await there.ask(SteerNumber("pause"))
            assert isinstance(await there.ask(Drain()), Draining)
            async with stage(tmp_path) as (successor, _):
                waiting = await in_line(successor)
                assert there.floor.held and successor.floor.held
                assert await successor.ask(SteerNumber("resume")) == Steered(1, held=True)
                await receive(first, FloorGranted)
                await until(lambda: successor.floor.behind_others)  # those who came before go first
                first.close()
                await receive(waiting, FloorGranted)
                waiting.close()

    run(test())


def test_a_hold_by_the_successor_reaches_who_speaks_at_a_daemon_that_drains(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            first = await in_line(there)
            await receive(first, FloorGranted)
            await there.ask(Drain())
            async with stage(tmp_path) as (successor, _):
                await successor.ask(SteerNumber("pause"))
                assert await receive(first, YieldFloor) == YieldFloor(held=True)
                assert await successor.ask(Stop()) == StopReport(0)
                await receive(first, FloorGranted)
            first.close()

    run(test())


@pytest.mark.parametrize("ending", [Stop(), SteerNumber("resume"), Shutdown()])
def test_a_hold_outlives_its_daemon_unless_it_was_ended(ending: object, tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            await there.ask(SteerNumber("pause"))
        async with stage(tmp_path) as (there, _):
            assert there.floor.held
            await there.ask(ending)
        async with stage(tmp_path) as (there, _):
            assert not there.floor.held

    run(test())


def test_who_waits_behind_another_daemon_is_in_line_and_knows_nothing_of_a_hold(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            first = await in_line(there)
            await there.ask(Drain())
            async with stage(tmp_path) as (successor, _):
                waiting = await in_line(successor, text="Behind.")
                assert await queue(successor) == [(1, "waiting", "Behind.")]
                dropped = await begun(successor, replace(BEGIN, policy="drop"))
                dropped.send_soon(AskFloor())
                assert "something else" in str(await receive(dropped, StopUtterance))
                first.close()
                await receive(waiting, FloorGranted)
                waiting.close()

    run(test())


# Steering


def test_steering_without_a_number_reaches_the_one_that_sounds(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            assert await there.ask(SteerNumber("skip")) == Steered(0)
            resting, first = await begun(there), await in_line(there)
            await in_line(there)
            assert await there.ask(SteerNumber("skip", amount=2.0)) == Steered(1)
            assert await receive(first, Steer) == Steer("skip", amount=2.0)

            await there.ask(SteerNumber("pause"))
            assert await there.ask(SteerNumber("back")) == Steered(1)
            assert await receive(first, Steer) == Steer("back")
            resting.close()

    run(test())


@pytest.mark.parametrize("action", ["pause", "resume", "skip", "back", "replay", "speed"])
def test_steering_with_a_number_reaches_that_one(tmp_path: Path, action: str) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            await in_line(there)
            second = await in_line(there)
            assert await there.ask(SteerNumber(action, 2, 1.5)) == Steered(1)
            assert await receive(second, Steer) == Steer(action, amount=1.5)
            assert not there.floor.held

    run(test())


def test_resuming_without_a_hold_wakes_those_that_were_paused_one_by_one(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            paused, waiting = await begun(there), await in_line(there)
            await settled(paused, Underway("paused", 3, 10))
            assert await there.ask(SteerNumber("resume")) == Steered(1)
            assert await receive(paused, Steer) == Steer("resume")
            await settled(paused, Underway("waiting", 3, 10))
            assert await there.ask(SteerNumber("resume")) == Steered(0)
            waiting.close()

    run(test())


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (SteerNumber("pause", 7), "no_utterance"),
        (SteerNumber("skip", 1), "no_utterance"),  # it goes to a file
        (SteerNumber("jump"), "bad_frame"),
        (SteerNumber("speed", amount=3.0), "bad_frame"),
        (SteerNumber("skip", amount=-1.0), "bad_frame"),
        (CancelNumber(7), "no_utterance"),
    ],
)
def test_what_cannot_be_steered_is_an_error(tmp_path: Path, request_: object, code: str) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            await begun(there, replace(BEGIN, sink="client"))
            error = await there.ask(request_)
            assert isinstance(error, Error) and (error.code, error.id) == (code, "request")

    run(test())


@pytest.mark.parametrize("sink", ["speaker", "client"])
def test_one_utterance_is_cancelled_by_its_number(tmp_path: Path, sink: str) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peers = [await begun(there, replace(BEGIN, sink=sink)) for _ in range(2)]
            assert await there.ask(CancelNumber(2)) == Steered(1)
            stop = await receive(peers[1], StopUtterance)
            assert isinstance(stop, StopUtterance) and stop.code == "stopped" and "--cancel" in stop.message
            peers[1].close()
            await until(lambda: len(there.server._utterances.in_work) == 1)
            assert await there.ask(WaitFor(2)) == Waited(2, "stopped")

    run(test())


def test_one_that_is_cancelled_while_its_servers_are_down_ends_when_it_is_back(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            first = await in_line(there)
            first.close()
            await until(lambda: not there.server._utterances.in_work)
            assert await there.ask(SteerNumber("skip", 1)) == Steered(0)
            assert await there.ask(CancelNumber(1)) == Steered(1)
            back = await begun(there, replace(BEGIN, number=1))
            back.close()
            assert await there.ask(WaitFor(1)) == Waited(1, "stopped")

    run(test())


# Waiting and recalling


def test_whoever_waits_for_an_utterance_learns_how_it_went(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peer = await begun(there)
            waiting = asyncio.create_task(there.ask(WaitFor(1)))
            gone = await there.connect()
            gone.send_soon(WaitFor(1))
            await until(lambda: len(there.server._utterances._waiters.get(1, ())) == 2)
            gone.close()
            await until(lambda: len(there.server._utterances._waiters[1]) == 1)
            await settled(peer, Finished("spoken", 2.0, 0.1, 0.0, 0))
            assert await waiting == Waited(1, "spoken")

    run(test())


def test_a_failure_to_begin_is_an_outcome(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            error = await there.ask(replace(BEGIN, language="tlh"))
            assert isinstance(error, Error)
            assert await there.ask(WaitFor(1)) == Waited(1, "failed")

    run(test())


def test_nobody_waits_long_for_one_that_crashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(utterances, "RETURN_LIMIT", 0.01)

    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            (await begun(there)).close()
            assert await there.ask(WaitFor(1)) == Waited(1, "lost")

    run(test())


def test_what_was_heard_last_can_be_had_again(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            assert await there.ask(Recall()) == Recalled(0, "", "", "", "", 1.0, 1.0, True)
            reading = ReadingOptions("drop", "CUT", skip_unspeakable=True)
            begin = replace(BEGIN, language="en-gb", speed=1.5, volume=0.5, reading=reading)
            heard = await in_line(there, begin, "This was heard.")
            await in_line(there, BEGIN, "This waits.")
            await begun(there, replace(BEGIN, sink="client"), "This was written.")
            assert await there.ask(Recall()) == Recalled(
                1, "This was heard.", "af_heart", "fake", "en-gb", 1.5, 0.5, True, reading=reading
            )
            heard.close()

    run(test())


# Figures


def test_what_was_heard_last_has_the_speed_that_it_ended_with(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peer = await in_line(there, BEGIN, "This was heard.")
            await settled(peer, Underway("speaking", 0, 15, 1.3))
            recalled = await there.ask(Recall())
            assert isinstance(recalled, Recalled) and recalled.speed == 1.3

    run(test())


def test_the_status_shows_how_the_last_utterances_went(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peer = await begun(there)
            peer.send_soon(Synthesize(0, "text", "", 0, 1.0))
            await receive(peer, Synthesized)
            await settled(peer, Finished("spoken", 2.0, 0.25, 0.5, 3))
            report = await there.ask(Status())
            assert isinstance(report, StatusReport)
            (one,) = report.recent
            assert (one.number, one.voice, one.engine, one.sink, one.outcome) == (
                1, "af_heart", "fake", "speaker", "spoken",
            )  # fmt: skip
            assert (one.seconds, one.first_audio, one.waited, one.underruns) == (2.0, 0.25, 0.5, 3)
            assert one.real_time_factor > 0

    run(test())
