from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voice_server.joins import (
    APART,
    FADE,
    FIRST_LEAD,
    LEAD,
    PAUSES,
    QUIET,
    RATE,
    TAIL,
    Samples,
    join_piece,
    kind_of_pause,
    span_to_keep,
    to_s16le,
    trim,
)

RAMP = round(FADE * RATE)


def piece(silence: int = 12_000, speech: int = 6_000) -> Samples:
    """Return speech of full level between two stretches of hiss."""
    samples = np.full(silence + speech + silence, 0.1, dtype=np.float32)
    samples[silence : silence + speech] = 0.5
    return samples


def test_speech_keeps_every_sample_and_its_level() -> None:
    samples = piece()
    start, _ = span_to_keep(samples, 12_000, 18_000)
    kept = trim(samples, 12_000, 18_000)
    assert np.array_equal(kept[12_000 - start : 18_000 - start], samples[12_000:18_000])


def test_pads_are_as_long_as_stated() -> None:
    kept = trim(piece(), 12_000, 18_000)
    assert len(kept) == 6_000 + round((LEAD + TAIL) * RATE)
    assert len(trim(piece(), 12_000, 18_000, first=True)) == 6_000 + round((FIRST_LEAD + TAIL) * RATE)


def test_pads_are_longer_than_fades() -> None:
    assert min(LEAD, FIRST_LEAD, TAIL) > FADE
    assert 0.005 <= FADE <= 0.01


def test_cuts_are_faded_to_silence() -> None:
    kept = trim(piece(), 12_000, 18_000)
    assert kept[0] == 0.0
    assert kept[-1] == 0.0
    assert np.max(np.abs(np.diff(kept[:RAMP]))) < 0.001


def test_what_begins_and_ends_in_silence_is_left_as_it_is() -> None:
    samples = np.full(1_000, 0.5, dtype=np.float32)
    samples[[0, -1]] = 0.0
    assert np.array_equal(trim(samples, 0, 1_000), samples)


def test_speech_without_anything_around_it_is_led_to_and_from_silence() -> None:
    """Once, a piece whose sound began at its first sample began with a click."""
    samples = np.full(1_000, 0.5, dtype=np.float32)
    kept = trim(samples, 0, 1_000)
    assert np.array_equal(kept[RAMP:-RAMP], samples)
    assert kept[0] == kept[-1] == 0.0
    assert np.max(np.abs(np.diff(kept))) < 0.004
    assert span_to_keep(samples, 0, 1_000) == (-RAMP, 1_000 + RAMP)  # word times move to the back


def test_the_samples_given_are_left_alone() -> None:
    samples = piece()
    before = samples.copy()
    join_piece(samples, 12_000, 18_000, "sentence", 1.0, 0.5, first=False)
    assert np.array_equal(samples, before)


# Pauses


@pytest.mark.parametrize("kind", sorted(APART))
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_pause_follows_that_fits_boundary_and_speed(kind: str, speed: float) -> None:
    spoken = trim(piece(), 12_000, 18_000)
    joined = join_piece(piece(), 12_000, 18_000, kind, speed, 1.0, first=False)
    assert np.array_equal(joined[: len(spoken)], spoken)
    assert len(joined) - len(spoken) == round(PAUSES[kind] / speed * RATE)
    assert not joined[len(spoken) :].any()


def test_pauses_grow_with_what_they_part() -> None:
    kinds = ["word", "clause", "colon", "sentence", "question", "ellipsis", "paragraph"]
    lengths = [len(join_piece(piece(), 0, 9, kind, 1.0, 1.0, False)) for kind in kinds]
    assert lengths == sorted(set(lengths))


def test_at_speed_1_speech_is_as_far_apart_as_stated() -> None:
    for kind, apart in APART.items():
        first = join_piece(piece(), 12_000, 18_000, kind, 1.0, 1.0, False)
        joined = np.concatenate([first, join_piece(piece(), 12_000, 18_000, "end", 1.0, 1.0, False)])
        (begins,) = np.nonzero(np.diff((joined == 0.5).astype(int)) == 1)
        (ends,) = np.nonzero(np.diff((joined == 0.5).astype(int)) == -1)
        assert begins[1] - ends[0] == round(apart * RATE)


@pytest.mark.parametrize(
    ("boundary", "text", "kind"),
    [
        ("clause", "when it rains, ", "clause"),
        ("clause", "when it rains —", "clause"),
        ("clause", "“when it rains,” ", "clause"),
        ("clause", "this is it: ", "colon"),
        ("clause", "this is it;\n", "colon"),
        ("clause", "雨が降ると、", "clause"),
        ("clause", "a very long row of words", "word"),
        ("clause", "", "word"),
        ("sentence", "It rains. ", "sentence"),
        ("sentence", "It rains!", "sentence"),
        ("sentence", "Does it rain? ", "question"),
        ("sentence", "(Does it rain?)", "question"),
        ("sentence", "“Does it rain?”\n", "question"),
        ("sentence", "雨ですか？", "question"),
        ("sentence", "It rains… ", "ellipsis"),
        ("sentence", "It rains...", "ellipsis"),
        ("sentence", "A list:", "sentence"),
        ("sentence", "a line", "sentence"),
        ("paragraph", "Does it rain?", "paragraph"),
        ("pause", "Does it rain?", "pause"),
        ("end", "Does it rain?", "end"),
    ],
)
def test_the_last_mark_tells_one_pause_from_another(boundary: str, text: str, kind: str) -> None:
    assert kind_of_pause(boundary, text) == kind


@given(st.sampled_from(["clause", "sentence", "paragraph", "pause", "end"]), st.text())
def test_there_is_a_pause_for_every_boundary_and_text(boundary: str, text: str) -> None:
    assert kind_of_pause(boundary, text) in PAUSES


def test_the_end_has_the_same_short_tail_at_every_speed() -> None:
    lengths = {len(join_piece(piece(), 12_000, 18_000, "end", speed, 1.0, False)) for speed in (0.5, 1.0, 2.0)}
    assert lengths == {6_000 + round((LEAD + TAIL) * RATE) + round(0.05 * RATE)}


def test_a_piece_without_speech_is_its_pause_alone() -> None:
    joined = join_piece(np.zeros(0, dtype=np.float32), 0, 0, "sentence", 1.0, 1.0, first=True)
    assert len(joined) == round(PAUSES["sentence"] * RATE)
    assert joined.dtype == np.float32


# Levels


def test_volume_scales_and_clips() -> None:
    assert join_piece(piece(), 12_000, 18_000, "end", 1.0, 0.5, False).max() == np.float32(0.25)
    assert join_piece(piece(), 12_000, 18_000, "end", 1.0, 4.0, False).max() == 1.0


def test_what_is_no_number_becomes_silence() -> None:
    samples = np.array([0.0, np.nan, 0.5, np.inf, -np.inf, np.nan], dtype=np.float32)
    joined = join_piece(samples, 0, 6, "end", 1.0, 1.0, False)
    assert joined[:6].tolist() == [0.0, 0.0, 0.5, 1.0, -1.0, 0.0]


def test_pcm_is_clipped_and_rounded_not_wrapped() -> None:
    samples = np.array([0.0, 1.0, -1.0, 1.5, -9.0, 0.5, np.nan, np.inf, 1.6 / 32767], dtype=np.float32)
    pcm = np.frombuffer(to_s16le(samples), dtype="<i2")
    assert pcm.tolist() == [0, 32767, -32767, 32767, -32767, 16384, 0, 32767, 2]
    assert to_s16le(samples[:0]) == b""


# Any sound

levels = st.floats(-1.0, 1.0, width=32)
signals = st.integers(0, 6_000).flatmap(lambda length: arrays(np.float32, length, elements=levels, fill=levels))
places = st.integers(-100, 6_100)


@given(
    samples=signals,
    start=places,
    end=places,
    kind=st.sampled_from(sorted(PAUSES)),
    speed=st.floats(0.5, 2.0),
    volume=st.floats(0.0, 10.0),
    first=st.booleans(),
)
def test_any_figures_give_finite_sound_within_bounds(
    samples: Samples, start: int, end: int, kind: str, speed: float, volume: float, first: bool
) -> None:
    joined = join_piece(samples, start, end, kind, speed, volume, first)
    assert joined.dtype == np.float32
    assert np.all(np.abs(joined) <= 1.0)
    again = join_piece(samples, start, end, kind, speed, volume, first)
    assert joined.tobytes() == again.tobytes()


@given(samples=signals, start=places, end=places, first=st.booleans())
def test_of_any_sound_no_sample_of_speech_is_lost_or_faded(samples: Samples, start: int, end: int, first: bool) -> None:
    head, _ = span_to_keep(samples, start, end, first)
    kept = trim(samples, start, end, first)
    begin, stop = (max(0, min(place, len(samples))) for place in (start, end))
    if begin < stop:
        assert np.array_equal(kept[begin - head : stop - head], samples[begin:stop])
    else:
        assert len(kept) == 0


@given(pieces=st.lists(st.tuples(signals, places, places), min_size=1, max_size=3), first=st.booleans())
def test_of_any_sound_no_join_clicks(pieces: list[tuple[Samples, int, int]], first: bool) -> None:
    for samples, start, end in pieces:
        kept = trim(samples, start, end, first)
        if not len(kept):
            continue
        peak = max(QUIET, float(np.abs(samples).max()))
        # What comes out of silence, and goes back to it, stays below a straight line of 6 ms; or it is quiet anyway.
        rising = np.arange(RAMP) / (RAMP - 1) * peak + QUIET
        head, _ = span_to_keep(samples, start, end, first)
        lead = max(0, min(start, len(samples))) - head
        tail = len(kept) - lead - (max(0, min(end, len(samples))) - max(0, min(start, len(samples))))
        assert abs(kept[0]) <= QUIET and abs(kept[-1]) <= QUIET
        if lead >= RAMP:
            assert np.all(np.abs(kept[:RAMP]) <= rising)
        if tail >= RAMP:
            assert np.all(np.abs(kept[::-1][:RAMP]) <= rising)


@given(samples=signals, start=places, end=places)
def test_steps_at_a_join_are_no_larger_than_within_the_sound_itself(samples: Samples, start: int, end: int) -> None:
    one = join_piece(samples, start, end, "word", 1.0, 1.0, False)
    other = join_piece(samples, start, end, "end", 1.0, 1.0, False)
    joined = np.concatenate([np.zeros(1, np.float32), one, other])
    own = float(np.abs(np.diff(samples)).max()) if len(samples) > 1 else 0.0
    peak = float(np.abs(samples).max()) if len(samples) else 0.0
    assert np.abs(np.diff(joined)).max() <= own + peak / (RAMP - 1) + QUIET + 1e-6
