from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from common.errors import DaemonError, NoSound, SayError
from common.messages.hello import Notice
from common.messages.speaking import Audio, Played, Playing, Word
from common.messages.synthesis import PlannedPiece, WordTime
from tests.fakes.loops import run, settle
from tests.fakes.utterance import FakeLink, FakeSpeaker
from voice_server import sinks
from voice_server.floor_lock import FloorLock
from voice_server.joins import RATE, Samples
from voice_server.sinks import SAMPLE_BYTES, ClientSink, SpeakerSink


def piece(index: int) -> PlannedPiece:
    return PlannedPiece("text", "", index * 10, index * 10 + 10, "sentence")


def sound(samples: int = 240) -> Samples:
    return np.full(samples, 0.25, np.float32)


class Sent:
    """What a sink sent."""

    def __init__(self) -> None:
        self.messages: list[object] = []
        self.raw = b""

    async def send(self, message: object, raw: bytes = b"") -> None:
        await asyncio.sleep(0)
        self.messages.append(message)
        self.raw += raw

    def send_soon(self, message: object) -> None:
        self.messages.append(message)

    def of(self, kind: type) -> list[object]:
        return [message for message in self.messages if type(message) is kind]


# To the client


def test_sound_goes_out_in_frames_of_a_second_at_most_and_then_counts_as_played() -> None:
    async def test() -> None:
        sent = Sent()
        sink = ClientSink("r", sent.send, send_words=False)
        sink.grant(1 << 20)

        await sink.take(0, piece(0), sound(RATE * 2 + 100), ())

        assert [message.bytes for message in sent.of(Audio)] == [48_000, 48_000, 200]  # type: ignore[attr-defined]
        assert sent.messages[-1] == Played("r", 0, 10)
        assert len(sent.raw) == (RATE * 2 + 100) * SAMPLE_BYTES

    run(test())


@pytest.mark.parametrize("grants", [[96_000], [48_000, 48_000], [1000] * 96, [1] * 5 + [95_995], [3, 95_997]])
def test_no_more_goes_out_than_was_granted_however_little_that_is(grants: list[int]) -> None:
    """Once, a client that granted less than a second got nothing at all."""

    async def test() -> None:
        sent = Sent()
        sink = ClientSink("r", sent.send, send_words=False)
        taking = asyncio.create_task(sink.take(0, piece(0), sound(48_000), ()))
        granted = 0
        for grant in grants:
            await settle(10)
            assert granted - 1 <= len(sent.raw) <= granted
            sink.grant(grant)
            granted += grant

        await taking

        assert len(sent.raw) == 96_000

    run(test())


def test_word_times_count_from_the_beginning_of_the_sound() -> None:
    async def test() -> None:
        sent = Sent()
        sink = ClientSink("r", sent.send, send_words=True)
        sink.grant(1 << 20)

        for index in range(2):
            await sink.take(index, piece(index), sound(RATE), (WordTime(index, index + 1, 0.25, 0.5),))

        assert sent.of(Word) == [Word("r", 0, 1, 0.25, 0.5), Word("r", 1, 2, 1.25, 1.5)]

    run(test())


# To the loudspeaker


class Stage:
    """A SpeakerSink and what surrounds it."""

    def __init__(
        self, folder: Path, speaker: FakeSpeaker | None = None, link: FakeLink | None = None, words: bool = False
    ) -> None:
        self.link = link or FakeLink()
        self.speaker = speaker or FakeSpeaker()
        self.lock = FloorLock(folder / "floor.lock")
        self.sent = Sent()
        self.sink = SpeakerSink("r", self.link, self.speaker, self.lock, self.sent.send_soon, words)  # type: ignore[arg-type]  # fakes

    async def say(self, *indexes: int) -> None:
        for index in indexes:
            await self.sink.expect()
            await self.sink.take(index, piece(index), sound(), (WordTime(index, index + 1, 0.0, 0.005),))

    def assert_free(self) -> None:
        assert not self.lock.held
        assert not self.speaker.is_open
        assert self.link.floor.count("give") == self.link.floor.count("ask")


@pytest.fixture(autouse=True)
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Warnings that the sound server gives rise to; none, unless a test adds one."""
    found: list[str] = []

    async def silent_sink_warning(device_name: str) -> str | None:
        await asyncio.sleep(0)
        return found[0] if found else None

    monkeypatch.setattr(sinks, "silent_sink_warning", silent_sink_warning)
    return found


def test_the_floor_is_asked_for_when_a_piece_is_announced_and_given_back_at_the_end(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)

        await stage.sink.expect()
        await settle()
        assert stage.link.floor == ["ask", "granted"] and stage.lock.held and stage.speaker.is_open
        await stage.sink.take(0, piece(0), sound(), ())
        await stage.sink.finish()

        assert stage.link.floor == ["ask", "granted", "give"]
        stage.assert_free()
        assert stage.sent.messages == [Playing("r", 0), Played("r", 0, 10)]

    run(test())


def test_without_a_piece_the_floor_is_left_alone(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)

        await stage.sink.rest()
        await stage.sink.finish()
        await stage.sink.stop()

        assert stage.link.floor == [] and not stage.speaker.opened

    run(test())


def test_at_rest_the_floor_is_given_back_and_asked_for_again(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        await stage.say(0)

        await stage.sink.rest()
        stage.assert_free()
        await stage.say(1)
        await stage.sink.finish()

        assert stage.link.floor == ["ask", "granted", "give"] * 2
        stage.assert_free()

    run(test())


def test_no_rest_while_a_piece_is_on_its_way(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        await stage.say(0)
        await stage.sink.expect()

        await stage.sink.rest()

        assert stage.lock.held and "give" not in stage.link.floor
        await stage.sink.stop()

    run(test())


@pytest.mark.parametrize("turns", range(30))
def test_a_piece_announced_while_the_floor_goes_back_is_heard_all_the_same(tmp_path: Path, turns: int) -> None:
    """Once, there was a moment in which neither the old turn nor a new one was there."""

    async def test() -> None:
        stage = Stage(tmp_path)
        await stage.say(0)
        resting = asyncio.create_task(stage.sink.rest())
        for _ in range(turns):
            await asyncio.sleep(0)

        await stage.sink.expect()
        await settle(3)
        resting.cancel()
        await stage.sink.take(1, piece(1), sound(), ())
        await stage.sink.finish()

        await asyncio.gather(resting, return_exceptions=True)
        assert stage.sent.of(Played) == [Played("r", 0, 10), Played("r", 1, 20)]
        stage.assert_free()

    run(test())


def test_few_pieces_are_queued_in_the_speaker(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path, FakeSpeaker(by_itself=False))
        saying = asyncio.create_task(stage.say(0, 1, 2, 3))
        await settle()
        assert list(stage.speaker.queued) == [0, 1]

        stage.speaker.hear()
        await settle()
        assert list(stage.speaker.queued) == [1, 2]
        stage.speaker.hear()
        await saying

        await stage.sink.stop()
        stage.assert_free()

    run(test())


@pytest.mark.parametrize("when", ["before the next piece", "while a piece waits"])
def test_a_dead_device_is_told_to_who_brings_the_next_piece(tmp_path: Path, when: str) -> None:
    """Once, a device that had died before was waited for without end, and the floor with it."""

    async def test() -> None:
        stage = Stage(tmp_path, FakeSpeaker(by_itself=False))
        await stage.say(0, 1)
        if when == "before the next piece":
            stage.speaker.break_down(NoSound("the device died"))
        saying = asyncio.create_task(stage.say(2))
        await settle()
        if when == "while a piece waits":
            stage.speaker.break_down(NoSound("the device died"))

        with pytest.raises(NoSound):
            await saying
        await stage.sink.stop()
        stage.assert_free()

    run(test())


@pytest.mark.parametrize("fault", ["no floor", "no lock", "no device"])
@pytest.mark.parametrize("step", ["take", "rest", "finish", "stop"])
def test_whatever_keeps_it_from_sounding_is_raised_and_everything_is_given_back(
    tmp_path: Path, fault: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(_: object) -> None:
        raise DaemonError("the lock cannot be taken")

    async def test() -> None:
        if fault == "no lock":
            monkeypatch.setattr(FloorLock, "acquire", no_lock)
        link = FakeLink(fails_at="ask_floor" if fault == "no floor" else "")
        stage = Stage(tmp_path, FakeSpeaker(no_sound=NoSound("none") if fault == "no device" else None), link)
        await stage.sink.expect()
        await settle()

        if step == "take":
            with pytest.raises(SayError):
                await stage.sink.take(0, piece(0), sound(), ())
        elif step != "stop":
            with pytest.raises(SayError):
                await (stage.sink.rest() if step == "rest" else stage.sink.finish())
        await stage.sink.stop()

        stage.assert_free()

    run(test())


def test_cancelled_at_any_point_it_gives_everything_back(tmp_path: Path) -> None:
    through = False

    async def test(turns: int) -> None:
        nonlocal through
        stage = Stage(tmp_path, words=True)

        async def speak() -> None:
            await stage.say(0, 1)
            await stage.sink.rest()
            await stage.say(2)
            await stage.sink.finish()

        speaking = asyncio.create_task(speak())
        for _ in range(turns):
            await asyncio.sleep(0)
        through = not speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
        await stage.sink.stop()
        stage.assert_free()
        assert stage.speaker.opened == 2 or not through

    turns = 0
    while not through:
        run(test(turns))
        turns += 1
    assert turns > 10


def test_stop_waits_for_a_device_that_another_is_freeing(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        await stage.say(0)
        stage.speaker.stopping.clear()
        resting = asyncio.create_task(stage.sink.rest())
        await settle()
        resting.cancel()

        stopping = asyncio.create_task(stage.sink.stop())
        await settle()
        assert not stopping.done() and stage.lock.held and "give" not in stage.link.floor
        stage.speaker.stopping.set()
        await stopping

        stage.assert_free()
        await asyncio.gather(resting, return_exceptions=True)

    run(test())


def test_stop_while_it_waits_for_its_turn_leaves_the_line(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        stage.link.free.clear()
        await stage.sink.expect()
        await settle()

        await stage.sink.stop()

        assert stage.link.floor == ["ask", "give"] and not stage.speaker.opened

    run(test())


def test_two_utterances_of_one_process_never_use_the_speaker_together(tmp_path: Path) -> None:
    """As when the model server takes the floor back from one whose sound has not ended yet."""

    async def test() -> None:
        speaker = FakeSpeaker(by_itself=False)
        first, second = Stage(tmp_path, speaker), Stage(tmp_path, speaker)
        await first.say(0)
        saying = asyncio.create_task(second.say(0))
        await settle()
        assert speaker.opened == 1

        await first.sink.stop()
        await saying

        assert speaker.opened == 2
        await second.sink.stop()
        second.assert_free()

    run(test())


def test_words_are_told_as_they_sound_and_not_after_a_stop(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path, FakeSpeaker(by_itself=False), words=True)
        await stage.sink.expect()
        words = (WordTime(0, 3, 0.0, 0.1), WordTime(4, 7, 60.0, 60.1))
        await stage.sink.take(0, piece(0), sound(), words)
        await settle()
        assert [word.start for word in stage.sent.of(Word)] == [0]  # type: ignore[attr-defined]

        await stage.sink.stop()

        (late,) = [timer for timer in stage.sink._timers if timer.when() > asyncio.get_running_loop().time()]
        assert late.cancelled()
        assert [word.start for word in stage.sent.of(Word)] == [0]  # type: ignore[attr-defined]

    run(test())


def test_a_long_text_does_not_gather_timers(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path, words=True)
        await stage.say(*range(100))
        assert len(stage.sink._timers) < 50
        await stage.sink.stop()

    run(test())


def test_a_dummy_sink_is_warned_of_once_an_utterance(tmp_path: Path, warnings: list[str]) -> None:
    async def test() -> None:
        warnings.append("nobody hears this")
        stage = Stage(tmp_path)
        for index in range(3):
            await stage.say(index)
            await settle()
            await stage.sink.rest()
        await stage.sink.finish()

        assert stage.sent.of(Notice) == [Notice("silent_sink", "nobody hears this", "r")]

    run(test())


def test_a_piece_that_the_loudspeaker_waited_for_is_an_underrun(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        for _ in range(3):
            await stage.sink.expect()
        for index in range(3):
            await stage.sink.take(index, piece(index), sound(), ())
            await settle(10)  # it is heard to its end before the next one comes
        await stage.sink.finish()
        assert stage.sink.underruns == 2

    run(test())


def test_pieces_that_come_in_time_are_no_underrun(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path, FakeSpeaker(by_itself=False))
        await stage.say(0, 1)
        stage.speaker.hear()
        await stage.say(2)
        stage.speaker.hear()
        finishing = asyncio.create_task(stage.sink.finish())
        await settle(10)
        stage.speaker.hear()
        await finishing
        assert stage.sink.underruns == 0

    run(test())


def test_the_pause_of_a_writer_is_no_underrun(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        await stage.say(0)
        await settle(10)  # heard, and nothing more is announced yet
        await stage.say(1)
        await settle(10)
        await stage.sink.rest()
        await stage.say(2)  # in another turn
        await stage.sink.finish()
        assert stage.sink.underruns == 0

    run(test())
