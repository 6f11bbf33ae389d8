"""The text front end in a thread of its own: plans for those who speak, previews for those who want to see.

One thread, since libespeak-ng is one global state; a plan takes milliseconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from common.async_connection import AsyncConnection
from common.errors import BadFrame
from common.messages.control import CheckPronunciations, Preview, PronunciationsChecked
from common.messages.hello import Notice
from common.messages.speaking import EMOJI, ReadingOptions
from common.messages.synthesis import PLAN_WINDOW, Plan, Planned
from common.voice_files import known_voice
from common.voices import LANGUAGES, Voice
from model_server.pronunciation_file import PronunciationFile
from model_server.scheduler import contained
from model_server.text.pace import REFERENCE, Pace
from model_server.text.reading import PHONEMES, SAID, WRITTEN

R = TypeVar("R")

# Engine -> what it takes, for plans that are made while it is not loaded.
_TAKES = {"auto": PHONEMES, "kokoro": PHONEMES, "espeak": SAID, "tone": WRITTEN}


class FrontEnd:
    """Cuts text into pieces with their phonemes."""

    def __init__(self, own: PronunciationFile) -> None:
        """`own` is where the user's pronunciations are kept."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="front-end")
        self._own = own
        self.handlers: dict[type, Callable[..., Awaitable[object]]] = {
            Preview: self.handle_preview,
            CheckPronunciations: self.handle_check_pronunciations,
        }

    def warm(self, language: str, engine: str) -> None:
        """Begin to load what reading a language takes, while the voice server that will ask for it starts.

        `engine` is the one that is likely to speak; one that takes text as it is written needs none of it.
        """
        if _TAKES.get(engine) != WRITTEN:
            self._thread.submit(_load, language)

    async def look(self) -> Notice | None:
        """See whether the user's pronunciations are others now, and return what is wrong with them.

        Plans made from now on go by them.
        """
        await self._in_thread(self._own.look)
        complaint = self._own.complaint()
        return Notice("pronunciations", complaint) if complaint else None

    async def plan(
        self, request: Plan, language: str, takes: str, options: ReadingOptions, pace: Pace = REFERENCE
    ) -> Planned:
        """Return the pieces at the front of a text, for an engine that takes phonemes or text, and has that pace.

        Raises Unspeakable, LanguageUnavailable, EngineError, BadSplit.
        """
        return await self._in_thread(partial(_plan, request, language, takes, options, self._own, pace))

    async def handle_preview(self, message: Preview, connection: AsyncConnection) -> object:
        takes = _TAKES.get(message.engine)
        if takes is None or len(message.text) > PLAN_WINDOW or message.start < 0 or not is_sensible(message.reading):
            raise BadFrame("this Preview makes no sense")
        language = language_for(known_voice(message.voice), message.language)
        if message.first and (notice := await self.look()):
            connection.send_soon(notice)
        flush = False  # what is not complete is asked for again
        request = Plan(message.text, message.start, message.final, flush, message.first, inside=message.inside)
        return await self.plan(request, language, takes, message.reading)

    async def handle_check_pronunciations(self, _: CheckPronunciations, __: AsyncConnection) -> object:
        await self._in_thread(self._own.look)
        found = self._own.now
        return PronunciationsChecked(str(self._own.path), len(found.entries), tuple(map(str, found.faults)))

    async def _in_thread(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, contained, work)

    def close(self) -> None:
        """End the thread once it is through with what it is doing; what waits for it is not done."""
        self._thread.shutdown(cancel_futures=True)


def takes_of(engine: str) -> str:
    """Return what an engine takes, by its name; of one that is not known, what Kokoro does."""
    return _TAKES.get(engine, PHONEMES)


def language_for(voice: Voice, asked: str) -> str:
    """Return the language to read: the one asked for, or the voice's own. Raises BadFrame."""
    language = asked or voice.language
    if language not in LANGUAGES.values():
        raise BadFrame(f"there is no language {language[:40]!r}")
    return language


def is_sensible(options: ReadingOptions) -> bool:
    """Return whether a client of ours could have sent that."""
    return options.emoji in EMOJI


# What reads text is imported by the thread that needs it: a daemon answers before it can read.


def _load(language: str) -> None:
    from model_server.reading_desk import load

    load(language)


def _plan(
    request: Plan, language: str, takes: str, options: ReadingOptions, own: PronunciationFile, pace: Pace
) -> Planned:
    from model_server.reading_desk import plan_text

    return plan_text(request, language, takes, options, own.now, pace)
