from __future__ import annotations

import numpy as np
import pytest

from common.resample import resample
from say.gateways.resampled import Resampled

SQUARE = np.where(np.arange(24_000) % 60 < 30, 32_767, -32_768).astype("<i2")


def resampled(pcm: bytes, rate: int, part: int) -> bytes:
    found: list[bytes] = []
    sink = Resampled(rate, found.append)
    for at in range(0, len(pcm), part):
        sink.write(pcm[at : at + part])
    sink.finish()
    assert all(found), "nothing is passed on that is empty"
    return b"".join(found)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_sound_in_parts_is_as_loud_and_as_long_as_the_whole(rate: int) -> None:
    tone = (np.sin(np.arange(24_000) / 24_000 * 2 * np.pi * 440) * 16_000).astype("<i2")

    found = np.frombuffer(resampled(tone.tobytes(), rate, 2 * 1000), "<i2")

    whole = resample(tone.astype(np.float32), 24_000, rate)
    assert len(found) == rate
    assert np.abs(found - whole).max() <= 0.6  # half of a step


def test_what_would_be_louder_than_full_scale_is_clipped_and_does_not_turn_over() -> None:
    found = np.frombuffer(resampled(SQUARE.tobytes(), 48_000, 9_000), "<i2")

    assert (found.max(), found.min()) == (32_767, -32_768)
    assert np.abs(np.diff(np.sign(found[found != 0].astype(int)))).sum() < 2 * 2 * 24_000 / 30 + 10


def test_no_sound_is_none_at_any_rate() -> None:
    assert resampled(b"", 8_000, 2) == b""
