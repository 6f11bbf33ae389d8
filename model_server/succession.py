"""One model server takes another's place: what both do so that no word is cut, nobody is talked over, and all know it.

The one that leaves goes on listening, on a port of its own, so that it can be told to stop. Those in its line of the
loudspeaker came first, and the one that comes grants nobody the floor until they were heard. A hold on all speech is kept
in the state directory; whoever has no address any more follows what it says.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from common import draining, hold
from common.paths import floor_lock
from common.process_identity import start_mark
from common.quoting import reason_of
from common.state import State
from model_server.floor import Floor
from model_server.voice_processes import PROMISE

log = logging.getLogger(__name__)

POLL = 0.02  # seconds between two looks at each other; as the lock beneath the floor is looked at
PATIENCE = 10.0  # seconds of silence after which those who came first have missed their turn: their server hangs
ARRIVAL_LIMIT = 5.0  # seconds; who comes later is sent elsewhere
DRAIN_LIMIT = 3600.0  # seconds an old daemon stays that has nothing to do


def _now() -> float:
    return asyncio.get_running_loop().time()


class Predecessors:
    """The model servers before this one that have yet to finish what they have in work."""

    def __init__(self, home: Path, floor: Floor) -> None:
        self._home = home
        self._floor = floor
        self._servers: list[State] = []
        self._silent_since = 0.0  # while it is their turn; 0: they sound, or need not

    def look(self) -> None:
        """Find them, and hold speech if they did. All that will ever be are there before this server is."""
        if hold.is_held(self._home):
            self._floor.hold()
        draining.remove_dead(self._home)
        self._servers = draining.living(self._home)
        if self._servers:
            log.info("%d others are still to finish what they have in work", len(self._servers))
        self._follow()

    async def follow(self) -> None:
        """Let those in their lines speak first, until the last of them has left."""
        while self._servers:
            await asyncio.sleep(POLL)
            self._servers = [each for each in self._servers if start_mark(each.pid) == each.started]
            self._follow()

    def _follow(self) -> None:
        first = [each for each in self._servers if draining.speaks_first(self._home, each)]
        if not first or self._floor.held or draining.is_locked(floor_lock(self._home)):
            self._silent_since = 0.0
        else:
            self._silent_since = self._silent_since or _now()
            if _now() > self._silent_since + PATIENCE:
                log.warning("others came first and do not speak: pids %s", [each.pid for each in first])
                self._servers = [each for each in self._servers if each not in first]
                first = []
        if bool(first) != self._floor.behind_others:
            self._floor.let_others_first(bool(first))


class Arrivals:
    """Clients on their way: sent to a voice server, or about to be, and nothing begun there yet.

    Without regard for them two versions whose clients come at once would replace each other's daemon for ever.
    """

    def __init__(self) -> None:
        self._locating = 0
        self._sent: dict[str, float] = {}  # when, by voice

    @contextmanager
    def locating(self, voice: str) -> Iterator[None]:
        """Know that somebody waits to be sent to that voice's server, and then of the way there."""
        self._locating += 1
        try:
            yield
            self._sent[voice] = _now()
        finally:
            self._locating -= 1

    def begun(self, voice: str) -> None:
        """Know that somebody has arrived."""
        self._sent.pop(voice, None)

    async def settled(self) -> None:
        """Wait until all have arrived that will."""
        deadline = _now() + ARRIVAL_LIMIT
        while _now() < deadline:
            late = _now() - PROMISE
            if not self._locating and all(sent < late for sent in self._sent.values()):
                return
            await asyncio.sleep(POLL)


class Leaving:
    """This server on its way out. `is_working` tells whether it synthesizes; `leave` ends it when nothing moves any more."""

    def __init__(self, home: Path, floor: Floor, is_working: Callable[[], bool], leave: Callable[[], None]) -> None:
        self._home = home
        self._floor = floor
        self._is_working = is_working
        self._leave = leave
        self._mark: draining.Draining | None = None

    def begin(self, server: State) -> None:
        """Leave word where this server is from now on, before its successor can start."""
        try:
            self._mark = draining.Draining(self._home, server)
        except OSError as error:
            log.warning("nobody can find this daemon while it drains: %s", reason_of(error))
        self._follow()

    async def follow(self) -> None:
        """Tell the successor who came first, obey the hold, and leave when nothing has moved for long."""
        moved = _now()
        while True:
            self._follow()
            if self._is_working() or (self._floor.line and not self._floor.held):
                moved = _now()
            elif _now() > moved + DRAIN_LIMIT:
                log.info("nothing was said for long: leaving")
                return self._leave()
            await asyncio.sleep(POLL)

    def _follow(self) -> None:
        held = hold.is_held(self._home)
        if held != self._floor.held:
            (self._floor.hold if held else self._floor.resume)()
        if self._mark is not None:
            self._mark.speak_first(bool(self._floor.line))

    def end(self) -> None:
        """Take the word back."""
        if self._mark is not None:
            self._mark.close()
            self._mark = None
