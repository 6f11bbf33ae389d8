"""Engine and voices are kept ready while doors are open, so that nobody who calls waits for a model to load."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Protocol

from common import state
from common.errors import SayError, StateUnusable
from common.handshake import MODEL_ROLE
from common.paths import model_state_file, state_directory
from common.settings import Settings

# What is unused for that long leaves; half of the least of them is soon enough to ask again.
_LIMITS = ("idle_unload", "model_idle", "voice_idle")
_LONGEST = 300.0  # seconds: a daemon that crashed unnoticed is there again after that
_SHORTEST = 1.0


class Warms(Protocol):
    """The part of SayClient that is needed here."""

    def warm(self, voice: str | None = None) -> object: ...


class Warmth:
    """Warms voices again and again in a thread of its own while the block lasts; its end waits for nothing.

    `tell` gets a line for what fails, once for each new reason: whoever calls meanwhile is served as without this.
    """

    def __init__(
        self,
        client: Warms,
        voices: Sequence[str | None],
        interval: Callable[[], float],
        tell: Callable[[str], None],
        wait: Callable[[threading.Event, float], object] = threading.Event.wait,
    ) -> None:
        """None among `voices` is the configured one; `interval` tells the seconds until they are warmed again."""
        self._client = client
        self._voices = voices
        self._interval = interval
        self._tell = tell
        self._wait = wait
        self._left = threading.Event()
        self._told = ""
        self._thread = threading.Thread(target=self._keep, name="warmth", daemon=True)

    def __enter__(self) -> Warmth:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()

    def _keep(self) -> None:
        while not self._left.is_set():
            for voice in self._voices:
                self._warm(voice)
            self._wait(self._left, self._interval())

    def _warm(self, voice: str | None) -> None:
        try:
            self._client.warm(voice)
            reason = ""
        except SayError as error:
            reason = error.message
        if reason and reason != self._told and not self._left.is_set():
            self._tell(f"{voice or 'the voice'} is not kept ready: {reason}")
        self._told = reason or self._told


def interval_for(settings: Settings, in_force: Mapping[str, object]) -> float:
    """Return after how many seconds to warm again, so that nothing falls idle.

    `in_force` are the settings of the running daemon, as far as they are known; `settings` go for the rest.
    """
    limits = [limit for name in _LIMITS if (limit := _number(in_force.get(name), settings.number(name))) > 0]
    return max(_SHORTEST, min([_LONGEST, *(limit / 2 for limit in limits)]))


def _number(told: object, otherwise: float) -> float:
    return float(told) if isinstance(told, (int, float)) and not isinstance(told, bool) else otherwise


def settings_in_force() -> Mapping[str, object]:
    """Return what the running daemon was started with; nothing where none is on record."""
    try:
        return state.read(model_state_file(state_directory()), MODEL_ROLE).settings
    except StateUnusable:
        return {}
