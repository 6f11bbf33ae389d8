"""Which engine speaks an utterance: choosing, fetching what it needs, loading it. Falls back as `auto` promises."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from common.errors import DownloadFailed, EngineError, LanguageUnavailable, UsageError
from common.hub_cache import CONFIG, WEIGHTS, voice_path
from common.messages.hello import Notice, Progress
from common.voices import DEFAULT_VOICE, Voice, find_voice
from model_server.engines.base import Engine
from model_server.engines.guarded import GuardedEngine, GuardedMaker
from model_server.loading import Loading
from model_server.model_files import ModelFiles
from model_server.resting import Resting
from model_server.scheduler import Scheduler
from model_server.text.g2p import NOT_YET

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

GET_KOKORO = "'say --download {voices}' fetches it where the hub can be reached."
UNLOADED = "unloaded, since nobody used it"
MOST_PREPARED = 1000  # names of voices; whoever blends on and on makes new ones

Report = Callable[[Progress], None]
Tell = Callable[[Notice], None]


class EngineRoom:
    """The engines of this daemon, each made when first needed."""

    def __init__(self, makers: Mapping[str, GuardedMaker], files: ModelFiles, scheduler: Scheduler) -> None:
        self._makers = makers
        self._files = files
        self._scheduler = scheduler
        self._engines: dict[str, GuardedEngine] = {}
        self._states = dict.fromkeys(makers, "not loaded")
        self._ready: set[str] = set()
        self._listeners: list[Tell] = []  # one for each utterance that has an engine
        self._resting = Resting(scheduler, lambda: bool(self._listeners), self._note_unloaded)
        self._prepared: set[str] = set()  # voices that Kokoro has loaded
        # Downloads and checks wait for networks and disks; a pool of their own keeps the rest going beside them.
        self._file_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="files")
        self._loading = Loading()
        self._expecting: set[asyncio.Task[None]] = set()

    def describe(self) -> dict[str, str]:
        """Return each engine's state in words, for `--status`."""
        # A GPU that failed is left for the CPU, so the device is asked for each time.
        ready = {name: f"ready on {self._engines[name].device}" for name in self._ready}
        return {**self._states, **ready}

    async def watch_memory(self, unload_after: float) -> None:
        """Have engines without work give memory back, for ever; unload them after as many seconds, 0: never."""
        await self._resting.watch(self._engines, unload_after)

    @contextlib.contextmanager
    def telling(self, tell: Tell) -> Iterator[None]:
        """While the block runs, let `tell` hear what engines have to say to users: that a GPU failed."""
        self._listeners.append(tell)
        try:
            yield
        finally:
            self._listeners.remove(tell)

    def is_ready(self, name: str) -> bool:
        """Return whether an engine is loaded."""
        return name in self._ready

    def note_use(self, name: str) -> None:
        """Take an engine that is loaded for used just now."""
        self._engines[name].note_use()

    async def choose(self, asked: str, voice: Voice, language: str, report: Report, tell: Tell) -> Engine:
        """Return the loaded engine for a request. Raises EngineError, UsageError.

        Under `auto` espeak takes over where Kokoro cannot be had, and `tell` says so.
        """
        if asked not in ("auto", *self._makers):
            raise UsageError(f"there is no engine {asked[:40]!r}", f"Choose one of auto, {', '.join(self._makers)}.")
        if asked == "kokoro":
            return await self._kokoro(voice, language, report, again=True)
        if asked != "auto":
            return await self._load(asked, report)
        if language in NOT_YET:
            tell(Notice("espeak_instead", f"{_espeak_instead(voice)}, since {_not_read(language)}"))
            return await self._load("espeak", report)
        try:
            return await self._kokoro(voice, language, report, again=False)
        except EngineError as error:
            log.info("auto falls back to espeak: %s", error)
            tell(Notice("espeak_instead", f"{_espeak_instead(voice)}, since {error.message}. {_remedy(error, voice)}"))
            return await self._load("espeak", report)

    def expect(self, asked: str, voice: Voice, language: str) -> None:
        """Begin to load the engine that is likely to be asked for soon, if all that it needs is on disk.

        Nothing comes of it but time saved: what fails shows when the engine is chosen.
        """
        if (name := likely(asked, language)) in self._makers and name not in self._ready:
            task = asyncio.create_task(self._load_ahead(name, voice), name=f"expect {name}")
            self._expecting.add(task)
            task.add_done_callback(self._expecting.discard)

    async def _load_ahead(self, name: str, voice: Voice) -> None:
        try:
            if name == "kokoro":
                if await self._in_file_thread(self._files.missing, (CONFIG, WEIGHTS, *_pack_paths(voice))):
                    return
                engine = await self._load(name, _nobody)
                if voice.parts:
                    await self._scheduler.run(self, partial(engine.prepare, voice))
            else:
                await self._load(name, _nobody)
        except EngineError as error:
            log.info("%s was not loaded ahead: %s", name, error.message)
        except Exception:  # whoever asks for the engine meets it too, and is told
            log.exception("%s was not loaded ahead", name)

    async def _kokoro(self, voice: Voice, language: str, report: Report, *, again: bool) -> Engine:
        if language in NOT_YET:
            raise LanguageUnavailable(_not_read(language), "'--engine espeak' speaks it after its own fashion.")
        is_new = voice.name not in self._prepared
        if voice.file and is_new:  # before anything is fetched or loaded, which takes longer
            from model_server.engines.voice_pack import check_own_voice  # few have one

            await self._in_file_thread(check_own_voice, voice)
        await self.fetch((CONFIG, WEIGHTS, *_pack_paths(voice)), report, again=again)
        engine = await self._load("kokoro", report)
        if is_new:  # once: afterwards it need not wait for its turn in the synthesis thread
            await self._scheduler.run(self, partial(engine.prepare, voice))
            self._note_prepared(voice)
        return engine

    def _note_prepared(self, voice: Voice) -> None:
        if len(self._prepared) >= MOST_PREPARED:
            self._prepared.clear()
        self._prepared.add(voice.name)

    async def fetch(self, paths: tuple[str, ...], report: Report, *, again: bool) -> int:
        """Put these files on disk, checked; return how many bytes came. Raises EngineError.

        A caller that is cancelled leaves; a download that others wait for goes on.
        """
        given_up = threading.Event()
        loop = asyncio.get_running_loop()

        def thread_report(progress: Progress) -> None:
            loop.call_soon_threadsafe(report, progress)

        work = partial(self._files.fetch, paths, thread_report, cancelled=given_up.is_set, again=again)
        try:
            return await loop.run_in_executor(self._file_threads, work)
        finally:
            given_up.set()

    async def download(self, voices: tuple[str, ...], report: Report) -> tuple[int, int]:
        """Fetch model and voices for `--download`; return how many files came, and their bytes."""
        paths = (CONFIG, WEIGHTS, *(path for name in voices for path in _pack_paths(find_voice(name))))
        missing = await self._in_file_thread(self._files.missing, paths)
        fetched = await self.fetch(paths, report, again=True)
        # An altered file was not missing, and came all the same.
        return len(missing) or int(fetched > 0), fetched

    async def remove(self, voices: tuple[str, ...], model: bool) -> tuple[int, int]:
        """Delete files; return how many, and their bytes."""
        return await self._in_file_thread(self._files.remove, voices, model)

    def stop_downloads(self) -> None:
        """Give up downloads under way: those who wait get Stopped."""
        self._files.stop()

    def close(self) -> None:
        """Give up downloads under way, so that no half file stays behind."""
        for task in self._expecting:
            task.cancel()
        self._files.close()

    async def _in_file_thread(self, work: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(
            self._file_threads, partial(work, *arguments, **options)
        )

    async def _load(self, name: str, report: Report) -> Engine:
        engine = self._engines.get(name) or self._make(name)
        if name in self._ready:
            return engine
        self._states[name] = "loading"
        try:
            with self._loading.telling(name, report) as in_thread:
                await self._scheduler.run(self, partial(engine.load, in_thread))
        except EngineError as error:
            self._states[name] = f"cannot load: {error.message}"
            raise
        except BaseException:
            self._states[name] = "not loaded"
            raise
        self._ready.add(name)
        return engine

    def _note_unloaded(self, name: str) -> None:
        self._ready.discard(name)
        self._states[name] = UNLOADED

    def _make(self, name: str) -> GuardedEngine:
        loop = asyncio.get_running_loop()

        def notice(sentence: str) -> None:  # called in the synthesis thread
            log.warning("%s: %s", name, sentence)
            loop.call_soon_threadsafe(self._tell_all, Notice("engine", sentence))

        engine = self._engines[name] = self._makers[name](notice)
        return engine

    def _tell_all(self, notice: Notice) -> None:
        for tell in self._listeners:
            tell(notice)


def likely(asked: str, language: str) -> str:
    """Return the engine that will speak, unless `auto` finds that Kokoro cannot be had."""
    if asked != "auto":
        return asked
    return "espeak" if language in NOT_YET else "kokoro"


def _nobody(_: Progress) -> None:
    """Take a report that nobody waits for."""


def _espeak_instead(voice: Voice) -> str:
    without = f", which cannot use {os.path.basename(voice.file)!r}" if voice.file else ""
    return f"speaking with espeak{without}"


def _not_read(language: str) -> str:
    return f"kokoro does not read {NOT_YET[language]} here yet"


def _remedy(error: EngineError, voice: Voice) -> str:
    """Return how to get Kokoro after all. After a failed download the error's own hint would be to use espeak."""
    if error.hint and not isinstance(error, DownloadFailed):
        return error.hint
    return GET_KOKORO.format(voices=" ".join(part.name for part in voice.parts) or DEFAULT_VOICE)


def _pack_paths(voice: Voice) -> tuple[str, ...]:
    """Return the files of the model's that a voice is made of: none for a user's own."""
    return tuple(voice_path(part.name) for part in voice.parts)
