from __future__ import annotations

import pytest

from say.gateways.http.encoding import FORMATS, format_of
from tests.fakes.http import decoded, delay_and_likeness, samples
from tests.fakes.speech import RATE, sound_of

TEXT = "The first of them. A second one, which is longer than that. And a third!"
MADE = sound_of(TEXT)
PIECE = 2 * RATE  # bytes: a second
# Samples by which a player without knowledge of the encoder hears it later, and those that it pads its last frame with.
DELAYS = {"mp3": 1105, "aac": 1024, "opus": 0, "flac": 0, "wav": 0}
FRAMES = {"mp3": 1152, "aac": 1024, "opus": 0, "flac": 0, "wav": 0}


def encoded(name: str) -> list[bytes]:
    encoder = format_of(name).make()
    parts = [encoder.add(MADE[start : start + PIECE]) for start in range(0, len(MADE), PIECE)]
    return [*parts, encoder.finish()]


@pytest.mark.parametrize("name", DELAYS)
def test_what_is_heard_is_what_was_made(name: str) -> None:
    heard = decoded(b"".join(encoded(name)))

    delay, likeness = delay_and_likeness(heard, samples(MADE))

    assert 0 <= len(heard) - len(samples(MADE)) <= DELAYS[name] + 2 * FRAMES[name]
    assert delay == DELAYS[name]
    assert likeness > 0.99


@pytest.mark.parametrize("name", ["wav", "flac"])
def test_what_is_without_loss_is_the_same_to_the_last_bit(name: str) -> None:
    assert decoded(b"".join(encoded(name))).tolist() == samples(MADE).tolist()


@pytest.mark.parametrize("name", FORMATS)
def test_a_piece_is_sent_before_the_next_is_made(name: str) -> None:
    parts = encoded(name)
    assert all(parts[:-1])
    assert len(parts[-1]) < max(map(len, parts))


@pytest.mark.parametrize("name", DELAYS)
def test_the_first_piece_can_be_heard_before_the_second_is_made(name: str) -> None:
    first = encoded(name)[0]
    assert len(decoded(first)) > 0.8 * RATE


@pytest.mark.parametrize("name", FORMATS)
def test_a_whole_is_the_same_sound(name: str) -> None:
    whole = format_of(name).make_whole(MADE)
    if name == "pcm":
        assert whole == MADE
    elif name == "wav":
        assert whole == b"".join(encoded("wav"))[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]
        assert int.from_bytes(whole[40:44], "little") == len(MADE) == len(whole) - 44
    else:
        assert decoded(whole).tolist() == decoded(b"".join(encoded(name))).tolist()


@pytest.mark.parametrize("name", DELAYS)
def test_nothing_is_a_file_as_well(name: str) -> None:
    encoder = format_of(name).make()
    assert not any(decoded(encoder.add(b"") + encoder.finish()))
    assert not any(decoded(format_of(name).make_whole(b"")))
