from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.resample import Resampler, resample

Samples = npt.NDArray[np.float32]


def sine(frequency: float, rate: int, seconds: float) -> Samples:
    return np.sin(2 * np.pi * frequency * np.arange(round(rate * seconds)) / rate).astype(np.float32)


def decibels(error: Samples) -> float:
    """Return the level relative to a full-scale sine, without the first and last tenth."""
    inner = error[len(error) // 10 : -len(error) // 10]
    return float(20 * np.log10(np.sqrt(2 * np.mean(inner.astype(np.float64) ** 2)) + 1e-12))


@pytest.mark.parametrize(
    ("rate_in", "rate_out"), [(22050, 24000), (24000, 48000), (24000, 44100), (24000, 16000), (24000, 44101)]
)
@pytest.mark.parametrize("frequency", [100.0, 1000.0, 6000.0])
def test_a_sine_stays_the_same_sine(rate_in: int, rate_out: int, frequency: float) -> None:
    resampled = resample(sine(frequency, rate_in, 1.0), rate_in, rate_out)

    assert decibels(resampled - sine(frequency, rate_out, 1.0)) < -90


def test_a_sine_above_the_new_nyquist_frequency_is_silenced_not_aliased() -> None:
    assert decibels(resample(sine(9000, 24000, 0.5), 24000, 16000)) < -80


def test_going_up_makes_no_image_of_a_sine() -> None:
    spectrum = np.abs(np.fft.rfft(resample(sine(9000, 24000, 1.0), 24000, 48000)[4000:-4000] * np.hanning(40000)))

    assert spectrum[len(spectrum) // 2 + 200 :].max() < spectrum.max() * 1e-4


def test_a_constant_stays_constant_in_every_phase() -> None:
    inner = resample(np.ones(5000, dtype=np.float32), 22050, 24000)[200:-200]

    assert np.abs(inner - 1).max() < 1e-5


def test_nothing_is_shifted() -> None:
    click = np.zeros(2000, dtype=np.float32)
    click[1000] = 1.0

    resampled = resample(click, 24000, 48000)

    assert int(np.argmax(np.abs(resampled))) == 2000
    np.testing.assert_allclose(resampled[2000 - 50 : 2000], resampled[2050:2000:-1], atol=1e-6)


@pytest.mark.parametrize("rate", [8000, 24000, 44100])
def test_equal_rates_pass_the_samples_through(rate: int) -> None:
    samples = sine(440, rate, 0.1)

    assert np.array_equal(resample(samples, rate, rate), samples)


@given(
    count=st.integers(0, 3000),
    rate_in=st.sampled_from([8000, 11025, 16000, 22050, 24000, 48000]),
    rate_out=st.sampled_from([8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 96000, 192000]),
)
def test_any_length_keeps_its_duration_to_the_nearest_sample(count: int, rate_in: int, rate_out: int) -> None:
    resampled = resample(np.full(count, 0.5, dtype=np.float32), rate_in, rate_out)

    assert abs(len(resampled) - count * rate_out / rate_in) <= 0.5
    assert resampled.dtype == np.float32
    assert np.isfinite(resampled).all()


def test_a_single_sample_may_vanish() -> None:
    assert resample(np.ones(1, dtype=np.float32), 22050, 8000).shape == (0,)


def test_a_part_sounds_as_it_does_in_the_whole() -> None:
    noise = np.random.default_rng(1).standard_normal(24000).astype(np.float32)

    whole = resample(noise, 24000, 44100)
    part = resample(noise[:12000], 24000, 44100)

    np.testing.assert_allclose(part[:-100], whole[: len(part) - 100], atol=1e-5)


@pytest.mark.parametrize("rates", [(0, 24000), (24000, 0), (-1, 24000)])
def test_a_rate_that_is_not_positive_is_refused(rates: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        resample(np.zeros(10, dtype=np.float32), *rates)


@given(
    sizes=st.lists(st.integers(0, 9000), max_size=8),
    rates=st.sampled_from(
        [(24000, 8000), (24000, 44100), (24000, 48000), (22050, 24000), (24000, 23999), (24000, 24000)]
    ),
)
def test_sound_in_parts_becomes_the_same_as_the_whole_to_the_last_bit(sizes: list[int], rates: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).standard_normal(sum(sizes)).astype(np.float32)
    resampler = Resampler(*rates)
    parts, at = [], 0
    for size in sizes:
        parts.append(resampler.feed(noise[at : at + size]))
        at += size
    parts.append(resampler.end())

    assert np.array_equal(np.concatenate(parts), resample(noise, *rates))


def test_what_comes_in_parts_is_passed_on_within_half_a_second() -> None:
    resampler = Resampler(24000, 44100)

    given_back = [len(resampler.feed(np.zeros(240, dtype=np.float32))) for _ in range(300)]

    assert max(taken * 441 - out for taken, out in enumerate(np.cumsum(given_back), start=1)) < 22050


@pytest.mark.parametrize("rates", [(24000, 8000), (24000, 44100)])
def test_a_minute_in_parts_keeps_no_more_than_a_moment(rates: tuple[int, int]) -> None:
    import tracemalloc

    second = np.zeros(24000, dtype=np.float32)
    resampler = Resampler(*rates)
    resampler.feed(second)  # the filter is made once
    tracemalloc.start()
    try:
        for _ in range(60):
            resampler.feed(second)
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert kept < 4 * second.nbytes


@pytest.mark.parametrize("rates", [(0, 24000), (24000, 0), (-1, 24000)])
def test_a_rate_that_is_not_positive_is_refused_for_parts_too(rates: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Resampler(*rates)


def test_a_minute_needs_little_more_memory_than_its_samples() -> None:
    import tracemalloc

    minute = np.zeros(60 * 24000, dtype=np.float32)
    resample(minute[:100], 24000, 44100)  # the filter is made once
    tracemalloc.start()
    try:
        resample(minute, 24000, 44100)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 5 * minute.nbytes
