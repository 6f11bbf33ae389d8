from __future__ import annotations

import asyncio

import numpy as np
import pytest

from common.messages.speaking import Audio, Played, Word
from common.messages.synthesis import PlannedPiece, WordTime
from tests.fakes.loops import run, settle
from voice_server.changes import Changes
from voice_server.clips import Clip
from voice_server.joins import RATE, Samples
from voice_server.reel import Reel
from voice_server.sinks import SAMPLE_BYTES, ClientSink


def clip(index: int, samples: Samples, words: tuple[WordTime, ...] = ()) -> Clip:
    """Return a piece that is ready to be performed."""
    piece = PlannedPiece("text", "", index * 10, index * 10 + 10, "sentence")
    return Clip(piece, piece.start, 1.0, index=index, wanted=True, samples=samples, words=words)


def sound(samples: int = 240) -> Samples:
    return np.full(samples, 0.25, np.float32)


async def perform(sink: ClientSink, *clips: Clip) -> Reel:
    """Let the sink bring pieces to their end."""
    reel = Reel(0, 1.0)
    reel.clips += clips
    await sink.perform(reel, Changes(), more=lambda: False, complete=lambda: True)
    return reel


class Sent:
    """What a sink sent."""

    def __init__(self) -> None:
        self.messages: list[object] = []
        self.raw = b""

    async def send(self, message: object, raw: bytes = b"") -> None:
        await asyncio.sleep(0)
        self.messages.append(message)
        self.raw += raw

    def of(self, kind: type) -> list[object]:
        return [message for message in self.messages if type(message) is kind]


def test_sound_goes_out_in_frames_of_a_second_at_most_and_then_counts_as_played() -> None:
    async def test() -> None:
        sent = Sent()
        sink = ClientSink("r", sent.send, send_words=False)
        sink.grant(1 << 20)

        await perform(sink, clip(0, sound(RATE * 2 + 100)))

        assert [message.bytes for message in sent.of(Audio)] == [48_000, 48_000, 200]  # type: ignore[attr-defined]
        assert sent.messages[-1] == Played("r", 0, 10)
        assert len(sent.raw) == (RATE * 2 + 100) * SAMPLE_BYTES

    run(test())


@pytest.mark.parametrize("grants", [[96_000], [48_000, 48_000], [1000] * 96, [1] * 5 + [95_995], [3, 95_997]])
def test_no_more_goes_out_than_was_granted_however_little_that_is(grants: list[int]) -> None:
    """Once, a client that granted less than a second got nothing at all."""

    async def test() -> None:
        sent = Sent()
        sink = ClientSink("r", sent.send, send_words=False)
        taking = asyncio.create_task(perform(sink, clip(0, sound(48_000))))
        granted = 0
        for grant in grants:
            await settle(10)
            assert granted - 1 <= len(sent.raw) <= granted
            sink.grant(grant)
            granted += grant

        await taking

        assert len(sent.raw) == 96_000

    run(test())


def test_word_times_count_from_the_beginning_of_the_sound() -> None:
    async def test() -> None:
        sent = Sent()
        sink = ClientSink("r", sent.send, send_words=True)
        sink.grant(1 << 20)

        await perform(
            sink,
            *(clip(index, sound(RATE), (WordTime(index, index + 1, 0.25, 0.5),)) for index in range(2)),
        )

        assert sent.of(Word) == [Word("r", 0, 1, 0.25, 0.5), Word("r", 1, 2, 1.25, 1.5)]

    run(test())


def test_sound_that_was_sent_is_not_kept() -> None:
    async def test() -> None:
        sink = ClientSink("r", Sent().send, send_words=False)
        sink.grant(1 << 20)

        reel = await perform(sink, *(clip(index, sound()) for index in range(200)))

        assert (reel.played, reel.samples) == (200, 200 * 240)
        assert len(reel.clips) < 100 and not any(one.length for one in reel.clips)

    run(test())
