from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from common.async_connection import AsyncConnection, connect
from common.handshake import MODEL_ROLE
from common.messages.speaking import Audio
from common.messages.synthesis import Begin, Begun, PieceWord, Plan, Planned, Synthesize, Synthesized, WordTime
from common.phrase_folder import Held
from common.voices import Voice, find_voice
from model_server import phrase_cache
from model_server.engines.base import EnginePiece, Speech
from model_server.engines.tone import ToneEngine
from model_server.phrase_cache import MOST_SAMPLES, MOST_SYMBOLS, MOST_WRITES, Found, PhraseCache
from model_server.phrase_disk import PhraseDisk
from model_server.phrase_format import Phrase
from tests.fakes.loops import run, settle, until
from tests.model_server.test_session import FakeEngine, Stage, receive, stage

HEART, BELLA = find_voice("af_heart"), find_voice("af_bella")
WAIT = 20.0  # seconds; a deadline, never a pause
PIECE = EnginePiece("Build finished.", "bˈɪld fˈɪnɪʃt.", HEART, "en-us", 1.0)


class Engine(FakeEngine):
    """A fake whose sound is random, so that only the very same sound is equal; it speaks two words."""

    def __init__(self) -> None:
        super().__init__()
        self._random = np.random.default_rng(1)

    def speak(self, piece: EnginePiece) -> Speech:
        speech = super().speak(piece)
        words = (
            WordTime(piece.start, piece.start + 5, 0.0, 0.1),
            WordTime(piece.start + 6, piece.start + 15, 0.1, 1 / 3),
        )
        samples = self._random.standard_normal(self.samples).astype(np.float32)
        return dataclasses.replace(speech, samples=samples, words=words)


def source(engine: str, voice: Voice) -> str:
    return f"{engine} {voice.name}"


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., PhraseCache]]:
    """Return what makes the caches of daemons that run one after the other.

    They wait long for the disk: a machine that is busy is no disk that hangs.
    """
    monkeypatch.setattr(phrase_cache, "PATIENCE", WAIT)
    monkeypatch.setattr(phrase_cache, "LOOK_PATIENCE", WAIT)
    made: list[PhraseCache] = []

    def make(**options: object) -> PhraseCache:
        arguments = {"source": source, "disk": PhraseDisk(tmp_path / "phrases", 1 << 20), **options}
        made.append(PhraseCache(**arguments))  # type: ignore[arg-type]  # as the test has them
        return made[-1]

    yield make
    for cache in made:
        cache.close()


async def spoken(cache: PhraseCache, engine: Engine, piece: EnginePiece) -> Phrase:
    """Return a piece's sound as a session gets it."""
    found = await cache.find(engine.name, piece)
    return found.phrase or cache.speak(engine, piece, found.name)[0]  # type: ignore[arg-type]  # a fake


async def settled(cache: PhraseCache) -> Held:
    """Return what is on disk once all has been written."""
    report = await cache.report()
    return Held(report.phrases, report.size)


def test_a_phrase_that_was_spoken_needs_no_engine(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        cache, engine = caches(), Engine()
        first = await spoken(cache, engine, PIECE)
        for _ in range(3):
            assert await spoken(cache, engine, PIECE) == first
        assert engine.begun == [PIECE.text]
        report = await cache.report()
        assert (report.on, report.hits, report.misses) == (True, 3, 1)

    run(test())


def test_it_is_on_disk_from_the_second_time_on_whatever_ran_in_between(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        engine = Engine()
        daemons = [caches() for _ in range(4)]
        sounds = []
        for number, cache in enumerate(daemons):
            sounds.append(await spoken(cache, engine, PIECE))
            assert (await settled(cache)).phrases == (number > 0)
        assert engine.begun == [PIECE.text] * 2
        assert sounds[1] == sounds[2] == sounds[3]

    run(test())


def test_what_is_spoken_once_leaves_no_sound_on_disk(caches: Callable[..., PhraseCache], tmp_path: Path) -> None:
    async def test() -> None:
        cache, engine = caches(), Engine()
        for number in range(20):
            await spoken(cache, engine, dataclasses.replace(PIECE, text=str(number)))
        assert await settled(cache) == Held(0, 0)
        written = b"".join(path.read_bytes() for path in (tmp_path / "phrases").iterdir())
        assert len(written) == 32 + 20 * 20  # the key, and keyed hashes

    run(test())


def test_no_text_is_in_names_or_files(caches: Callable[..., PhraseCache], tmp_path: Path) -> None:
    async def test() -> None:
        cache, engine = caches(), Engine()
        for _ in range(2):
            await spoken(cache, engine, PIECE)
        await settled(cache)
        for path in (tmp_path / "phrases").iterdir():
            data = path.read_bytes() + path.name.encode()
            for told in ("Build", "finished", PIECE.phonemes, "af_heart"):
                assert told.encode() not in data

    run(test())


WORD = PieceWord(0, 5, 0, 5, 0, 5)


@pytest.mark.parametrize(
    "other",
    [
        {"voice": BELLA},
        {"speed": 1.0000001},
        {"phonemes": "bˈɪlt fˈɪnɪʃt."},
        {"text": "Built finished."},
        {"language": "en-gb"},
        {"words": (WORD,)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_whatever_changes_sound_or_times_makes_another_phrase(
    caches: Callable[..., PhraseCache], other: dict[str, object]
) -> None:
    async def test() -> None:
        cache, engine = caches(), Engine()
        one = await spoken(cache, engine, PIECE)
        assert await spoken(cache, engine, dataclasses.replace(PIECE, **other)) != one  # type: ignore[arg-type]  # as given
        assert len(engine.begun) == 2

    run(test())


def test_the_same_words_at_another_place_are_the_same_phrase(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        cache, engine = caches(), Engine()
        piece = dataclasses.replace(PIECE, words=(WORD, PieceWord(6, 15, 6, 15, 6, 14)))
        moved = tuple(dataclasses.replace(word, start=word.start + 40, end=word.end + 40) for word in piece.words)
        there = dataclasses.replace(piece, start=40, words=moved)
        first = await spoken(cache, engine, there)
        again = await spoken(cache, engine, piece)
        assert again == first and len(engine.begun) == 1
        assert again.words_at(0)[1] == WordTime(6, 15, 0.1, 1 / 3)
        assert again.words_at(40)[1] == WordTime(46, 55, 0.1, 1 / 3)

    run(test())


def test_the_text_makes_no_difference_where_words_are_matched_with_phonemes(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        cache, engine = caches(), Engine()
        piece = dataclasses.replace(PIECE, words=(WORD,))
        await spoken(cache, engine, piece)
        await spoken(cache, engine, dataclasses.replace(piece, text="Build finished. "))
        assert len(engine.begun) == 1

    run(test())


def test_long_pieces_silent_ones_and_those_of_other_engines_are_not_kept(
    caches: Callable[..., PhraseCache],
) -> None:
    async def test() -> None:
        cache = caches(source=lambda engine, voice: "" if voice is BELLA else source(engine, voice))
        for text, samples, voice in (
            ("x" * (MOST_SYMBOLS + 1), 240, HEART),
            ("slow", MOST_SAMPLES + 1, HEART),
            ("...", 0, HEART),
            ("never", 240, BELLA),
        ):
            engine = Engine()
            engine.samples = samples
            piece = EnginePiece(text, "", voice, "en-us", 1.0)
            for _ in range(2):
                assert (await spoken(cache, engine, piece)).count == samples
            assert len(engine.begun) == 2, text
        report = await cache.report()
        assert report.phrases == report.memory == 0

    run(test())


def test_what_an_engine_cannot_say_is_asked_for_again(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        cache, engine = caches(), Engine()
        engine.faults[PIECE.text] = ValueError("no")
        with pytest.raises(ValueError, match="no"):
            await spoken(cache, engine, PIECE)
        engine.faults.clear()
        assert (await spoken(cache, engine, PIECE)).count == 240

    run(test())


def test_sound_of_files_that_changed_while_the_engine_loaded_is_not_kept(caches: Callable[..., PhraseCache]) -> None:
    class Loading(Engine):
        def speak(self, piece: EnginePiece) -> Speech:
            versions.append("new")
            return super().speak(piece)

    versions = ["old"]

    async def test() -> None:
        cache, engine = caches(source=lambda engine, voice: versions[-1]), Loading()
        await spoken(cache, engine, PIECE)
        versions.append("old")
        assert await cache.find("fake", PIECE) == Found((await cache.find("fake", PIECE)).name, None)

    run(test())


def test_two_who_ask_for_the_same_at_once_cost_one_synthesis(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        cache, engine = caches(), Engine()
        found = [await cache.find("fake", PIECE) for _ in range(2)]
        sounds = [cache.speak(engine, PIECE, each.name) for each in found]  # type: ignore[arg-type]  # a fake
        assert sounds[0][0] == sounds[1][0] and len(engine.begun) == 1
        assert sounds[0][1] > sounds[1][1] == 0
        assert (await settled(cache)).phrases == 1

    run(test())


def test_one_that_is_warm_is_open_before_anything_is_looked_for(
    caches: Callable[..., PhraseCache], tmp_path: Path
) -> None:
    async def test() -> None:
        caches(source=None).warm(HEART)
        assert not (tmp_path / "phrases").exists()
        caches().warm(HEART)
        await until((tmp_path / "phrases" / "key").exists)

    run(test())


def test_a_cache_that_is_off_keeps_nothing_and_starts_no_thread(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        before = threading.enumerate()
        cache, engine = caches(source=None), Engine()
        for _ in range(2):
            await spoken(cache, engine, PIECE)
        assert len(engine.begun) == 2
        assert set(threading.enumerate()) <= set(before)
        assert not (await cache.report()).on

    run(test())


def test_a_cache_that_is_off_can_be_cleared(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        on = caches()
        for _ in range(2):
            await spoken(on, Engine(), PIECE)
        kept = await settled(on)
        assert kept.phrases == 1
        off = caches(source=None)
        assert await settled(off) == kept
        assert await off.clear() == (kept, 0)

    run(test())


def test_what_was_cleared_is_synthesized_again(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        cache, engine = caches(), Engine()
        for _ in range(2):
            await spoken(cache, engine, PIECE)
        disk, memory = await cache.clear()
        assert disk.phrases == 1 and disk.size > memory == 960
        assert await cache.clear() == (Held(0, 0), 0)
        await spoken(cache, engine, PIECE)
        assert len(engine.begun) == 2 and await settled(cache) == Held(0, 0)

    run(test())


def warnings(records: list[logging.LogRecord]) -> list[str]:
    return [record.getMessage() for record in records if record.name == phrase_cache.__name__]


def test_a_folder_that_is_refused_leaves_the_memory_and_is_told_once(
    caches: Callable[..., PhraseCache], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases").chmod(0o777)

    async def test() -> None:
        cache, engine = caches(), Engine()
        for _ in range(3):
            await spoken(cache, engine, PIECE)
        assert len(engine.begun) == 1
        await settled(cache)

    run(test())
    (told,) = warnings(caplog.records)
    assert "in memory only" in told and "others may write" in told
    assert list((tmp_path / "phrases").iterdir()) == []


def test_a_disk_that_takes_nothing_fails_nobody_and_is_told_once(
    caches: Callable[..., PhraseCache], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def full(path: str, flags: int, *mode: int, **options: int) -> int:
        if "phrases" in str(path) and flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(28, "No space left on device")
        return opened(path, flags, *mode, **options)

    async def test() -> None:
        cache, engine = caches(), Engine()
        await cache.find("fake", PIECE)  # it is open
        monkeypatch.setattr(os, "open", full)
        for number in range(3):
            for _ in range(2):
                await spoken(cache, engine, dataclasses.replace(PIECE, text=str(number)))
        assert len(engine.begun) == 3
        assert await settled(cache) == Held(0, 0)

    run(test())
    assert warnings(caplog.records) == [
        "the phrase cache cannot be written, and is in memory only: No space left on device"
    ]


def test_a_disk_that_cannot_be_read_is_a_miss(
    caches: Callable[..., PhraseCache], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: PhraseDisk, name: str) -> None:
        raise OSError(5, "Input/output error")

    async def test() -> None:
        monkeypatch.setattr(PhraseDisk, "read", fail)
        cache, engine = caches(), Engine()
        for number in range(3):
            await spoken(cache, engine, dataclasses.replace(PIECE, text=str(number)))
        assert len(engine.begun) == 3

    run(test())
    assert len(warnings(caplog.records)) == 1


def test_a_disk_that_hangs_keeps_nobody_waiting(
    caches: Callable[..., PhraseCache], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answered, begun = threading.Event(), threading.Event()
    looks: list[str] = []

    def hang(self: PhraseDisk, name: str) -> None:
        looks.append(name)
        begun.set()
        assert answered.wait(WAIT)

    async def test() -> None:
        monkeypatch.setattr(PhraseDisk, "read", hang)
        monkeypatch.setattr(phrase_cache, "PATIENCE", 0.01)
        cache = caches()
        try:
            assert [await cache.find("fake", PIECE) for _ in range(5)] == [Found()] * 5
            assert begun.wait(WAIT)
            assert len(looks) == 1
        finally:
            answered.set()
        monkeypatch.setattr(phrase_cache, "PATIENCE", WAIT)

        async def looked() -> bool:
            return (await cache.find("fake", PIECE)).name != ""

        while not await looked():
            await asyncio.sleep(0)

    run(test())
    assert len(warnings(caplog.records)) == 1


# In a session


def test_a_disk_that_does_not_take_what_is_written_costs_neither_memory_nor_a_look_at_the_daemon(
    caches: Callable[..., PhraseCache], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answered, begun = threading.Event(), threading.Event()
    written: list[str] = []

    def hang(self: PhraseDisk, name: str, phrase: Phrase) -> None:
        begun.set()
        assert answered.wait(WAIT)
        written.append(name)

    async def test() -> None:
        monkeypatch.setattr(PhraseDisk, "spoken", hang)
        monkeypatch.setattr(phrase_cache, "LOOK_PATIENCE", 0.01)
        cache, engine = caches(), Engine()
        try:
            for number in range(MOST_WRITES + 10):
                await spoken(cache, engine, dataclasses.replace(PIECE, text=str(number)))
            assert begun.wait(WAIT)
            report = await cache.report()
            assert (report.on, report.phrases, report.misses) == (True, 0, MOST_WRITES + 10)
        finally:
            answered.set()
        monkeypatch.setattr(phrase_cache, "LOOK_PATIENCE", WAIT)
        await cache.report()
        assert len(written) == MOST_WRITES
        await spoken(cache, engine, PIECE)
        await cache.report()
        assert len(written) == MOST_WRITES + 1

    run(test())
    assert len(warnings(caplog.records)) == 2


@asynccontextmanager
async def cached_stage(cache: PhraseCache) -> AsyncIterator[Stage]:
    async with stage() as there:
        there.engine = Engine()
        there.room._engine = there.engine
        there.workshop = dataclasses.replace(there.workshop, phrases=cache)
        yield there


async def sound_of(peer: AsyncConnection, index: int) -> tuple[bytes, Synthesized]:
    """Return the samples of a piece, and what ends them."""
    pcm = b""
    while not isinstance((received := await peer.receive())[0], Synthesized):
        message, raw = received
        if isinstance(message, Audio):
            assert message.index == index
            pcm += raw
    assert received[0].index == index
    return pcm, received[0]


def in_session(test: Callable[[Stage], Coroutine[object, object, None]], cache: Callable[..., PhraseCache]) -> None:
    async def on_stage() -> None:
        async with cached_stage(cache()) as there:
            await test(there)

    run(on_stage())


def test_the_second_utterance_gets_the_same_bytes_and_words_at_its_own_place(
    caches: Callable[..., PhraseCache],
) -> None:
    async def test(there: Stage) -> None:
        there.engine.samples = 30_000  # two frames
        peer, other = await there.begun(), await there.begun()
        peer.send_soon(Synthesize(0, "Build finished.", "", 0, 1.0))
        pcm, first = await sound_of(peer, 0)
        other.send_soon(Synthesize(3, "Build finished.", "", 700, 1.0))
        again, second = await sound_of(other, 3)
        assert again == pcm and len(pcm) == 120_000
        assert second == dataclasses.replace(
            first, index=3, words=(WordTime(700, 705, 0.0, 0.1), WordTime(706, 715, 0.1, 1 / 3))
        )
        assert there.engine.begun == ["Build finished."]

    in_session(test, caches)


def test_a_phrase_that_is_kept_waits_for_no_other_piece(caches: Callable[..., PhraseCache]) -> None:
    async def test(there: Stage) -> None:
        peer, other = await there.begun(), await there.begun()
        peer.send_soon(Synthesize(0, "Build finished.", "", 0, 1.0))
        await sound_of(peer, 0)
        there.engine.go.clear()
        peer.send_soon(Synthesize(1, "long work", "", 0, 1.0))
        peer.send_soon(Synthesize(2, "more of it", "", 0, 1.0))
        await until(lambda: there.engine.begun[-1] == "long work")
        other.send_soon(Synthesize(0, "Build finished.", "", 0, 1.0))
        await sound_of(other, 0)
        assert there.engine.begun == ["Build finished.", "long work"]
        there.engine.go.set()

    in_session(test, caches)


TEXT = "Build finished."


async def asked(there: Stage, text: str, *, final: bool = True, speed: float = 1.0) -> AsyncConnection:
    """Return a voice server that has asked for the first pieces of a text, without waiting for the engine."""
    peer = await connect(there.port, there.secret, MODEL_ROLE)
    there.peers.append(peer)
    peer.send_soon(Begin("af_heart", "tone", "", "client", speed=speed))
    peer.send_soon(Plan(text, 0, final, flush=False, first=True))
    return peer


async def answered(peer: AsyncConnection) -> tuple[Begun, Planned]:
    """Return the answers to what `asked` asked for."""
    begun = await receive(peer, Begun)
    planned = await receive(peer, Planned)
    assert isinstance(begun, Begun) and isinstance(planned, Planned)
    return begun, planned


async def heard(peer: AsyncConnection, planned: Planned, speed: float = 1.0) -> bytes:
    """Return the sound of what was planned."""
    pcm = b""
    for index, piece in enumerate(planned.pieces):
        peer.send_soon(Synthesize(index, piece.text, piece.phonemes, piece.start, speed, piece.words))
        pcm += (await sound_of(peer, index))[0]
    return pcm


def test_a_text_that_was_spoken_before_waits_for_no_engine(caches: Callable[..., PhraseCache]) -> None:
    async def test(there: Stage) -> None:
        there.engine.name = "tone"
        peer = await asked(there, TEXT)
        _, planned = await answered(peer)
        sound = await heard(peer, planned)
        there.room.ready.clear()

        again = await asked(there, TEXT)
        begun, planned = await answered(again)
        assert begun.engine == "tone"
        assert await heard(again, planned) == sound
        assert there.engine.begun == [TEXT]

        assert len(there.room.chosen) == 1  # nor is it loaded for that

        again.send_soon(Synthesize(9, TEXT, "", 0, 1.5))  # faster, by a key: that has to be synthesized
        await settle()
        assert there.engine.begun == [TEXT]
        there.room.ready.set()
        await sound_of(again, 9)
        assert there.engine.begun == [TEXT] * 2

    in_session(test, caches)


@pytest.mark.parametrize(
    ("text", "final", "speed"), [("Something else.", True, 1.0), (TEXT, False, 1.0), (TEXT, True, 1.1), ("", True, 1.0)]
)
def test_a_text_that_is_not_kept_as_a_whole_waits_for_the_engine(
    caches: Callable[..., PhraseCache], text: str, final: bool, speed: float
) -> None:
    async def test(there: Stage) -> None:
        there.engine.name = "tone"
        peer = await asked(there, TEXT)
        await heard(peer, (await answered(peer))[1])
        there.room.ready.clear()
        waiting = asyncio.create_task(receive(await asked(there, text, final=final, speed=speed), Begun))
        await until(lambda: len(there.room.chosen) == 2)
        await there.workshop.phrases.has("tone", PIECE)  # so what was looked for before was found or not by now
        await settle()
        assert not waiting.done()
        there.room.ready.set()
        await waiting

    in_session(test, caches)


def test_pieces_that_are_not_kept_take_their_turns_in_the_order_in_which_they_were_asked_for(
    caches: Callable[..., PhraseCache],
) -> None:
    async def test(there: Stage) -> None:
        there.engine.go.clear()
        peer = await there.begun()
        texts = ["first", "x" * (MOST_SYMBOLS + 1), "second", "y" * (MOST_SYMBOLS + 1), "third"]
        for index, text in enumerate(texts):
            peer.send_soon(Synthesize(index, text, "", 0, 1.0))
        await until(lambda: there.scheduler.queued == 4)
        there.engine.go.set()
        await until(lambda: len(there.engine.begun) == 5)
        assert there.engine.begun == texts

    in_session(test, caches)


def test_every_sound_of_the_tone_engine_comes_back_as_it_was(caches: Callable[..., PhraseCache]) -> None:
    async def test() -> None:
        cache = caches()
        engine = ToneEngine()
        for text in ("a", "Two words.", "three more words"):
            for start in (0, 12):
                piece = EnginePiece(text, "", HEART, "en-us", 1.3, start)
                found = await cache.find("tone", piece)
                assert (found.phrase is not None) == (start > 0)
                phrase = found.phrase or cache.speak(engine, piece, found.name)[0]
                speech = engine.speak(piece)
                assert phrase.samples == speech.samples.tobytes()
                assert phrase.words_at(start) == speech.words
                assert (phrase.speech_start, phrase.speech_end) == (speech.speech_start, speech.speech_end)

    run(test())
