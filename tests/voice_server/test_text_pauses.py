"""Pauses that the text asks for: pieces with nothing to say, heard, skipped and gone back over like others."""

from __future__ import annotations

import asyncio
import random

import numpy as np
import pytest

from common.messages.speaking import STEERING, Done, Piece, Played, Playing, Word
from common.messages.synthesis import Plan, Planned
from model_server.text.plain import PlainReader
from model_server.text.planner import plan
from tests.fakes.virtual_time import run_virtually
from tests.voice_server.test_steering import Stage
from voice_server import speaker_sink
from voice_server.joins import RATE, silence

TEXT = "[pause 1s] One two. [pause 2s] Three. [pause 500ms][pause 10ms] Four. Five. [pause 1s]"
PAUSES = 4.51  # seconds


@pytest.fixture(autouse=True)
def no_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent_sink_warning(device_name: str) -> str | None:
        return None

    monkeypatch.setattr(speaker_sink, "silent_sink_warning", silent_sink_warning)


class PausingStage(Stage):
    """An utterance whose text has pauses, planned as the model server plans it."""

    def __init__(self, text: str = TEXT, **fields: object) -> None:
        super().__init__(text, **fields)  # type: ignore[arg-type]  # fields of Speak
        self.text = text
        pace = self.link.plan

        async def planned(asked: Plan) -> Planned:
            await pace(asked)
            return plan(asked, PlainReader(None))

        self.link.plan = planned  # type: ignore[method-assign,assignment]  # the argument has another name

    @property
    def silent(self) -> float:
        """Seconds of silence that were heard."""
        return (
            float(sum(np.count_nonzero(samples == 0) for samples in self.log if isinstance(samples, np.ndarray))) / RATE
        )

    async def until_played(self, words: str) -> None:
        """Wait until the piece with these words was heard to its end."""
        end = self.text.index(words) + len(words)
        while not any(isinstance(message, Played) and message.end >= end for message in self.sent):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("seconds", [0.001, 0.5, 60.0])
def test_a_pause_is_as_long_as_the_text_says(seconds: float) -> None:
    assert len(silence(seconds)) == round(seconds * RATE)
    assert not silence(seconds).any()


def test_no_pause_is_so_short_that_it_is_none() -> None:
    assert len(silence(0.0)) == 1


def test_pauses_are_pieces_without_words() -> None:
    async def test() -> None:
        stage = PausingStage()
        await stage.start()
        pieces = [message for message in stage.sent if isinstance(message, Piece)]
        assert [stage.text[one.start : one.end].strip() for one in pieces] == [
            *("[pause 1s]", "One two.", "[pause 2s]", "Three.", "[pause 500ms]", "[pause 10ms]", "Four. Five."),
            "[pause 1s]",
        ]
        assert not any("pause" in stage.text[word.start : word.end] for word in stage.sent if isinstance(word, Word))
        assert len(stage.of(Playing)) == len(stage.of(Played)) == len(pieces)
        assert isinstance(stage.sent[-1], Done)
        stage.check_protocol()

    run_virtually(test())


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_pauses_are_heard_in_full_at_every_speed(speed: float) -> None:
    async def test() -> None:
        stage = PausingStage(speed=speed)
        await stage.start()
        assert stage.silent == pytest.approx(PAUSES, abs=0.01)

    run_virtually(test())


def test_nothing_but_a_pause_is_heard_as_one() -> None:
    async def test() -> None:
        stage = PausingStage("[pause 2s]")
        await stage.start()
        done = stage.sent[-1]
        assert isinstance(done, Done) and (done.seconds, done.pieces) == (2.0, 1)

    run_virtually(test())


def test_a_step_on_leaves_the_pause() -> None:
    async def test() -> None:
        stage = PausingStage()
        stage.start()
        await stage.until_played("One two.")
        stage.steer("skip")
        assert stage.task is not None
        await stage.task
        assert stage.silent < PAUSES - 1.5
        assert {stage.text[word.start : word.end] for word in stage.sent if isinstance(word, Word)} >= {
            "Three.",
            "Five.",
        }
        stage.check_protocol()

    run_virtually(test())


def test_a_step_back_within_the_pause_repeats_the_sentence_and_the_pause() -> None:
    async def test() -> None:
        stage = PausingStage()
        stage.start()
        await stage.until_played("One two.")
        await asyncio.sleep(1.2)
        stage.steer("back")
        assert stage.task is not None
        await stage.task
        said = [stage.text[word.start : word.end] for word in stage.sent if isinstance(word, Word)]
        assert said.count("One") == 2 and said.count("Three.") == 1
        assert stage.silent > PAUSES + 1.0
        stage.check_protocol()

    run_virtually(test())


def test_another_speed_within_a_pause_begins_it_anew_and_says_nothing_of_it() -> None:
    async def test() -> None:
        stage = PausingStage(words=True)
        stage.start()
        await stage.until_played("One two.")
        await asyncio.sleep(1.2)
        stage.steer("speed", 1.5)
        assert stage.task is not None
        await stage.task
        pieces = [stage.text[one.start : one.end].strip() for one in stage.sent if isinstance(one, Piece) and one.pause]
        assert pieces.count("[pause 2s]") == 2
        words = {stage.text[word.start : word.end] for word in stage.sent if isinstance(word, Word)}
        assert words == {"One", "two.", "Three.", "Four.", "Five."}

    run_virtually(test())


def test_another_speed_within_a_word_with_its_phonemes_says_it_again_and_nothing_of_them() -> None:
    async def test() -> None:
        text = "One [two](/tˈu/) [three four](/θɹˈi fˈɔɹ/) five."
        stage = PausingStage(text, words=True)
        stage.start()
        for word, speed in (("two", 1.1), ("three", 1.2), ("four", 1.3)):
            while not any(isinstance(told, Word) and text[told.start : told.end] == word for told in stage.sent):
                await asyncio.sleep(0.01)
            stage.steer("speed", speed)
            await asyncio.sleep(0.05)
        assert stage.task is not None
        await stage.task
        begins = [text[one.start : one.end].split(maxsplit=1)[0] for one in stage.sent if isinstance(one, Piece)]
        assert begins == ["One", "[two](/tˈu/)", "[three", "[three"]

    run_virtually(test())


@pytest.mark.parametrize("seed", range(30))
def test_any_steps_at_any_time_end_well(seed: int) -> None:
    async def test() -> None:
        chance = random.Random(seed)
        stage = PausingStage(words=chance.random() < 0.5)
        stage.start()
        assert stage.task is not None
        for _ in range(12):
            await asyncio.sleep(chance.random() * 1.5)
            if stage.task.done():
                break
            action = chance.choice(STEERING)
            stage.steer(action, chance.choice((0.5, 1.0, 2.0)) if action == "speed" else chance.choice((1.0, 2.0)))
        stage.steer("resume")
        await stage.task
        assert isinstance(stage.sent[-1], Done)
        stage.check_protocol()

    run_virtually(test())
