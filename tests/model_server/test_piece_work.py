"""Pieces of the same engine are spoken at once where it gains; what is kept, or asked for twice, is spoken once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from common.errors import SayError, Unspeakable
from common.messages.hello import Error
from common.messages.synthesis import Synthesized
from common.voices import Voice, find_voice
from model_server.engines.base import EnginePiece, Speech
from model_server.phrase_cache import PhraseCache
from model_server.piece_work import Made, PieceWork
from tests.fakes.loops import run
from tests.model_server.test_session import FakeEngine, piece, receive, stage

PIECE = EnginePiece("one", "wˈʌn", find_voice("af_heart"), "en-us", 1.0)
TWO, THREE = replace(PIECE, text="two"), replace(PIECE, text="three")


class Batching(FakeEngine):
    """A fake that has up to `most_together` pieces at once."""

    most_together = 4

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []

    def prepare(self, voice: Voice) -> None:
        """Nothing to prepare."""

    unloads = False

    def needs(self, piece: EnginePiece | None) -> int:
        return 0

    def rest(self) -> None:
        """Nothing is kept."""

    def unload(self) -> None:
        """Nothing to drop."""

    def fits_together(self, pieces: Sequence[EnginePiece]) -> bool:
        return len(pieces) <= self.most_together

    def speak_together(self, pieces: Sequence[EnginePiece]) -> list[Speech | SayError]:
        self.batches.append([piece.text for piece in pieces])
        found: list[Speech | SayError] = []
        for each in pieces:
            try:
                found.append(self.speak(each))
            except SayError as error:
                found.append(error)
        return found


def works(engine: FakeEngine, *pieces: EnginePiece, phrases: PhraseCache | None = None) -> list[PieceWork]:
    phrases = phrases or PhraseCache()
    return [PieceWork(phrases, engine, piece, "") for piece in pieces]  # type: ignore[arg-type]  # a fake has less


def test_an_engine_that_never_speaks_together_is_not_asked_to() -> None:
    first, second = works(FakeEngine(), PIECE, TWO)

    assert not first.goes_with(())
    assert not first.goes_with([second])
    assert first().most_together == 1


def test_pieces_go_together_as_long_as_their_engine_takes_them() -> None:
    engine = Batching()
    first, *others = works(engine, *[PIECE] * 5)

    assert first.goes_with(others[:3])
    assert not first.goes_with(others)
    engine.most_together = 1
    assert not first.goes_with(())


def test_pieces_of_another_engine_and_equal_ones_do_not_go_together() -> None:
    first, second = works(Batching(), PIECE, TWO)

    assert first.goes_with([second])
    assert not first.goes_with(works(Batching(), TWO))
    assert not replace(first, name="same").goes_with([replace(second, name="same")])


def test_each_has_its_own_sound_or_error_and_its_share_of_the_time() -> None:
    engine = Batching()
    engine.faults["two"] = Unspeakable("no")
    first, *others = works(engine, PIECE, TWO, THREE)

    one, two, three = first.do_with(others)

    assert isinstance(one, Made) and isinstance(three, Made)
    assert isinstance(two, Unspeakable)
    assert one.seconds == pytest.approx(three.seconds)
    assert (one.beside, one.most_together, one.phrase.count) == (2, 4, engine.samples)
    assert engine.batches == [["one", "two", "three"]]


def test_what_was_made_meanwhile_is_not_made_again() -> None:
    engine = Batching()
    phrases = PhraseCache(lambda name, voice: "source")
    first, second, third = works(
        engine, PIECE, replace(TWO, phonemes="tˈu"), replace(THREE, phonemes="θɹˈi"), phrases=phrases
    )
    named = replace(first, name=phrases._name_now("fake", PIECE))
    kept = named()
    engine.samples = 480

    again, *new = named.do_with([second, third])

    assert engine.batches == [["two", "three"]]
    assert isinstance(again, Made)
    assert (again.phrase, again.seconds) == (kept.phrase, 0.0)
    assert all(isinstance(each, Made) and each.phrase.count == 480 for each in new)
    assert np.frombuffer(again.phrase.samples, np.float32).size == 240
    phrases.close()


def test_pieces_of_several_voice_servers_are_spoken_at_once_and_each_hears_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test() -> None:
        async with stage() as there:
            engine = Batching()
            engine.faults["bad"] = Unspeakable("no")
            engine.go.clear()
            monkeypatch.setattr(there.room, "_engine", engine)
            learned: list[int] = []
            monkeypatch.setattr(there.workshop.speeds.of("fake"), "learn", lambda length, *rest: learned.append(length))
            one, other = await there.begun(bulk=True), await there.begun(bulk=True)
            one.send_soon(piece(0, "alone"))
            while not engine.begun:
                await asyncio.sleep(0.001)
            one.send_soon(piece(1, "second"))
            one.send_soon(piece(2, "bad"))
            other.send_soon(piece(7, "another"))
            while there.scheduler.queued < 3:
                await asyncio.sleep(0.001)
            engine.go.set()

            first, second = [await receive(one, Synthesized) for _ in range(2)]
            error = await receive(one, Error)
            third = await receive(other, Synthesized)

            assert sorted(engine.batches[0]) == ["another", "bad", "second"]
            found = [(each.index, each.together) for each in (first, second, third) if isinstance(each, Synthesized)]
            assert found == [(0, 4), (1, 4), (7, 4)]
            assert isinstance(error, Error) and error.id == "2"
            assert learned == [len("alone")]  # the pace is that of pieces made one by one

    run(test())
