"""The phrases spoken last, in memory. Threads may use it together."""

from __future__ import annotations

import threading
from collections import OrderedDict

from model_server.phrase_format import Phrase


class PhraseMemory:
    """Phrases by name, up to so many bytes; those unused longest go first."""

    def __init__(self, limit: int) -> None:
        """`limit` is in bytes."""
        self._limit = limit
        self._phrases: OrderedDict[str, Phrase] = OrderedDict()  # the one used last at the end
        self._lock = threading.Lock()
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes of sound that are kept."""
        return self._size

    def get(self, name: str) -> Phrase | None:
        """Return a phrase, which counts as using it."""
        with self._lock:
            phrase = self._phrases.get(name)
            if phrase is not None:
                self._phrases.move_to_end(name)
            return phrase

    def put(self, name: str, phrase: Phrase) -> None:
        """Keep a phrase, in place of one of that name. One that is larger than everything together is not kept."""
        if len(phrase.samples) > self._limit:
            return
        with self._lock:
            before = self._phrases.pop(name, None)
            self._size += len(phrase.samples) - (len(before.samples) if before else 0)
            self._phrases[name] = phrase
            while self._size > self._limit:
                _, oldest = self._phrases.popitem(last=False)
                self._size -= len(oldest.samples)

    def clear(self) -> int:
        """Forget everything; return the bytes that were kept."""
        with self._lock:
            freed, self._size = self._size, 0
            self._phrases.clear()
            return freed
