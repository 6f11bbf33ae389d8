"""Every engine gives memory back when nobody speaks, and is loaded again when somebody does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from common.errors import FatalText, OutOfMemory, SayError
from common.voices import Voice, find_voice
from model_server.engines import guarded as guarded_module
from model_server.engines.base import EnginePiece, Speech
from model_server.engines.ceiling import Ceiling
from model_server.engines.guarded import REST_AFTER, GuardedEngine, guarded
from model_server.fatal_texts import FatalTexts

PIECE = EnginePiece("hello", "", find_voice("af_heart"), "en-us", 1.0)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Recorder:
    """An engine that notes what it is told."""

    name = "fake"
    takes = "written"
    unloads = True
    device = "cpu"

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.during: Callable[[], None] = lambda: None
        self.needed = 0

    def load(self, report: Callable[[str], None]) -> None:
        self.calls.append("load")

    def prepare(self, voice: Voice) -> None:
        self.calls.append("prepare")

    def speak(self, piece: EnginePiece) -> Speech:
        self.calls.append("speak")
        self.during()
        return Speech(np.zeros(1, np.float32), 0, 1)

    def needs(self, piece: EnginePiece | None) -> int:
        return self.needed

    def rest(self) -> None:
        self.calls.append("rest")

    def unload(self) -> None:
        self.calls.append("unload")


class Batching(Recorder):
    """One that has several pieces at once."""

    most_together = 4

    def fits_together(self, pieces: Sequence[EnginePiece]) -> bool:
        return len(pieces) <= self.most_together

    def speak_together(self, pieces: Sequence[EnginePiece]) -> list[Speech | SayError]:
        return [self.speak(piece) for piece in pieces]


class Stage:
    def __init__(self, folder: Path, limit: int = 0, inner: Recorder | None = None) -> None:
        self.clock = Clock()
        self.inner = inner or Recorder()
        self.fatal = FatalTexts(folder, watch_faults=lambda file: None)
        self.engine = GuardedEngine(self.inner, self.fatal, Ceiling(limit, lambda: 1000), self.clock)
        self.engine.load(lambda what: None)
        self.calls = self.inner.calls
        self.calls.clear()


@pytest.fixture
def trims(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    monkeypatch.setattr(guarded_module, "give_memory_back", lambda: done.append("trim"))
    return done


def test_memory_goes_back_once_after_some_seconds_without_work(tmp_path: Path, trims: list[str]) -> None:
    there = Stage(tmp_path)
    there.engine.speak(PIECE)
    there.clock.now += REST_AFTER - 0.1
    assert not there.engine.due()

    there.clock.now += 0.1
    assert there.engine.due()
    there.engine.rest_if_due()
    there.engine.rest_if_due()

    assert there.calls == ["speak", "rest"]
    assert trims == ["trim"]
    assert not there.engine.due()
    there.engine.speak(PIECE)
    there.clock.now += REST_AFTER
    assert there.engine.due()


def test_an_engine_that_somebody_wants_ready_is_not_unloaded(tmp_path: Path, trims: list[str]) -> None:
    there = Stage(tmp_path)
    there.engine.speak(PIECE)
    there.clock.now += 590
    there.engine.note_use()
    there.clock.now += 590

    assert not there.engine.unload_if_unused(600.0)
    there.clock.now += 10
    assert there.engine.unload_if_unused(600.0)


def test_an_engine_at_work_is_not_idle(tmp_path: Path, trims: list[str]) -> None:
    there = Stage(tmp_path)

    def long_piece() -> None:
        there.clock.now += 1000
        there.engine.rest_if_due()
        assert not there.engine.unload_if_unused(10.0)

    there.inner.during = long_piece
    there.engine.speak(PIECE)

    assert there.calls == ["speak"]
    assert there.engine.idle_for() == 0.0


def test_an_engine_that_was_unloaded_loads_again_when_it_is_asked_to_speak(tmp_path: Path, trims: list[str]) -> None:
    there = Stage(tmp_path)
    there.engine.speak(PIECE)
    there.clock.now += 60
    assert not there.engine.unload_if_unused(61.0)
    assert there.engine.unload_if_unused(60.0)
    assert not there.engine.loaded

    there.engine.speak(PIECE)

    assert there.calls == ["speak", "unload", "rest", "load", "speak"]
    assert there.engine.loaded


def test_memory_above_the_ceiling_is_an_error_and_the_piece_is_not_begun(tmp_path: Path, trims: list[str]) -> None:
    there = Stage(tmp_path, limit=1500)
    there.inner.needed = 501

    with pytest.raises(OutOfMemory, match="this piece of text"):
        there.engine.speak(PIECE)
    with pytest.raises(OutOfMemory, match="loading fake"):
        there.engine.load(lambda what: None)

    assert there.calls == ["rest", "rest"]
    there.inner.needed = 500
    there.engine.speak(PIECE)


def test_a_text_that_is_refused_does_not_reach_the_engine(
    tmp_path: Path, trims: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Stage(tmp_path)
    monkeypatch.setattr("model_server.fatal_texts.MOST_CRASHES", 0)

    with pytest.raises(FatalText):
        there.engine.speak(PIECE)

    assert there.calls == []


def test_last_words_are_listened_for_before_an_engine_loads(tmp_path: Path) -> None:
    inner, fatal = Recorder(), FatalTexts(tmp_path, watch_faults=lambda file: inner.calls.append("watched"))

    GuardedEngine(inner, fatal, Ceiling(0)).load(lambda what: None)

    assert inner.calls == ["watched", "load"]


def test_pieces_are_spoken_at_once_under_the_same_guard(tmp_path: Path, trims: list[str]) -> None:
    there = Stage(tmp_path, limit=1500, inner=Batching())
    there.engine.speak(PIECE)
    assert there.engine.fits_together([PIECE] * 4)
    assert not there.engine.fits_together([PIECE] * 5)

    assert len(there.engine.speak_together([PIECE, PIECE])) == 2
    assert there.calls == ["speak"] * 3
    there.inner.needed = 251
    with pytest.raises(OutOfMemory, match="these pieces"):
        there.engine.speak_together([PIECE, PIECE])

    there.engine.unload()
    assert not there.engine.fits_together([PIECE, PIECE])


def test_a_piece_that_may_have_crashed_is_spoken_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Stage(tmp_path, inner=Batching())
    there.engine.speak(PIECE)
    other = replace(PIECE, text="other")
    monkeypatch.setattr(there.fatal, "is_suspect", lambda engine, piece: piece == other)

    assert there.engine.fits_together([PIECE])
    assert not there.engine.fits_together([PIECE, other])


def test_an_engine_that_speaks_one_by_one_is_not_taken_for_another(tmp_path: Path) -> None:
    there = Stage(tmp_path)
    there.engine.speak(PIECE)

    assert there.engine.most_together == 1
    assert not there.engine.fits_together([PIECE])


def test_every_maker_makes_an_engine_under_guard(tmp_path: Path) -> None:
    heard: list[str] = []

    def make(notice: Callable[[str], None]) -> Recorder:
        notice("made")
        return Recorder()

    makers = guarded({"fake": make}, FatalTexts(tmp_path), Ceiling(0))
    engine = makers["fake"](heard.append)

    assert (engine.name, engine.takes, engine.device, heard) == ("fake", "written", "cpu", ["made"])
