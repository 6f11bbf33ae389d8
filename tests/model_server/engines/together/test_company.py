"""Kokoro speaks pieces at once where that is faster, and one by one where it is not, or fails."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from common.errors import BadSpeed, SayError, Unspeakable
from common.voices import find_voice
from model_server.engines import kokoro
from model_server.engines.base import EnginePiece, Speech
from model_server.engines.kokoro import KokoroEngine
from model_server.engines.together import network
from model_server.engines.together.company import MOST_SYMBOLS, Company
from model_server.engines.together.gain import Gain
from model_server.engines.together.said import Heard, Said
from tests.fakes.tiny_kokoro import FolderOfFiles

HELLO = EnginePiece("Hello, world.", "həlˈO, wˈɜɹld.", find_voice("af_heart"), "en-us", 1.0)
BYE = replace(HELLO, phonemes="ɡʊdbˈI, wˈɜɹld.", voice=find_voice("bm_george"), start=7)


@pytest.fixture(scope="module")
def loaded(tiny_kokoro: Path) -> KokoroEngine:
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", 1, "batches")
    engine.load(lambda what: None)
    return engine


@pytest.fixture
def engine(loaded: KokoroEngine, monkeypatch: pytest.MonkeyPatch) -> KokoroEngine:
    """Return an engine for which the processor stands for a GPU, and which would have up to 8 pieces at once."""
    monkeypatch.setattr(kokoro, "DEVICES", {"cpu"})
    monkeypatch.setattr(Gain, "most", 8)
    monkeypatch.setattr(loaded, "_company", Company())
    return loaded


def sound(result: Speech | SayError) -> Speech:
    assert isinstance(result, Speech)
    return result


def count_calls(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> list[int]:
    """Note how many pieces are spoken at once each time; raise `error` in place of doing so."""
    calls: list[int] = []
    real = network.speak_at_once

    def speak(model: object, pieces: Sequence[Said]) -> list[Heard]:
        calls.append(len(pieces))
        if error is not None:
            raise error
        return real(model, pieces)  # type: ignore[arg-type]

    monkeypatch.setattr(network, "speak_at_once", speak)
    return calls


def test_pieces_spoken_at_once_have_sound_and_words_of_their_own(
    engine: KokoroEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = count_calls(monkeypatch)

    for found, piece in zip(engine.speak_together([HELLO, BYE]), (HELLO, BYE), strict=True):
        wanted = engine.speak(piece)
        assert np.allclose(sound(found).samples, wanted.samples, atol=1e-4)
        assert replace(sound(found), samples=wanted.samples) == wanted
    assert calls == [2]


def test_a_piece_that_cannot_be_spoken_harms_no_other(engine: KokoroEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = count_calls(monkeypatch)
    fast, long, mute = replace(HELLO, speed=9.0), replace(HELLO, phonemes="a" * 511), replace(HELLO, phonemes="…")

    found = engine.speak_together([fast, HELLO, long, mute, BYE])

    assert calls == [2]
    assert [type(each) for each in found] == [BadSpeed, Speech, Unspeakable, Speech, Speech]
    assert len(sound(found[3]).samples) == 0
    assert np.allclose(sound(found[4]).samples, engine.speak(BYE).samples, atol=1e-4)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("a kernel failed")])
def test_what_fails_at_once_is_spoken_one_by_one_on_the_same_device(
    engine: KokoroEngine, monkeypatch: pytest.MonkeyPatch, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    count_calls(monkeypatch, error)
    notices: list[str] = []
    monkeypatch.setattr(engine, "_notice", notices.append)

    with caplog.at_level(logging.INFO):
        found = engine.speak_together([HELLO, BYE])

    assert [sound(each).samples.tobytes() for each in found] == [
        engine.speak(each).samples.tobytes() for each in (HELLO, BYE)
    ]
    assert not notices
    assert "at once" in caplog.text


def test_a_gpu_that_gives_another_sound_to_pieces_at_once_is_found_out_with_the_first(
    engine: KokoroEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[bool] = []
    monkeypatch.setattr(Gain, "leave", lambda gain: left.append(True))
    real = network.speak_at_once

    def wrong(model: object, pieces: Sequence[Said]) -> list[Heard]:
        return [replace(each, samples=each.samples * 0.9) for each in real(model, pieces)]  # type: ignore[arg-type]

    monkeypatch.setattr(network, "speak_at_once", wrong)
    found = engine.speak_together([HELLO, BYE])

    assert left == [True]
    assert np.array_equal(sound(found[0]).samples, engine.speak(HELLO).samples)


def test_long_and_short_pieces_are_not_padded_to_each_other_without_end(engine: KokoroEngine) -> None:
    def fits(*lengths: int) -> bool:
        return engine.fits_together([replace(HELLO, phonemes="a" * length) for length in lengths])

    assert fits(100)
    assert fits(100, 60, 100)
    assert not fits(100, 10)
    assert fits(200, 200, 200, 200, 200)
    assert not fits(*[200] * 6)
    assert MOST_SYMBOLS < 6 * 200


def test_on_a_cpu_and_without_the_speedup_pieces_are_spoken_one_by_one(
    engine: KokoroEngine, tiny_kokoro: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine.fits_together([HELLO, HELLO])
    assert engine.most_together == 8

    monkeypatch.setattr(engine, "_speedups", frozenset())
    assert not engine.fits_together([HELLO])
    monkeypatch.undo()
    assert not engine.fits_together([HELLO])
    assert engine.most_together == 1
