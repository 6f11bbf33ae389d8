from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import Stopped
from common.messages.speaking import (
    SPEAKER,
    STEERING,
    Done,
    Moved,
    Piece,
    Played,
    Playing,
    Speak,
    Standing,
    Steer,
    Word,
)
from tests.fakes.virtual_speech import VirtualLink, VirtualLock, VirtualSpeaker, places_in
from tests.fakes.virtual_time import run_virtually
from voice_server import reel, speaker_sink, text_window, utterance
from voice_server.joins import RATE
from voice_server.speaker_sink import SpeakerSink
from voice_server.utterance import Utterance

TEXT = "One two, three. Four five six. Seven. Eight nine, ten, eleven. Twelve. Thirteen is next. Fourteen. And fifteen."


@pytest.fixture(autouse=True)
def no_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent_sink_warning(device_name: str) -> str | None:
        return None

    monkeypatch.setattr(speaker_sink, "silent_sink_warning", silent_sink_warning)


class Stage:
    """An utterance for the loudspeaker and what surrounds it, in virtual time."""

    def __init__(
        self,
        text: str = TEXT,
        *,
        pace: float = 0.05,
        words: bool = True,
        delay: Callable[[], float] | None = None,
        **fields: object,
    ) -> None:
        self.sent: list[object] = []
        self.log: list[object] = []  # what was sent, and the samples that were heard
        self.link = VirtualLink(pace, words, delay)
        self.speaker = VirtualSpeaker()
        self.speaker.on_heard = self.log.append
        self.speaker.on_open = self._open
        self.out_of_turn = 0  # times that the speaker was opened without a grant
        self.lock = VirtualLock()
        speak = Speak("r", "af_heart", SPEAKER, words=True, standing=True, **fields)  # type: ignore[arg-type]  # fields of Speak
        self.speak = speak
        self.utterance = Utterance(speak, self._send, self._send_soon)
        self.sink = SpeakerSink(speak, self.link, self.speaker, self.lock, self._send_soon)  # type: ignore[arg-type]  # fakes
        self.grants = True
        if text:
            self.utterance.append(text)
            self.utterance.end()
        self.task: asyncio.Task[None] | None = None

    def _open(self) -> None:
        self.out_of_turn += not self.link.may_sound

    async def _send(self, message: object, raw: bytes = b"") -> None:
        await asyncio.sleep(0)
        self._send_soon(message)

    def _send_soon(self, message: object) -> None:
        self.sent.append(message)
        self.log.append(message)

    def start(self) -> asyncio.Task[None]:
        self.task = asyncio.create_task(self._run())
        return self.task

    async def _run(self) -> None:
        granting = asyncio.create_task(self._grant())
        try:
            await self.utterance.run(self.link, self.sink)  # type: ignore[arg-type]  # a fake link
        finally:
            await self.sink.stop()
            while self.link.under_way:
                await asyncio.sleep(0.1)
            granting.cancel()
            await asyncio.gather(granting, return_exceptions=True)

    async def _grant(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            if self.grants:
                self.link.grant()

    def steer(self, action: str, amount: float = 1.0) -> None:
        self.utterance.steer(Steer(action, "r", amount))

    async def until_heard(self, words: str) -> None:
        """Wait until the beginning of `words`, as they stand in TEXT, is heard."""
        place = TEXT.index(words)
        while not any(isinstance(message, Word) and message.start >= place for message in self.sent):
            await asyncio.sleep(0.01)

    def of(self, kind: type) -> list[object]:
        return [message for message in self.sent if type(message) is kind]

    @property
    def heard(self) -> str:
        return "".join(TEXT[place] for place in self.speaker.heard_places())

    def check_protocol(self) -> None:
        """Check that what the client was told makes sense in this order."""
        expected: int | None = 0
        indexes: dict[int, Piece] = {}
        playing: set[int] = set()
        latest = -1
        for message in self.sent:
            if isinstance(message, Moved):
                expected = message.start
                indexes.clear()
            elif isinstance(message, Piece):
                assert message.index == latest + 1
                assert message.start == expected, (message, expected)
                latest, expected = message.index, message.end
                indexes[message.index] = message
            elif isinstance(message, Playing):
                assert message.index in indexes and message.index not in playing
                playing.add(message.index)
            elif isinstance(message, Played):
                assert message.index in playing
                assert indexes.pop(message.index).end == message.end
        assert not self.lock.held and not self.speaker.is_open and not self.link.in_line
        assert not self.out_of_turn


def states(stage: Stage) -> list[str]:
    return [message.state for message in stage.sent if isinstance(message, Standing)]


def test_all_of_it_is_heard_once() -> None:
    async def test() -> None:
        stage = Stage()
        await stage.start()

        assert stage.heard == TEXT
        stage.check_protocol()
        assert states(stage) == ["waiting", "speaking"]
        assert isinstance(stage.sent[-1], Done)

    run_virtually(test())


@pytest.mark.parametrize("words", ["One", "five", "Seven", "eleven", "fifteen"])
def test_a_pause_is_silence_and_nothing_is_lost_or_announced_twice(words: str) -> None:
    async def test() -> None:
        stage = Stage()
        stage.start()
        await stage.until_heard(words)
        stage.steer("pause")
        await asyncio.sleep(0.1)
        assert not stage.speaker.is_open and not stage.lock.held and not stage.link.in_line
        await asyncio.sleep(1000)
        assert stage.of(Standing)[-1].state == "paused"  # type: ignore[attr-defined]

        stage.steer("resume")
        assert stage.task is not None
        await stage.task

        again = len(stage.heard) - len(TEXT)
        assert 0 <= again <= 2  # 0.1 s, and a character takes as long
        assert len(stage.of(Playing)) == len(stage.of(Played)) == len(stage.of(Piece))
        assert not stage.of(Moved)
        stage.check_protocol()

    run_virtually(test())


def test_speech_that_yields_to_others_goes_on_with_the_sentence_that_was_cut_off() -> None:
    async def test() -> None:
        stage = Stage()
        stage.start()
        await stage.until_heard("six")
        stage.grants = False
        stage.link.yield_floor(held=False)
        await asyncio.sleep(5)
        assert not stage.speaker.is_open and stage.link.in_line and states(stage)[-1] == "waiting"
        stage.grants = True
        assert stage.task is not None
        await stage.task

        first, second = stage.heard.split("Four five", 1)[1].split("Four five six.")
        assert first.strip() in "six" and second == TEXT.split("Four five six.")[1]
        stage.check_protocol()

    run_virtually(test())


def test_speech_that_is_held_goes_on_where_it_was() -> None:
    async def test() -> None:
        stage = Stage()
        stage.start()
        await stage.until_heard("six")
        stage.grants = False
        stage.link.yield_floor(held=True)
        await asyncio.sleep(5)
        assert states(stage)[-1] == "held" and not stage.speaker.is_open
        stage.grants = True
        assert stage.task is not None
        await stage.task

        assert 0 <= len(stage.heard) - len(TEXT) <= 2 and not stage.of(Moved)

    run_virtually(test())


@pytest.mark.parametrize(
    ("at", "action", "amount", "goes_on"),
    [
        ("five", "skip", 1, "Seven"),
        ("One", "skip", 2, "Seven"),
        ("One", "skip", 5, "Thirteen"),
        ("eleven", "skip", 1, "Twelve"),
        ("fifteen", "skip", 1, ""),
        ("One", "skip", 99, ""),
        ("nine", "back", 1, "Seven"),
        ("eleven", "back", 1, "Eight"),
        ("eleven", "back", 2, "Seven"),
        ("eleven", "back", 99, "One"),
        ("One", "back", 1, "One"),
        ("fifteen", "replay", 1, "One"),
    ],
)
def test_a_step_is_a_sentence(at: str, action: str, amount: float, goes_on: str) -> None:
    async def test() -> None:
        stage = Stage()
        stage.start()
        await stage.until_heard(at)
        count = len(stage.heard)
        stage.steer(action, amount)
        heard = len(stage.heard)
        assert stage.task is not None
        await stage.task

        assert count <= heard
        rest = TEXT[TEXT.index(goes_on) :] if goes_on else ""
        assert stage.heard[heard:].lstrip() == rest  # 0.04 s of the blank ahead belong to it
        stage.check_protocol()

    run_virtually(test())


def test_a_step_beyond_what_a_writer_has_written_swallows_nothing_that_comes_later() -> None:
    """It once did: steps that found no sentence were kept, and taken from lines that were written minutes later."""

    async def test() -> None:
        stage = Stage("")
        stage.start()
        there, later = TEXT[: TEXT.index("Seven")], TEXT[TEXT.index("Seven") :]
        stage.utterance.append(there)
        stage.utterance.flush()
        await stage.until_heard("One")
        stage.steer("skip", 5)
        await asyncio.sleep(5)
        heard = len(stage.heard)
        stage.utterance.append(later)
        stage.utterance.end()
        assert stage.task is not None
        await stage.task

        assert stage.heard[heard:].lstrip() == later
        stage.check_protocol()

    run_virtually(test())


def test_a_long_step_goes_on_in_text_that_is_still_on_its_way() -> None:
    async def test() -> None:
        stage = Stage("")
        stage.start()
        stage.utterance.append(TEXT[: TEXT.index("Seven")])
        await stage.until_heard("One")
        stage.steer("skip", 3)
        await asyncio.sleep(5)
        heard = len(stage.heard)
        stage.utterance.append(TEXT[TEXT.index("Seven") :])
        stage.utterance.end()
        assert stage.task is not None
        await stage.task

        assert stage.heard[heard:].lstrip() == TEXT[TEXT.index("Eight") :]

    run_virtually(test())


@pytest.mark.parametrize(("asked", "got"), [(1.5, 1.5), (9.0, 2.0), (0.1, 0.5)])
def test_another_speed_begins_with_the_word_that_sounds(asked: float, got: float) -> None:
    async def test() -> None:
        stage = Stage()
        stage.start()
        await stage.until_heard("five")
        stage.steer("speed", asked)
        heard = len(stage.heard)
        assert stage.task is not None
        await stage.task

        assert stage.heard[heard:] == TEXT[TEXT.index("five") :]
        assert stage.of(Standing)[-1] == Standing("r", "speaking", got)
        stage.check_protocol()

    run_virtually(test())


# What is done, with its amount, after so many seconds.
STEPS = st.lists(
    st.tuples(
        st.one_of(
            st.sampled_from([(action, 1.0) for action in ("pause", "resume", "replay", "skip", "back")]),
            st.tuples(st.sampled_from(["skip", "back"]), st.sampled_from([2.0, 9.0])),
            st.tuples(st.just("speed"), st.sampled_from([0.5, 1.0, 2.0])),
            st.sampled_from(
                [(action, 0.0) for action in ("give_way", "hold", "grant", "text", "flush", "whole", "lock")]
            ),
        ),
        st.sampled_from([0.0, 0.02, 0.3, 1.0, 3.0]),
    ),
    max_size=25,
)


class Script:
    """Does what a list of steps says to an utterance, and remembers what it must not sound in."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage = stage
        self.pauses: list[tuple[float, float]] = []  # from when until when, loop time
        self._chance = chance
        self._sent = 0
        self._paused_at: float | None = 0.0 if stage.speak.paused else None

    async def play(self, steps: list[tuple[tuple[str, float], float]]) -> None:
        for (action, amount), seconds in steps:
            # Of steps at the very same moment the fake loudspeaker tells too late what sounded before them.
            await asyncio.sleep(max(seconds, 0.005))
            if action in STEERING:
                self.steer(action, amount)
            else:
                getattr(self, action)()

    async def end(self) -> None:
        """Let everything happen that it waits for."""
        self.text(len(TEXT))
        self.stage.utterance.end()
        self.steer("resume", 1.0)
        self.grant()
        assert self.stage.task is not None
        await self.stage.task

    def steer(self, action: str, amount: float) -> None:
        now = asyncio.get_running_loop().time()
        if action == "pause" and self._paused_at is None:
            self._paused_at = now
        elif action == "resume" and self._paused_at is not None:
            self.pauses.append((self._paused_at, now))
            self._paused_at = None
        self.stage.steer(action, amount)

    def text(self, count: int = 0) -> None:
        more = TEXT[self._sent :][: count or self._chance.randrange(1, 40)]
        self._sent += len(more)
        self.stage.utterance.append(more)

    def flush(self) -> None:
        self.stage.utterance.flush()

    def whole(self) -> None:
        self.stage.utterance.flush(whole=True)

    def grant(self) -> None:
        self.stage.grants = True

    def give_way(self) -> None:
        self.stage.grants = False
        self.stage.link.yield_floor(held=False)

    def hold(self) -> None:
        self.stage.grants = False
        self.stage.link.yield_floor(held=True)

    def lock(self) -> None:
        self.stage.lock.busy_until = asyncio.get_running_loop().time() + 1


@settings(deadline=None)
@given(
    steps=STEPS,
    pace=st.sampled_from([0.0, 0.03, 0.5]),
    words=st.booleans(),
    paused=st.booleans(),
    kept=st.sampled_from([0.5, 3.0, 30.0]),
    history=st.sampled_from([40, 1 << 16]),
    at_once=st.booleans(),
    slowest=st.sampled_from([0.0, 0.05, 1.0, 4.0]),
    chance=st.randoms(use_true_random=False),
)
def test_whatever_happens_in_whatever_order_it_ends_and_what_was_not_skipped_is_heard(
    steps: list[tuple[tuple[str, float], float]],
    pace: float,
    words: bool,
    paused: bool,
    kept: float,
    history: int,
    at_once: bool,
    slowest: float,  # seconds that a message takes at most
    chance: random.Random,
) -> None:
    async def test() -> None:
        delay = (lambda: chance.uniform(0, slowest)) if slowest else None
        stage = Stage("", pace=pace, words=words, delay=delay, paused=paused)
        stage.speaker.opening = pace
        stage.start()
        script = Script(stage, chance)
        if at_once:
            script.text(len(TEXT))
        await script.play(steps)
        await script.end()

        stage.check_protocol()
        assert sum(isinstance(message, Done) for message in stage.sent) == 1
        check_coverage(stage)
        check_pauses(stage, script.pauses)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reel, "KEPT", kept)
        patch.setattr(text_window, "HISTORY", history)
        patch.setattr(utterance, "HISTORY", history)
        run_virtually(test())


def check_coverage(stage: Stage) -> None:
    """What was heard goes forward character by character, with no more than a short step back, but for where it was told
    to go; and only what was heard counts as played."""
    expected, moved, furthest = 0, True, 0
    sounds = [places_in(entry) if isinstance(entry, np.ndarray) else [] for entry in stage.log]
    for step, entry in enumerate(stage.log):
        if isinstance(entry, Moved):
            expected, moved = entry.start, True
        elif isinstance(entry, Played):  # told a moment before the sound is in the log, at times
            following = next(filter(None, sounds[step:]), [0])
            assert max(furthest, following[-1] + 1) >= entry.end
        elif places := sounds[step]:
            back = 2 if moved else 4  # the blank ahead of a word; 0.1 s at the highest speed
            assert expected - back <= places[0] <= expected, (places[0], expected, moved)
            assert places == list(range(places[0], places[-1] + 1))
            expected, moved = places[-1] + 1, False
            furthest = max(furthest, expected)
    assert expected == len(TEXT), expected


def check_pauses(stage: Stage, pauses: list[tuple[float, float]]) -> None:
    """Nothing sounds from a moment after a pause until the resumption."""
    for begins, samples in stage.speaker.sounds:
        ends = begins + len(samples) / RATE
        for since, until in pauses:
            lasted = until > since  # one that is over at once is heard by nobody
            assert not lasted or ends <= since + 0.01 or begins >= until, (begins, ends, since, until)


def test_a_grant_that_crossed_with_the_end_of_its_turn_is_not_taken_for_the_next() -> None:
    """Once, speech that was paused and resumed at once could begin with a grant that was taken back already."""

    async def test() -> None:
        stage = Stage(delay=lambda: 1.0)
        stage.grants = False
        stage.start()
        await asyncio.sleep(2)
        assert stage.link.in_line
        stage.link.grant()
        await asyncio.sleep(0.5)  # the grant is on its way
        stage.steer("pause")
        await asyncio.sleep(0.1)
        stage.steer("resume")
        await asyncio.sleep(3)  # both servers have heard all of it
        assert stage.link.in_line and not stage.link.granted and not stage.speaker.is_open
        assert stage.lock.held is False and states(stage)[-1] == "waiting"
        stage.grants = True
        assert stage.task is not None
        await stage.task

        assert stage.heard == TEXT
        stage.check_protocol()

    run_virtually(test())


@pytest.mark.parametrize("seed", range(20))
def test_however_messages_cross_nothing_sounds_out_of_turn(seed: int) -> None:
    chance = random.Random(seed)

    async def test() -> None:
        stage = Stage("", delay=lambda: chance.uniform(0, 2))
        stage.start()
        script = Script(stage, chance)
        script.text(len(TEXT))
        for _ in range(60):
            await asyncio.sleep(chance.choice([0.0, 0.1, 0.5, 1.0]))
            action = chance.choice(["pause", "resume", "resume", "give_way", "hold", "grant", "grant"])
            await script.play([((action, 1.0), 0.0)])
        await script.end()

        stage.check_protocol()
        check_coverage(stage)
        check_pauses(stage, script.pauses)

    run_virtually(test())


def test_who_waits_learns_whether_it_is_for_others_or_for_a_hold() -> None:
    async def test() -> None:
        stage = Stage()
        stage.grants = False
        stage.start()
        await asyncio.sleep(1)
        for held in (True, False, True):
            stage.link.yield_floor(held)
            await asyncio.sleep(0.1)
        assert states(stage) == ["waiting", "held", "waiting", "held"]
        stage.steer("pause")
        await asyncio.sleep(1)
        stage.steer("resume")  # a turn of its own, of which nobody has said that it is held
        await asyncio.sleep(1)
        assert states(stage)[-2:] == ["paused", "waiting"]
        stage.grants = True
        assert stage.task is not None
        await stage.task
        assert stage.heard == TEXT

    run_virtually(test())


def test_stopped_at_any_moment_it_lets_go_of_everything() -> None:
    async def test(moment: float) -> None:
        stage = Stage()
        stage.start()
        await asyncio.sleep(moment)
        assert stage.task is not None
        stage.link.fail(Stopped("the speech was stopped"))
        with pytest.raises(Stopped):
            await stage.task
        assert not stage.lock.held and not stage.speaker.is_open and not stage.link.in_line

    for moment in range(100):
        run_virtually(test(moment * 0.013))
