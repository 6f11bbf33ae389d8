"""Connections to voice servers that are not in use, for the next utterances."""

from __future__ import annotations

import threading

from common import TYPE_CHECKING

if TYPE_CHECKING:
    from common.connection import Connection

# In a program that speaks with many voices, or in many threads, each connection takes a descriptor here and at a server.
MOST = 16


class KeptConnections:
    """What is kept, newest last. For any number of threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: list[tuple[str, Connection]] = []
        self._closed = False

    def take(self, voice: str) -> Connection | None:
        """Return the connection to that voice that was in use last, None if there is none."""
        with self._lock:
            for index in reversed(range(len(self._kept))):
                if self._kept[index][0] == voice:
                    return self._kept.pop(index)[1]
        return None

    def keep(self, voice: str, connection: Connection) -> None:
        """Keep a connection; the one unused longest is closed for it where there are too many."""
        with self._lock:
            self._kept.append((voice, connection))
            superfluous = self._kept if self._closed else self._kept[: -self._most]
            self._kept = self._kept[len(superfluous) :]
        for _, each in superfluous:
            each.close()

    def close(self) -> None:
        """Close them all, and from now on whatever is to be kept."""
        with self._lock:
            kept, self._kept, self._closed = self._kept, [], True
        for _, each in kept:
            each.close()

    def __len__(self) -> int:
        return len(self._kept)
