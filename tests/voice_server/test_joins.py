from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_server.joins import FADE, FIRST_LEAD, LEAD, PAUSES, RATE, TAIL, join_piece, span_to_keep, to_s16le, trim


def piece(silence: int = 12_000, speech: int = 6_000) -> np.ndarray:
    """Return speech of full level between two stretches of hiss."""
    samples = np.full(silence + speech + silence, 0.1, dtype=np.float32)
    samples[silence : silence + speech] = 0.5
    return samples


def test_speech_keeps_every_sample_and_its_level() -> None:
    samples = piece()
    start, _ = span_to_keep(len(samples), 12_000, 18_000)
    kept = trim(samples, 12_000, 18_000)
    assert np.array_equal(kept[12_000 - start : 18_000 - start], samples[12_000:18_000])


def test_pads_are_as_long_as_stated() -> None:
    kept = trim(piece(), 12_000, 18_000)
    assert len(kept) == 6_000 + round((LEAD + TAIL) * RATE)
    assert len(trim(piece(), 12_000, 18_000, first=True)) == 6_000 + round((FIRST_LEAD + TAIL) * RATE)


def test_pads_are_longer_than_fades() -> None:
    assert min(LEAD, FIRST_LEAD, TAIL) > FADE


def test_cuts_are_faded_to_silence() -> None:
    kept = trim(piece(), 12_000, 18_000)
    assert kept[0] == 0.0
    assert kept[-1] == 0.0
    assert np.max(np.abs(np.diff(kept[: round(FADE * RATE)]))) < 0.001


def test_nothing_is_faded_where_nothing_was_cut() -> None:
    samples = np.full(1_000, 0.5, dtype=np.float32)
    assert np.array_equal(trim(samples, 0, 1_000), samples)


def test_the_samples_given_are_left_alone() -> None:
    samples = piece()
    before = samples.copy()
    join_piece(samples, 12_000, 18_000, "sentence", 1.0, 0.5, first=False)
    assert np.array_equal(samples, before)


@pytest.mark.parametrize("boundary", ["clause", "sentence", "paragraph"])
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_pause_follows_that_fits_boundary_and_speed(boundary: str, speed: float) -> None:
    spoken = trim(piece(), 12_000, 18_000)
    joined = join_piece(piece(), 12_000, 18_000, boundary, speed, 1.0, first=False)
    assert np.array_equal(joined[: len(spoken)], spoken)
    assert len(joined) - len(spoken) == round(PAUSES[boundary] / speed * RATE)
    assert not joined[len(spoken) :].any()


def test_pauses_grow_with_the_boundary() -> None:
    lengths = [len(join_piece(piece(), 0, 9, name, 1.0, 1.0, False)) for name in ("clause", "sentence", "paragraph")]
    assert lengths == sorted(set(lengths))


def test_the_end_has_the_same_short_tail_at_every_speed() -> None:
    lengths = {len(join_piece(piece(), 12_000, 18_000, "end", speed, 1.0, False)) for speed in (0.5, 1.0, 2.0)}
    assert lengths == {6_000 + round((LEAD + TAIL) * RATE) + round(0.05 * RATE)}


def test_a_piece_without_speech_is_its_pause_alone() -> None:
    joined = join_piece(np.zeros(0, dtype=np.float32), 0, 0, "sentence", 1.0, 1.0, first=True)
    assert len(joined) == round(PAUSES["sentence"] * RATE)
    assert joined.dtype == np.float32


def test_volume_scales_and_clips() -> None:
    assert join_piece(piece(), 12_000, 18_000, "end", 1.0, 0.5, False).max() == np.float32(0.25)
    assert join_piece(piece(), 12_000, 18_000, "end", 1.0, 4.0, False).max() == 1.0


def test_what_is_no_number_becomes_silence() -> None:
    samples = np.array([np.nan, 0.5, np.inf, -np.inf], dtype=np.float32)
    joined = join_piece(samples, 0, 4, "end", 1.0, 1.0, False)
    assert joined[:4].tolist() == [0.0, 0.5, 1.0, -1.0]


def test_pcm_is_clipped_and_rounded_not_wrapped() -> None:
    samples = np.array([0.0, 1.0, -1.0, 1.5, -9.0, 0.5, np.nan, np.inf, 1.6 / 32767], dtype=np.float32)
    pcm = np.frombuffer(to_s16le(samples), dtype="<i2")
    assert pcm.tolist() == [0, 32767, -32767, 32767, -32767, 16384, 0, 32767, 2]
    assert to_s16le(samples[:0]) == b""


@given(
    length=st.integers(0, 5_000),
    start=st.integers(-100, 6_000),
    end=st.integers(-100, 6_000),
    boundary=st.sampled_from(sorted(PAUSES)),
    speed=st.floats(0.5, 2.0),
    volume=st.floats(0.0, 10.0),
    first=st.booleans(),
)
def test_any_figures_give_finite_sound_within_bounds(
    length: int, start: int, end: int, boundary: str, speed: float, volume: float, first: bool
) -> None:
    samples = np.full(length, 0.9, dtype=np.float32)
    joined = join_piece(samples, start, end, boundary, speed, volume, first)
    assert joined.dtype == np.float32
    assert np.all(np.abs(joined) <= 1.0)
    again = join_piece(samples, start, end, boundary, speed, volume, first)
    assert joined.tobytes() == again.tobytes()
