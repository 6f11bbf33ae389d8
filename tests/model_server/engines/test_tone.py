from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.voices import find_voice
from model_server.engines.base import RATE, Engine, EnginePiece, Speech
from model_server.engines.tone import AMPLITUDE, LONGEST, ToneEngine, tone_frequency

PIECE = EnginePiece("Hello, big world.", "", find_voice("af_heart"), "en-us", 1.0, start=100)


def strongest(speech: Speech) -> float:
    """Return the frequency of the strongest part of the sound, in Hz, to within 1 Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(speech.samples, n=RATE))))


def test_it_is_an_engine() -> None:
    engine: Engine = ToneEngine()

    assert (engine.name, engine.takes, engine.device) == ("tone", "written", "cpu")


def test_the_same_piece_gives_the_same_samples_bit_for_bit() -> None:
    assert ToneEngine().speak(PIECE).samples.tobytes() == ToneEngine().speak(PIECE).samples.tobytes()


def test_the_tone_is_the_one_foretold() -> None:
    assert abs(strongest(ToneEngine().speak(PIECE)) - tone_frequency(PIECE.text, "af_heart")) <= 2


@pytest.mark.parametrize("other", [replace(PIECE, text="Another one."), replace(PIECE, voice=find_voice("am_adam"))])
def test_another_text_or_voice_is_another_tone(other: EnginePiece) -> None:
    assert abs(strongest(ToneEngine().speak(PIECE)) - strongest(ToneEngine().speak(other))) > 2


def test_twice_the_speed_takes_half_the_time_at_the_same_pitch() -> None:
    normal, fast = ToneEngine().speak(PIECE), ToneEngine().speak(replace(PIECE, speed=2.0))

    assert len(normal.samples) == round(len(PIECE.text) * 0.02 * RATE)
    assert len(fast.samples) == len(normal.samples) // 2
    assert abs(strongest(normal) - strongest(fast)) <= 3


def test_it_is_loud_in_the_middle_and_silent_at_the_edges() -> None:
    speech = ToneEngine().speak(PIECE)

    assert np.abs(speech.samples).max() == pytest.approx(AMPLITUDE, abs=0.01)
    assert np.abs(speech.samples[[0, -1]]).max() == 0
    assert np.abs(np.diff(speech.samples)).max() < 0.3
    assert (speech.speech_start, speech.speech_end) == (0, len(speech.samples))


def test_words_are_timed_by_their_place_in_the_text() -> None:
    words = ToneEngine().speak(PIECE).words

    assert [PIECE.text[word.start - 100 : word.end - 100] for word in words] == ["Hello,", "big", "world."]
    assert [word.at for word in words] == pytest.approx([0.0, 7 * 0.02, 11 * 0.02])
    assert words[-1].until == pytest.approx(17 * 0.02)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_blank_text_makes_no_sound(text: str) -> None:
    speech = ToneEngine().speak(replace(PIECE, text=text))

    assert len(speech.samples) == 0
    assert speech.words == ()


def test_a_silly_length_is_bounded() -> None:
    speech = ToneEngine().speak(replace(PIECE, text="word " * 200_000, speed=0.5))

    assert len(speech.samples) == LONGEST * RATE
    assert speech.words[-1].until <= LONGEST


@given(text=st.text(st.characters(codec=None), max_size=60), speed=st.floats(0.5, 2.0))
def test_any_text_gives_finite_sound_and_words_in_order(text: str, speed: float) -> None:
    speech = ToneEngine().speak(replace(PIECE, text=text, speed=speed))

    assert np.isfinite(speech.samples).all()
    times = [time for word in speech.words for time in (word.at, word.until)]
    assert times == sorted(times)
    assert all(100 <= word.start < word.end <= 100 + len(text) for word in speech.words)


def test_delay_is_spent_on_each_piece() -> None:
    slept: list[float] = []
    engine = ToneEngine(delay=0.25, sleep=slept.append)

    engine.speak(PIECE)
    engine.speak(PIECE)

    assert slept == [0.25, 0.25]


def test_without_a_delay_it_never_sleeps() -> None:
    slept: list[float] = []

    ToneEngine(sleep=slept.append).speak(PIECE)

    assert slept == []


def test_loading_reports_nothing_and_may_be_repeated() -> None:
    reports: list[str] = []
    engine = ToneEngine()

    engine.load(reports.append)
    engine.load(reports.append)

    assert reports == []


def test_the_crash_marker_ends_the_process_by_a_signal_and_only_the_marker_does() -> None:
    program = """
from common.voices import find_voice
from model_server.engines.base import EnginePiece
from model_server.engines.tone import ToneEngine
engine = ToneEngine(crash_on="BOOM")
for text in ("fine", "now BOOM"):
    engine.speak(EnginePiece(text, "", find_voice("af_heart"), "en-us", 1.0))
    print(text, flush=True)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)

    assert ended.stdout == "fine\n"
    assert ended.returncode < 0


def test_a_character_sounds_as_long_as_it_is_told() -> None:
    speech = ToneEngine(character=0.001).speak(PIECE)

    assert len(speech.samples) == round(len(PIECE.text) * 0.001 * RATE)


def test_what_is_spoken_is_noted_piece_by_piece(tmp_path: Path) -> None:
    engine = ToneEngine(note=str(tmp_path / "note"))

    engine.speak(PIECE)
    engine.speak(replace(PIECE, text="Two\nlines."))

    assert (tmp_path / "note").read_text() == '"Hello, big world."\n"Two\\nlines."\n'
