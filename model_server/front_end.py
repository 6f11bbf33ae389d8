"""The text front end in a thread of its own: plans for those who speak, previews for those who want to see.

One thread, since libespeak-ng is one global state; a plan takes milliseconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from common.async_connection import AsyncConnection
from common.errors import BadFrame
from common.messages.control import Preview
from common.messages.speaking import EMOJI, ReadingOptions
from common.messages.synthesis import PLAN_WINDOW, Plan, Planned
from common.voice_files import known_voice
from common.voices import LANGUAGES, Voice
from model_server.scheduler import contained
from model_server.text.planner import plan
from model_server.text.readers import reader_for
from model_server.text.reading import PHONEMES, SAID, WRITTEN
from model_server.text.splitting import splitter_for

# Engine -> what it takes, for previews, which load no engine.
_TAKES = {"auto": PHONEMES, "kokoro": PHONEMES, "espeak": SAID, "tone": WRITTEN}


class FrontEnd:
    """Cuts text into pieces with their phonemes."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="front-end")
        self.handlers: dict[type, Callable[..., Awaitable[object]]] = {Preview: self.handle_preview}

    async def plan(self, request: Plan, language: str, takes: str, options: ReadingOptions) -> Planned:
        """Return the pieces at the front of a text, for an engine that takes phonemes or text.

        Raises Unspeakable, LanguageUnavailable, EngineError; UsageError for a split pattern that cannot be used.
        """
        work = partial(_plan, request, language, takes, options)
        return await asyncio.get_running_loop().run_in_executor(self._thread, contained, work)

    async def handle_preview(self, message: Preview, connection: AsyncConnection) -> object:
        takes = _TAKES.get(message.engine)
        if takes is None or len(message.text) > PLAN_WINDOW or message.start < 0 or not is_sensible(message.reading):
            raise BadFrame("this Preview makes no sense")
        language = language_for(known_voice(message.voice), message.language)
        flush = False  # what is not complete is asked for again
        request = Plan(message.text, message.start, message.final, flush, message.first, inside=message.inside)
        return await self.plan(request, language, takes, message.reading)

    def close(self) -> None:
        """End the thread once it is through with what was asked."""
        self._thread.shutdown()


def language_for(voice: Voice, asked: str) -> str:
    """Return the language to read: the one asked for, or the voice's own. Raises BadFrame."""
    language = asked or voice.language
    if language not in LANGUAGES.values():
        raise BadFrame(f"there is no language {language[:40]!r}")
    return language


def is_sensible(options: ReadingOptions) -> bool:
    """Return whether a client of ours could have sent that."""
    return options.emoji in EMOJI


def _plan(request: Plan, language: str, takes: str, options: ReadingOptions) -> Planned:
    return plan(request, reader_for(language, takes, options), splitter_for(options.split))
