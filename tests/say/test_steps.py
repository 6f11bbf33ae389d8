from __future__ import annotations

import pytest

from common.messages.speaking import Accepted, Moved, Piece, Played, Playing, Standing, Word
from common.settings import load
from say.speaking import Spoken
from say.steps import Clock, StepsOfSpeech, settings_step


def test_each_step_has_its_milliseconds() -> None:
    told: list[str] = []
    times = iter((10.0125, 11.5))
    clock = Clock(told.append, 10.0, lambda: next(times))
    clock("one")
    clock("two")
    assert told == ["   12.5 ms  one", " 1500.0 ms  two"]


def test_settings_that_are_set_are_told() -> None:
    assert settings_step(load(environment={})) == "settings: all at their defaults"
    assert settings_step(load({"volume": 0.5}, {"SAY_VOICE": "af_sky"})) == "settings: voice=af_sky, volume=0.5"


def test_the_course_of_an_utterance_is_told_without_its_words() -> None:
    told: list[str] = []
    steps = StepsOfSpeech(told.append)
    for event in (
        Accepted("x", "tone", 24_000, 7),
        Piece("x", 0, 0, 30, "secret"),
        Piece("x", 1, 30, 60, "secret"),
        Standing("x", "speaking"),
        Playing("x", 0),
        Word("x", 0, 4, 0.0, 0.1),
        Played("x", 0, 30),
        Moved("x", 0),
        Playing("x", 2),
    ):
        steps.note(event)
    steps.end(Spoken(2.5, 2, "tone", 60))

    assert told == [
        "accepted: utterance 7, engine tone, 24000 Hz",
        "first piece planned: characters 0 to 30",
        "speaking, speed 1",
        "first sound",
        "first piece complete: up to character 30",
        "moved to character 0",
        "done: 2.50 s of sound, 2 pieces, 60 characters",
    ]


@pytest.mark.parametrize("tries", [2])
def test_after_a_crash_it_is_told_anew(tries: int) -> None:
    told: list[str] = []
    steps = StepsOfSpeech(told.append)
    for _ in range(tries):
        steps.note(Accepted("x", "tone", 24_000, 7))
        steps.note(Playing("x", 0))
    assert told.count("first sound") == tries
