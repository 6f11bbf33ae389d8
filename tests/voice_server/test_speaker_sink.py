from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from common.errors import DaemonError, NoSound, SayError
from common.messages.hello import Notice
from common.messages.speaking import SPEAKER, Played, Playing, Speak, Word
from common.messages.synthesis import PlannedPiece, WordTime
from tests.fakes.loops import run, settle, until
from tests.fakes.utterance import FakeLink, FakeSpeaker
from voice_server import speaker_sink
from voice_server.changes import Changes
from voice_server.clips import STEP_BACK, Clip
from voice_server.floor_lock import FloorLock
from voice_server.joins import RATE
from voice_server.reel import Reel
from voice_server.speaker_sink import SpeakerSink

SECOND = np.full(RATE, 0.25, np.float32)


class Stage:
    """A SpeakerSink that performs, and what surrounds it."""

    def __init__(
        self,
        folder: Path,
        speaker: FakeSpeaker | None = None,
        link: FakeLink | None = None,
        **fields: object,
    ) -> None:
        self.link = link or FakeLink()
        self.speaker = speaker or FakeSpeaker()
        self.lock = FloorLock(folder / "floor.lock")
        self.sent: list[object] = []
        speak = Speak("r", "af_heart", SPEAKER, **fields)  # type: ignore[arg-type]  # fields of Speak
        self.sink = SpeakerSink(speak, self.link, self.speaker, self.lock, self.sent.append)  # type: ignore[arg-type]  # fakes
        self.reel = Reel(0, 1.0)
        self.changes = Changes()
        self.complete = False
        self.performing = asyncio.create_task(
            self.sink.perform(self.reel, self.changes, more=lambda: False, complete=lambda: self.complete)
        )

    def plan(self, index: int) -> Clip:
        """Put a piece on the row whose sound is not there yet."""
        clip = self.reel.add(PlannedPiece("text", "", index * 10, index * 10 + 10, "sentence", (index * 10,)))
        clip.index = index
        clip.starved = self.sink.starved
        self.changes.tell()
        return clip

    def make(self, clip: Clip) -> None:
        clip.samples = SECOND
        clip.words = (WordTime(clip.start, clip.start + 1, 0.0, 0.005), WordTime(clip.start + 4, clip.end, 60.0, 60.5))
        self.changes.tell()

    def say(self, *indexes: int) -> None:
        for index in indexes:
            self.make(self.plan(index))

    def end(self) -> asyncio.Task[None]:
        self.complete = True
        self.changes.tell()
        return self.performing

    async def stop(self) -> None:
        self.performing.cancel()
        await asyncio.gather(self.performing, return_exceptions=True)
        await self.sink.stop()

    def of(self, kind: type) -> list[object]:
        return [message for message in self.sent if type(message) is kind]

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

    monkeypatch.setattr(speaker_sink, "silent_sink_warning", silent_sink_warning)
    return found


# Floor, lock and device


def test_the_floor_is_asked_for_when_a_piece_is_planned_and_given_back_at_the_end(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path, device="kitchen", preroll="never")

        clip = stage.plan(0)
        await settle()
        assert stage.link.floor == ["ask", "granted"] and stage.lock.held
        assert stage.speaker.opened == [("kitchen", "never")]
        stage.make(clip)
        await stage.end()

        assert stage.link.floor == ["ask", "granted", "give"]
        stage.assert_free()
        assert stage.sent == [Playing("r", 0), Played("r", 0, 10)]

    run(test())


def test_without_a_piece_the_floor_is_left_alone(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        await settle()
        await stage.end()
        await stage.sink.stop()
        assert stage.link.floor == [] and not stage.speaker.opened

    run(test())


def test_with_nothing_left_to_say_the_floor_is_given_back_and_asked_for_again(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        stage.say(0)
        await settle()
        stage.assert_free()
        stage.say(1)
        await stage.end()

        assert stage.link.floor == ["ask", "granted", "give"] * 2
        stage.assert_free()

    run(test())


def test_while_a_piece_is_being_made_the_floor_is_kept(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        stage.say(0)
        stage.plan(1)
        await settle()
        assert stage.of(Played) and stage.lock.held and "give" not in stage.link.floor
        await stage.stop()

    run(test())


@pytest.mark.parametrize("turns", range(30))
def test_a_piece_planned_while_the_floor_goes_back_is_heard_all_the_same(tmp_path: Path, turns: int) -> None:
    """Once, there was a moment in which neither the old turn nor a new one was there."""

    async def test() -> None:
        stage = Stage(tmp_path)
        stage.say(0)
        for _ in range(turns):
            await asyncio.sleep(0)

        stage.say(1)
        await stage.end()

        assert stage.of(Played) == [Played("r", 0, 10), Played("r", 1, 20)]
        stage.assert_free()

    run(test())


def test_few_pieces_are_queued_in_the_speaker(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path, FakeSpeaker(by_itself=False))
        stage.say(0, 1, 2, 3)
        await settle()
        assert list(stage.speaker.queued) == [0, 1] and stage.sink.taken == 2

        stage.speaker.hear()
        await settle()
        assert list(stage.speaker.queued) == [1, 2]
        await stage.stop()
        stage.assert_free()

    run(test())


def test_a_dead_device_ends_it(tmp_path: Path) -> None:
    """Once, a device that had died was waited for without end, and the floor with it."""

    async def test() -> None:
        stage = Stage(tmp_path, FakeSpeaker(by_itself=False))
        stage.say(0, 1)
        await settle()
        stage.speaker.break_down(NoSound("the device died"))

        with pytest.raises(NoSound):
            await stage.performing
        await stage.sink.stop()
        stage.assert_free()

    run(test())


@pytest.mark.parametrize("fault", ["no lock", "no device"])
def test_whatever_keeps_it_from_sounding_is_raised_and_everything_is_given_back(
    tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(_: object) -> None:
        raise DaemonError("the lock cannot be taken")

    async def test() -> None:
        if fault == "no lock":
            monkeypatch.setattr(FloorLock, "acquire", no_lock)
        stage = Stage(tmp_path, FakeSpeaker(no_sound=NoSound("none") if fault == "no device" else None))
        stage.say(0)

        with pytest.raises(SayError):
            await stage.performing
        await stage.sink.stop()

        stage.assert_free()

    run(test())


def test_cancelled_at_any_point_it_gives_everything_back(tmp_path: Path) -> None:
    through = False

    async def test(turns: int) -> None:
        nonlocal through
        stage = Stage(tmp_path, words=True)
        stage.say(0, 1)
        stage.end()
        for _ in range(turns):
            await asyncio.sleep(0)
        through = stage.performing.done()
        await stage.stop()
        stage.assert_free()

    turns = 0
    while not through:
        run(test(turns))
        turns += 1
    assert turns > 10


def test_stop_waits_for_a_device_that_is_being_freed(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        stage.speaker.stopping.clear()
        stage.say(0)
        await settle()  # heard, and on its way back

        stopping = asyncio.create_task(stage.stop())
        await settle()
        assert not stopping.done() and stage.lock.held and "give" not in stage.link.floor
        stage.speaker.stopping.set()
        await stopping

        stage.assert_free()

    run(test())


def test_stop_while_it_waits_for_its_turn_leaves_the_line(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        stage.link.grants_at_once = False
        stage.say(0)
        await settle()
        await stage.stop()
        assert stage.link.floor == ["ask", "give"] and not stage.speaker.opened

    run(test())


def test_two_utterances_of_one_process_never_use_the_speaker_together(tmp_path: Path) -> None:
    """As when the model server takes the floor back from one whose sound has not ended yet."""

    async def test() -> None:
        speaker = FakeSpeaker(by_itself=False)
        first, second = Stage(tmp_path, speaker), Stage(tmp_path, speaker)
        first.say(0)
        await settle()
        second.say(0)
        await settle()
        assert len(speaker.opened) == 1

        await first.stop()
        await until(lambda: len(speaker.opened) == 2)

        await second.stop()
        second.assert_free()

    run(test())


# Pauses and turns


def heard_again(stage: Stage) -> tuple[int, int]:
    """Return the piece that the speaker has, and how many of its samples."""
    (index,) = stage.speaker.queued
    return index, stage.speaker.lengths[index]


async def sounding(folder: Path, progress: int, **fields: object) -> Stage:
    stage = Stage(folder, FakeSpeaker(by_itself=False), **fields)  # type: ignore[arg-type]  # fields of Speak
    stage.say(0)
    await settle()
    stage.speaker.progress = progress
    return stage


def test_a_pause_frees_everything_and_it_goes_on_a_little_before_what_was_heard(tmp_path: Path) -> None:
    async def test() -> None:
        stage = await sounding(tmp_path, RATE // 2)
        stage.sink.pause()
        await settle()
        stage.assert_free()
        assert stage.sink.state == "paused"

        stage.sink.resume()
        await settle()
        assert heard_again(stage) == (0, RATE // 2 + round(STEP_BACK * RATE))
        stage.speaker.hear()
        await stage.end()
        assert stage.sent == [Playing("r", 0), Played("r", 0, 10)]
        assert stage.reel.samples == RATE + round(STEP_BACK * RATE)

    run(test())


def test_held_it_keeps_its_place_and_goes_on_where_it_was(tmp_path: Path) -> None:
    async def test() -> None:
        stage = await sounding(tmp_path, RATE // 2)
        interruptions: list[str] = []
        stage.sink.on_interrupted = lambda: interruptions.append("interrupted")
        stage.link.on_yield(True)
        await settle()
        assert not stage.lock.held and not stage.speaker.is_open and stage.sink.state == "held"
        assert stage.link.floor == ["ask", "granted"]

        stage.link.grant()
        await settle()
        assert heard_again(stage) == (0, RATE // 2 + round(STEP_BACK * RATE)) and not interruptions
        await stage.stop()

    run(test())


def test_others_that_go_first_are_told_of(tmp_path: Path) -> None:
    async def test() -> None:
        stage = await sounding(tmp_path, RATE // 2)
        states: list[str] = []
        stage.sink.on_interrupted = lambda: states.append(stage.sink.state)
        stage.link.on_yield(False)
        assert states == ["waiting"] and stage.reel.clips[0].heard == RATE // 2
        await stage.stop()
        stage.assert_free()

    run(test())


def test_a_piece_heard_to_its_end_in_the_moment_of_a_pause_counts_as_played(tmp_path: Path) -> None:
    async def test() -> None:
        stage = await sounding(tmp_path, RATE)
        stage.sink.pause()
        assert stage.of(Played) == [Played("r", 0, 10)]
        stage.sink.resume()
        await stage.end()
        stage.assert_free()
        assert stage.of(Played) == [Played("r", 0, 10)]

    run(test())


async def bring_to(stage: Stage, line: str) -> None:
    """Let an utterance of one piece get as far as `line` says."""
    stage.link.grants_at_once = False
    if line != "out":
        stage.say(0)
        await settle()
    if line == "opening":
        stage.speaker.opening.clear()
    if line in ("being granted", "opening", "heard", "done"):
        stage.link.grant()
    if line != "being granted":
        await settle()
    if line == "done":
        await stage.end()


def pause_twice(stage: Stage) -> None:
    stage.sink.pause()
    stage.sink.pause()


DEEDS: dict[str, Callable[[Stage], None]] = {
    "pause": lambda stage: stage.sink.pause(),
    "pause twice": pause_twice,
    "yield": lambda stage: stage.link.on_yield(False),
    "hold": lambda stage: stage.link.on_yield(True),
}


@pytest.mark.parametrize("line", ["out", "waiting", "being granted", "opening", "heard", "done"])
@pytest.mark.parametrize("deed", DEEDS)
def test_a_pause_or_another_turn_is_harmless_at_any_moment(tmp_path: Path, line: str, deed: str) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        await bring_to(stage, line)

        DEEDS[deed](stage)
        stage.speaker.opening.set()
        await settle()
        assert not stage.lock.held and not stage.speaker.is_open

        stage.sink.resume()
        if line == "out":
            stage.say(0)
        await settle()
        stage.link.on_granted()
        await stage.end()
        assert stage.of(Played) == [Played("r", 0, 10)]
        stage.assert_free()

    run(test())


def test_a_yield_that_crossed_with_giving_the_floor_back_is_ignored(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        stage.say(0)
        await settle()
        stage.link.on_yield(False)
        stage.link.on_granted()
        assert stage.sink.state == "preparing"
        await stage.end()
        stage.assert_free()

    run(test())


def test_begun_in_a_pause_it_waits_for_its_end(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path, paused=True)
        stage.say(0)
        await settle()
        assert stage.link.floor == [] and stage.sink.state == "paused"
        stage.sink.resume()
        await stage.end()
        assert stage.of(Played)

    run(test())


def test_a_lock_that_another_holds_does_not_hold_up_a_pause(tmp_path: Path) -> None:
    async def test() -> None:
        other = FloorLock(tmp_path / "floor.lock")
        await other.acquire()
        stage = Stage(tmp_path)
        stage.say(0)
        await settle()
        assert stage.sink.state == "waiting"
        stage.sink.pause()
        await until(lambda: stage.link.floor[-1] == "give")
        other.release()
        stage.sink.resume()
        await stage.end()
        stage.assert_free()

    run(test())


# Reports


def test_words_are_told_as_they_sound_and_not_in_a_pause(tmp_path: Path) -> None:
    async def test() -> None:
        stage = await sounding(tmp_path, 100, words=True)
        await until(lambda: bool(stage.of(Word)))
        assert [word.start for word in stage.of(Word)] == [0]  # type: ignore[attr-defined]
        (late,) = [timer for timer in stage.sink._feeder._timers if timer.when() > asyncio.get_running_loop().time()]

        stage.sink.pause()
        await settle()
        assert late.cancelled() and not stage.sink._feeder._timers

        stage.sink.resume()
        await settle()
        assert [word.start for word in stage.of(Word)] == [0]  # type: ignore[attr-defined]
        assert len([timer for timer in stage.sink._feeder._timers if not timer.cancelled()]) == 1
        await stage.stop()

    run(test())


def test_words_are_told_before_their_piece_is_over_though_their_time_has_not_come(tmp_path: Path) -> None:
    """Once, a machine that stood still for a moment as the last piece began lost its last word."""

    async def test() -> None:
        stage = await sounding(tmp_path, 0, words=True)
        await until(lambda: bool(stage.of(Word)))
        (late,) = [timer for timer in stage.sink._feeder._timers if timer.when() > asyncio.get_running_loop().time()]
        stage.speaker.hear()
        assert [type(message) for message in stage.sent] == [Playing, Word, Word, Played]
        late._run()  # and not once more
        await stage.end()
        assert len(stage.of(Word)) == 2

    run(test())


def test_a_long_text_does_not_gather_timers(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path, words=True)
        stage.say(*range(100))
        await stage.end()
        assert len(stage.sink._feeder._timers) < 50
        await stage.sink.stop()

    run(test())


def test_a_dummy_sink_is_warned_of_once_an_utterance(tmp_path: Path, warnings: list[str]) -> None:
    async def test() -> None:
        warnings.append("nobody hears this")
        stage = Stage(tmp_path)
        for index in range(3):
            stage.say(index)
            await settle()
        await stage.end()
        await stage.sink.stop()

        assert len(stage.speaker.opened) == 3
        assert stage.of(Notice) == [Notice("silent_sink", "nobody hears this", "r")]

    run(test())


def test_a_piece_that_the_loudspeaker_waited_for_is_an_underrun(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        for clip in [stage.plan(index) for index in range(3)]:
            stage.make(clip)
            await settle()  # it is heard to its end before the next one comes
        await stage.end()
        assert stage.sink.underruns == 2

    run(test())


def test_pieces_that_come_in_time_are_no_underrun(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path, FakeSpeaker(by_itself=False))
        stage.say(0, 1)
        await settle()
        for index in (2, 3):
            stage.speaker.hear()
            stage.say(index)
            await settle()
        stage.end()
        await settle()
        stage.speaker.hear()
        stage.speaker.hear()
        await stage.performing
        assert stage.sink.underruns == 0

    run(test())


def test_the_pause_of_a_writer_or_of_a_listener_is_no_underrun(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        stage.say(0)
        await settle()  # heard, and nothing more is planned yet
        stage.say(1)
        await settle()
        stage.plan(2)
        await settle()
        stage.sink.pause()
        await settle()
        stage.sink.resume()
        stage.make(stage.reel.clips[-1])
        await stage.end()
        assert stage.sink.underruns == 0

    run(test())


def test_the_wait_for_the_loudspeaker_is_told_apart_from_our_own(tmp_path: Path) -> None:
    async def test() -> None:
        stage = Stage(tmp_path)
        stage.link.grants_at_once = False
        stage.say(0)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await settle()  # it waits from here on
        await asyncio.sleep(0.05)
        stage.link.grant()
        await stage.end()
        assert stage.sink.waited >= 0.05
        assert begun <= stage.sink.first_at <= loop.time() - stage.sink.waited

    run(test())
