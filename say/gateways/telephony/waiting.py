"""The texts of one call that wait for their turn: a bounded queue between who reads them and who speaks them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

from say.gateways.telephony.frames import MOST_TEXT

MOST_TEXTS = 256
MOST_CHARACTERS = MOST_TEXT


@dataclass(frozen=True)
class WaitingText:
    """A text and when it came."""

    text: str
    arrived: float = field(default_factory=time.monotonic)  # seconds


class WaitingTexts:
    """First in, first out. Whoever adds waits for `room` afterwards, so that a fast writer is held back."""

    def __init__(self, most_texts: int = MOST_TEXTS, most_characters: int = MOST_CHARACTERS) -> None:
        self._most_texts = most_texts
        self._most_characters = most_characters
        self._texts: deque[WaitingText] = deque()
        self._characters = 0
        self._closed = False
        self._news = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, text: str) -> bool:
        """Add a text, whether there is room or not; return False after `close`, when it is not."""
        if self._closed:
            return False
        self._texts.append(WaitingText(text))
        self._characters += len(text)
        self._look()
        self._news.set()
        return True

    async def room(self) -> None:
        """Return when there is room for more."""
        await self._has_room.wait()

    async def take(self) -> WaitingText | None:
        """Return the next text when there is one; None once all were taken after `close`."""
        while not self._texts:
            if self._closed:
                return None
            self._news.clear()
            await self._news.wait()
        waiting = self._texts.popleft()
        self._characters -= len(waiting.text)
        self._look()
        return waiting

    def close(self) -> None:
        """Take no more; those that wait are still given out."""
        self._closed = True
        self._look()
        self._news.set()

    def _look(self) -> None:
        is_full = len(self._texts) >= self._most_texts or self._characters >= self._most_characters
        if is_full and not self._closed:
            self._has_room.clear()
        else:
            self._has_room.set()
