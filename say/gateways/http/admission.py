"""How many syntheses run at once, who waits for one, and who is told to come back later."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from say.gateways.http.failures import Refused
from say.gateways.http.metrics import Metrics
from say.gateways.http.reader import Reader

_FIRST_GUESS = 1.0  # seconds of a synthesis, before there was any
_SHARE = 0.2  # of the newest one in the mean
_LONGEST_WAIT = 300  # seconds, in Retry-After
_TURN = 2.0  # seconds that a place is worked at before it may be due to another client
_PAUSED = 4  # syntheses of one client for each place; each keeps some 2 MB of sound, an encoder and a thread
_LOOK = 1.0  # seconds between looks at readers who are in the way

Turn = asyncio.Future[None]


@dataclass
class _Line:
    """Those of one client who wait, in their order; who has begun goes first."""

    begun: deque[Turn] = field(default_factory=deque)
    new: deque[Turn] = field(default_factory=deque)


class Place:
    """The right of one synthesis to work, which may be left before the block around it ends."""

    def __init__(self, admission: Admission, client: str, reader: Reader) -> None:
        self.client = client
        self.reader = reader
        self.may_pause = True  # False: what it has made is too large for others to make as much
        self._admission = admission
        self._since: float | None = time.monotonic()  # None: it does not work
        self._worked = 0.0  # seconds, before that
        self._left = False

    @property
    def is_held(self) -> bool:
        """Return whether others cannot have it."""
        return self._since is not None

    def pause(self) -> bool:
        """Let others work until `resume`; return whether they can: a client of which too many pause keeps this one for now.

        Meanwhile a reader who takes nothing may be given up.
        """
        if self._left:
            return False
        self._admission.wait_for_reader(self)
        return not self.is_held

    def keep(self) -> None:
        """Wait for the reader as if paused, and let nobody else work."""
        self.may_pause = False
        self.pause()

    def is_due(self) -> bool:
        """Return whether a client waits that has fewer places, and this one had its turn."""
        if self._since is None or time.monotonic() - self._since < _TURN:
            return False
        return self._admission.owes_more_than(self.client)

    async def resume(self) -> None:
        """Wait until it may work again, ahead of those of its client that have not begun."""
        self._admission.wait_no_more(self)
        if not self.is_held and not self._left:  # in the moment in which it is given up its reader may take something
            await self._admission.resume(self.client)
            self._since = time.monotonic()

    def leave(self) -> None:
        """Let others work for good. May be called again."""
        if not self._left:
            self._left = True
            works = self.is_held
            self.rest()
            self._admission.wait_no_more(self)
            self._admission.leave(self.client, self._worked, works=works)

    def rest(self) -> None:
        """Note that it does not work."""
        if self._since is not None:
            self._worked += time.monotonic() - self._since
            self._since = None


class Admission:
    """A bounded number of places. Those who wait take turns by client, each client's in their order.

    Who has more places than a client that waits gives one up in the midst of a text, see `Place.is_due`.
    Who pauses leaves its place to others meanwhile. So many of one client may pause, and so many more work, that one place
    is left to the other clients, whatever it does. Where no more may pause and somebody waits, the reader who has taken
    nothing for the longest time is given up: what has one client's address may be everybody on this machine.
    """

    def __init__(self, concurrent: int, waiting: int, metrics: Metrics) -> None:
        self._free = concurrent
        self._concurrent = concurrent
        self._most_waiting = waiting
        self._most_paused = _PAUSED * concurrent  # of one client
        self._metrics = metrics
        self._waiting: OrderedDict[str, _Line] = OrderedDict()  # without empty ones
        self._open: Counter[str] = Counter()  # by client: what has begun and not ended
        self._paused: Counter[str] = Counter()  # by client, of these
        self._wait_for_readers: list[Place] = []  # paused or held
        self._look: asyncio.TimerHandle | None = None
        self._mean = _FIRST_GUESS

    @property
    def waiting(self) -> int:
        """Return how many wait that have not begun."""
        return sum(len(line.new) for line in self._waiting.values())

    @property
    def in_work(self) -> int:
        return self._concurrent - self._free

    @asynccontextmanager
    async def place(self, client: str, reader: Reader | None = None) -> AsyncIterator[Place]:
        """Hold one place, after waiting for it if need be. Raises Refused (429) if too many wait already.

        The place of a reader who is given up is left at once, ahead of the block's end.
        """
        await self._enter(client)
        place = Place(self, client, reader or Reader())
        try:
            yield place
        finally:
            place.leave()

    async def _enter(self, client: str) -> None:
        turn: Turn = asyncio.get_running_loop().create_future()
        self._line_of(client).new.append(turn)
        self._serve()
        if not turn.done() and self.waiting > self._most_waiting:
            self._forget(client, turn)
            raise Refused(
                429,
                f"{self.in_work} syntheses are in work and {self.waiting} wait",
                reason="queue_full",
                hint="Try again later.",
                headers={"Retry-After": str(self._retry_after())},
            )
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._forget(client, turn)
            else:  # the place came in the same moment
                self.leave(client, self._mean, works=True)
            raise

    # For places

    def owes_more_than(self, client: str) -> bool:
        """Return whether somebody waits for a place who has fewer of them than `client`."""
        return any(self._held(other) < self._held(client) for other in self._waiting if self._may_be_served(other))

    def wait_for_reader(self, place: Place) -> None:
        """Take a place back until `resume`, as soon as one more of its client may pause."""
        if place not in self._wait_for_readers:
            self._wait_for_readers.append(place)
        self._serve()

    def wait_no_more(self, place: Place) -> None:
        if place in self._wait_for_readers:
            self._wait_for_readers.remove(place)

    async def resume(self, client: str) -> None:
        """Wait for a place in exchange for a pause. Cancelled, it goes on to pause."""
        turn: Turn = asyncio.get_running_loop().create_future()
        self._line_of(client).begun.append(turn)
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._forget(client, turn)
            else:
                self._pause(client)
                self._serve()
            raise

    def leave(self, client: str, worked: float, *, works: bool) -> None:
        """Take a place back for good, or a pause, after so many seconds of work."""
        self._mean += _SHARE * (worked - self._mean)
        _decrease(self._open, client)
        if works:
            self._free += 1
        else:
            _decrease(self._paused, client)
        self._serve()

    # Those who wait

    def _serve(self) -> None:
        """Give what is free to those whose turn it is."""
        self._pause_who_may()
        while self._free and (client := self._next()) is not None:
            line = self._waiting[client]
            begun = bool(line.begun)
            turn = (line.begun or line.new).popleft()
            if not (line.begun or line.new):
                del self._waiting[client]
            if turn.cancelled():
                continue
            if begun:
                _decrease(self._paused, client)
            else:
                self._open[client] += 1
            if client in self._waiting:
                self._waiting.move_to_end(client)  # its next turn comes after everybody else's
            self._free -= 1
            turn.set_result(None)
            self._pause_who_may()
        self._show()
        self._make_room()

    def _pause_who_may(self) -> None:
        for place in self._wait_for_readers:
            if place.is_held and place.may_pause and self._paused[place.client] < self._most_paused:
                place.rest()
                self._pause(place.client)

    def _pause(self, client: str) -> None:
        self._paused[client] += 1
        self._free += 1

    def _next(self) -> str | None:
        """Return whose turn it is, None if it is nobody's."""
        return next((client for client in self._waiting if self._may_be_served(client)), None)

    def _may_be_served(self, client: str) -> bool:
        begun = bool(self._waiting[client].begun)
        return begun or self._open[client] < self._most_paused + self._concurrent - 1

    def _held(self, client: str) -> int:
        return self._open[client] - self._paused[client]

    # Those who are in the way

    def _make_room(self) -> None:
        """Give up the reader who has taken nothing for the longest time, where others wait because of such."""
        if self._look is not None:
            self._look.cancel()
            self._look = None
        in_the_way = self._in_the_way()
        late = [place for place in in_the_way if place.reader.is_late]
        if late:
            longest = max(late, key=lambda place: place.reader.idle_for)
            longest.reader.give_up()
            longest.leave()  # which comes back here
        elif in_the_way:
            self._look = asyncio.get_running_loop().call_later(_LOOK, self._make_room)

    def _in_the_way(self) -> list[Place]:
        """Return what waits for its reader, where others wait for a place that is not there because of it."""
        if self._free:  # who waits has begun as many as it may
            return [place for place in self._wait_for_readers if place.client in self._waiting]
        if not self._waiting:
            return []
        held = [place for place in self._wait_for_readers if place.is_held]
        full = {place.client for place in held if place.may_pause}  # of these no more may pause
        return [place for place in self._wait_for_readers if place.is_held or place.client in full]

    def _line_of(self, client: str) -> _Line:
        return self._waiting.setdefault(client, _Line())

    def _forget(self, client: str, turn: Turn) -> None:
        line = self._waiting.get(client)
        if line is None:
            return
        for queue in (line.begun, line.new):
            if turn in queue:
                queue.remove(turn)
        if not (line.begun or line.new):
            del self._waiting[client]
        self._show()
        self._make_room()  # or stop looking for it

    def _retry_after(self) -> int:
        """Return in how many seconds a place in the queue is free by all likelihood."""
        return max(1, min(_LONGEST_WAIT, math.ceil(self._mean * (1 + self.waiting) / self._concurrent)))

    def _show(self) -> None:
        self._metrics.in_work.set(self.in_work)
        self._metrics.waiting.set(self.waiting)
        self._metrics.paused.set(sum(self._paused.values()))


def _decrease(counts: Counter[str], client: str) -> None:
    counts[client] -= 1
    if not counts[client]:
        del counts[client]
