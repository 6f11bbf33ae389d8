from __future__ import annotations

import asyncio
import pickle
import threading
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from common.errors import (
    BadVoiceFile,
    CorruptFile,
    DownloadFailed,
    EngineError,
    LanguageUnavailable,
    ModelUnavailable,
    SayError,
    UsageError,
)
from common.hub_cache import CONFIG, WEIGHTS, voice_path
from common.messages.hello import Notice, Progress
from common.voice_files import own_voice
from common.voices import Voice, find_voice
from model_server import engine_room
from model_server.engine_room import EngineRoom
from model_server.engines.base import EnginePiece, Speech
from model_server.scheduler import Scheduler
from tests.fakes.loops import run, settle, until

PATIENCE = 20.0  # seconds
HEART = find_voice("af_heart")


class FakeEngine:
    """An engine that loads at once, unless `go` is cleared, or fails with `fault`."""

    takes = "written"
    device = "cpu"

    def __init__(self, name: str) -> None:
        self.name = name
        self.notice: Callable[[str], None] = lambda sentence: None
        self.go = threading.Event()
        self.go.set()
        self.fault: Exception | None = None
        self.loads = 0
        self.prepared: list[str] = []

    def load(self, report: Callable[[str], None]) -> None:
        self.loads += 1
        report(self.name)
        assert self.go.wait(PATIENCE)
        if self.fault is not None:
            raise self.fault

    def prepare(self, voice: Voice) -> None:
        self.prepared.append(voice.name)

    def speak(self, piece: EnginePiece) -> Speech:
        raise NotImplementedError


class FakeFiles:
    """ModelFiles; a fetch waits for `go` and raises `fault`."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.fault: Exception | None = None
        self.fetched: list[tuple[str, ...]] = []
        self.asked_again: list[bool] = []
        self.given_up = threading.Event()
        self.all_there = False

    def fetch(
        self,
        paths: tuple[str, ...],
        report: Callable[[Progress], None],
        *,
        cancelled: Callable[[], bool],
        again: bool,
    ) -> int:
        self.asked_again.append(again)
        report(Progress("checking", paths[0]))
        while not self.go.wait(0.005):
            if cancelled():
                self.given_up.set()
                return 0
        if self.fault is not None:
            raise self.fault
        self.fetched.append(paths)
        return 7

    def missing(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        return () if self.all_there else paths[-1:]

    def remove(self, voices: tuple[str, ...], model: bool) -> tuple[int, int]:
        return len(voices) + model, 9

    def stop(self) -> None:
        self.fault = ModelUnavailable("stopped")
        self.go.set()

    def close(self) -> None:
        self.stop()


class Stage:
    """An engine room with fake engines, and what it reported."""

    def __init__(self) -> None:
        self.engines = {name: FakeEngine(name) for name in ("kokoro", "espeak", "tone")}
        self.made: list[str] = []
        self.files = FakeFiles()
        self.scheduler = Scheduler()
        self.room = EngineRoom({name: self._maker(name) for name in self.engines}, self.files, self.scheduler)  # type: ignore[arg-type, misc]  # fakes
        self.progress: list[Progress] = []
        self.notices: list[Notice] = []

    def _maker(self, name: str) -> Callable[[Callable[[str], None]], FakeEngine]:
        def make(notice: Callable[[str], None]) -> FakeEngine:
            self.made.append(name)
            self.engines[name].notice = notice
            return self.engines[name]

        return make

    async def choose(self, asked: str, voice: Voice = HEART) -> str:
        engine = await self.room.choose(asked, voice, voice.language, self.progress.append, self.notices.append)
        return engine.name


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    there = Stage()
    async with there.scheduler.serving():
        try:
            yield there
        finally:
            there.files.go.set()
            for engine in there.engines.values():
                engine.go.set()
            there.room._file_threads.shutdown()


def test_an_engine_asked_for_by_name_is_loaded_once_and_no_other_is_made() -> None:
    async def test() -> None:
        async with stage() as there:
            assert [await there.choose("espeak") for _ in range(3)] == ["espeak"] * 3
            assert there.made == ["espeak"] and there.engines["espeak"].loads == 1
            assert not there.files.asked_again
            assert Progress("loading", "espeak") in there.progress
            assert there.room.describe() == {"kokoro": "not loaded", "espeak": "ready on cpu", "tone": "not loaded"}

    run(test())


def test_auto_takes_kokoro_with_its_files_and_asks_the_hub_not_again() -> None:
    async def test() -> None:
        async with stage() as there:
            assert await there.choose("auto") == "kokoro"
            assert there.files.fetched == [(CONFIG, WEIGHTS, voice_path("af_heart"))]
            assert there.files.asked_again == [False] and not there.notices
            await there.choose("kokoro")
            assert there.files.asked_again == [False, True]

    run(test())


@pytest.mark.parametrize(
    "fault", [ModelUnavailable("no hub", "Fetch it."), DownloadFailed("it stalled"), CorruptFile("it is altered")]
)
def test_where_kokoro_cannot_be_had_auto_takes_espeak_and_says_why_and_kokoro_says_no(fault: EngineError) -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.fault = fault
            assert await there.choose("auto") == "espeak"
            (notice,) = there.notices
            assert notice.code == "espeak_instead" and fault.message in notice.message
            with pytest.raises(type(fault)):
                await there.choose("kokoro")

    run(test())


def test_a_model_that_cannot_be_loaded_is_told_and_tried_again_the_next_time() -> None:
    async def test() -> None:
        async with stage() as there:
            there.engines["kokoro"].fault = EngineError("no memory for it")
            assert await there.choose("auto") == "espeak"
            assert there.room.describe()["kokoro"] == "cannot load: no memory for it"
            there.engines["kokoro"].fault = None
            assert await there.choose("auto") == "kokoro"

    run(test())


def test_a_language_that_kokoro_does_not_read_stays_with_espeak() -> None:
    async def test() -> None:
        async with stage() as there:
            japanese = find_voice("jf_alpha")
            assert await there.choose("auto", japanese) == "espeak"
            assert not there.files.asked_again
            assert ["Japanese" in notice.message for notice in there.notices] == [True]
            with pytest.raises(LanguageUnavailable):
                await there.choose("kokoro", japanese)

    run(test())


def test_a_gpu_that_fails_is_told_to_those_who_listen_and_shown_in_the_status() -> None:
    async def test() -> None:
        async with stage() as there:
            kokoro = there.engines["kokoro"]
            kokoro.device = "cuda"
            await there.choose("kokoro")
            heard: list[Notice] = []
            with there.room.telling(heard.append):
                kokoro.device = "cpu"
                await asyncio.to_thread(kokoro.notice, "the GPU failed")
                await until(lambda: bool(heard))
            await asyncio.to_thread(kokoro.notice, "nobody listens")
            await settle()
            assert [notice.message for notice in heard] == ["the GPU failed"]
            assert there.room.describe()["kokoro"] == "ready on cpu"

    run(test())


def test_an_engine_that_there_is_not_is_refused() -> None:
    async def test() -> None:
        async with stage() as there:
            with pytest.raises(UsageError):
                await there.choose("festival")

    run(test())


def test_many_who_come_while_a_model_loads_share_it() -> None:
    async def test() -> None:
        async with stage() as there:
            engine = there.engines["tone"]
            engine.go.clear()
            waiting = [asyncio.create_task(there.choose("tone")) for _ in range(5)]
            await until(lambda: engine.loads == 1)
            assert there.room.describe()["tone"] == "loading"
            engine.go.set()
            assert await asyncio.gather(*waiting) == ["tone"] * 5
            assert there.made == ["tone"]

    run(test())


def test_one_who_leaves_while_a_model_loads_leaves_it_to_the_others() -> None:
    async def test() -> None:
        async with stage() as there:
            engine = there.engines["tone"]
            engine.go.clear()
            first, second = (asyncio.create_task(there.choose("tone")) for _ in range(2))
            await until(lambda: engine.loads == 1)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            engine.go.set()
            assert await second == "tone"
            assert there.room.describe()["tone"] == "ready on cpu"

    run(test())


def test_one_who_leaves_gives_his_download_up() -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.go.clear()
            choosing = asyncio.create_task(there.choose("kokoro"))
            await until(lambda: bool(there.progress))
            choosing.cancel()
            await asyncio.gather(choosing, return_exceptions=True)
            await until(there.files.given_up.is_set)

    run(test())


def test_a_download_counts_what_came() -> None:
    async def test() -> None:
        async with stage() as there:
            assert await there.room.download(("af_bella",), there.progress.append) == (1, 7)
            assert there.files.fetched == [(CONFIG, WEIGHTS, voice_path("af_bella"))]
            assert there.files.asked_again == [True]
            assert await there.room.remove(("af_bella",), True) == (2, 9)

    run(test())


def test_the_end_of_the_daemon_ends_downloads() -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.go.clear()
            downloading = asyncio.create_task(there.room.download(("af_bella",), there.progress.append))
            await until(lambda: bool(there.progress))
            there.room.close()
            with pytest.raises(SayError):
                await downloading

    run(test())


def test_all_voices_of_a_blend_are_fetched_and_it_is_prepared_once() -> None:
    async def test() -> None:
        async with stage() as there:
            blend = find_voice("af_bella(2)+bf_emma(1)")
            for _ in range(2):
                assert await there.choose("auto", blend) == "kokoro"
            assert there.files.fetched == [(CONFIG, WEIGHTS, voice_path("af_bella"), voice_path("bf_emma"))] * 2
            assert there.engines["kokoro"].prepared == ["af_bella(2)+bf_emma(1)"]
            await there.room.download(("af_sky,af_nova", "af_bella"), there.progress.append)
            assert there.files.fetched[-1][2:] == tuple(map(voice_path, ("af_nova", "af_sky", "af_bella")))

    run(test())


def test_without_kokoro_a_blend_names_the_voices_to_download() -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.fault = DownloadFailed("the hub is away", "Use espeak.")
            assert await there.choose("auto", find_voice("af_bella,af_sky")) == "espeak"
            assert "'say --download af_bella af_sky'" in there.notices[0].message

    run(test())


def _archive(path: Path) -> Voice:
    """Return the voice in a file that looks like one as long as nobody loads it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mine/data.pkl", pickle.dumps({}, protocol=2))
    return own_voice(str(path))


def test_for_a_users_own_voice_only_the_model_is_fetched(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage() as there:
            mine = _archive(tmp_path / "mine.pt")
            assert await there.choose("auto", mine) == "kokoro"
            assert there.files.fetched == [(CONFIG, WEIGHTS)]
            assert there.engines["kokoro"].prepared == [mine.name]

    run(test())


@pytest.mark.parametrize("asked", ["auto", "kokoro"])
def test_a_bad_voice_file_is_refused_before_anything_is_fetched_and_espeak_does_not_speak_instead(
    tmp_path: Path, asked: str
) -> None:
    async def test() -> None:
        async with stage() as there:
            (tmp_path / "mine.pt").write_bytes(b"PK\x03\x04 and nothing else")
            with pytest.raises(BadVoiceFile, match="mine.pt"):
                await there.choose(asked, own_voice(str(tmp_path / "mine.pt")))
            assert there.files.fetched == [] and there.made == []

    run(test())


def test_a_bad_voice_file_that_shows_only_when_it_is_loaded_is_not_hidden_by_espeak(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage() as there:

            def prepare(voice: Voice) -> None:
                raise BadVoiceFile("it holds no voice")

            there.engines["kokoro"].prepare = prepare  # type: ignore[method-assign]  # of a fake
            with pytest.raises(BadVoiceFile):
                await there.choose("auto", _archive(tmp_path / "mine.pt"))
            assert there.notices == []

    run(test())


def test_espeak_says_that_it_cannot_use_a_voice_file(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.fault = ModelUnavailable("there is no hub", "Fetch it.")
            assert await there.choose("auto", _archive(tmp_path / "mine.pt")) == "espeak"
            (notice,) = there.notices
            assert notice.message.startswith("speaking with espeak, which cannot use 'mine.pt', since there is no hub")

    run(test())


def test_names_of_prepared_voices_are_not_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_room, "MOST_PREPARED", 2)

    async def test() -> None:
        async with stage() as there:
            for name in ("af_sky", "af_bella", "af_nova", "af_sky"):
                await there.choose("kokoro", find_voice(name))
            assert there.engines["kokoro"].prepared == ["af_sky", "af_bella", "af_nova", "af_sky"]

    run(test())


# Loading ahead


@pytest.mark.parametrize(("asked", "expected"), [("auto", "kokoro"), ("kokoro", "kokoro"), ("espeak", "espeak")])
def test_an_engine_that_is_expected_is_loaded_before_it_is_chosen(asked: str, expected: str) -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.all_there = True
            there.room.expect(asked, HEART, "en-us")
            await until(lambda: there.room.describe()[expected] == "ready on cpu")
            assert not there.files.asked_again  # nothing was fetched
            assert await there.choose(asked) == expected
            assert there.engines[expected].loads == 1

    run(test())


def test_a_voice_is_prepared_with_the_engine_that_is_expected() -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.all_there = True
            there.room.expect("kokoro", HEART, "en-us")
            await until(lambda: there.engines["kokoro"].prepared == ["af_heart"])

    run(test())


def test_of_a_language_that_kokoro_does_not_read_espeak_is_expected() -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.all_there = True
            there.room.expect("auto", find_voice("jf_alpha"), "ja")
            await until(lambda: there.room.describe()["espeak"] == "ready on cpu")
            assert there.made == ["espeak"]

    run(test())


def test_nothing_is_fetched_or_loaded_ahead_where_a_file_is_missing() -> None:
    async def test() -> None:
        async with stage() as there:
            there.room.expect("auto", HEART, "en-us")
            await until(lambda: not there.room._expecting)
            assert not there.made and not there.files.asked_again

    run(test())


def test_who_asks_while_an_engine_is_loaded_ahead_learns_how_far_it_is() -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.all_there = True
            there.engines["kokoro"].go.clear()
            there.room.expect("auto", HEART, "en-us")
            await until(lambda: there.engines["kokoro"].loads == 1)
            choosing = asyncio.create_task(there.choose("auto"))
            await until(lambda: Progress("loading", "kokoro") in there.progress)
            there.engines["kokoro"].go.set()
            assert await choosing == "kokoro"

    run(test())


def test_what_fails_ahead_is_told_to_whoever_asks_and_tried_again() -> None:
    async def test() -> None:
        async with stage() as there:
            there.files.all_there = True
            there.engines["kokoro"].fault = EngineError("no memory for it")
            there.room.expect("kokoro", HEART, "en-us")
            await until(lambda: not there.room._expecting)
            assert there.room.describe()["kokoro"] == "cannot load: no memory for it"
            with pytest.raises(EngineError, match="no memory"):
                await there.choose("kokoro")
            assert there.engines["kokoro"].loads == 2

    run(test())
