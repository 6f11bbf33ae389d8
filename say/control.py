"""Steering an utterance from outside the loop that speaks it: other threads, signal handlers, keys.

Knows neither connections nor terminals: commands wait here until the session takes them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from common.errors import UsageError
from common.limits import FASTEST, SLOWEST
from common.messages.speaking import BACK, PAUSE, REPLAY, RESUME, SKIP, SPEED
from common.records import dataclass
from say.values import checked_speed

TOGGLE = "toggle"  # these two beside the actions of `steer`
CHANGE_SPEED = "change speed"

# Seconds in which a report may have been sent before a command arrived. Two commands that cancel each other out are not
# reported at all, so nothing is waited for longer.
_ON_ITS_WAY = 1.0

# What the message that opens an utterance says itself.
IN_OPENING = (PAUSE, RESUME, SPEED)


@dataclass(frozen=True)
class Command:
    """Something that the session shall do."""

    action: str
    amount: float = 1.0


@dataclass(frozen=True)
class Tick:
    """Something that is done again and again while a session is under way."""

    interval: float  # seconds
    action: Callable[[], None]


class Control:
    """The remote control of one utterance: give it to `SayClient.speak`, once, then use it from anywhere.

    Methods may be called at any time and from any thread, also by a signal handler: before speech begins, and while the
    client is about to speak again after the crash of a server. They return at once; once the utterance has ended they
    do nothing.
    """

    def __init__(self) -> None:
        # Reentrant: a signal handler may come while the same thread holds it.
        self._lock = threading.RLock()
        self._commands: list[Command] = []
        self._calls: list[Callable[[], None]] = []
        self._wake: Callable[[], None] | None = None
        self._on_stop: Callable[[], None] | None = None
        self._begun = False
        self._over = False
        self._end: BaseException | None = None
        self._readers: dict[int, Callable[[], None]] = {}
        self._ticks: list[Tick] = []
        self.paused = False  # as far as known here
        self.stopping = False  # somebody called `stop`
        self.speed = 0.0  # factor; 0.0 as long as the request's counts
        # What was asked for last and is not reported yet: other reports were on their way by then.
        self._awaited_pause: bool | None = None
        self._awaited_speed: float | None = None
        self._asked_at = 0.0  # monotonic seconds

    # Steering

    def pause(self) -> None:
        """Fall silent until `resume`; the loudspeaker is free for others meanwhile."""
        self._command(PAUSE)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._command(RESUME)

    def toggle(self) -> None:
        """Pause, or go on."""
        self._command(TOGGLE)

    def skip(self, sentences: int = 1) -> None:
        """Go on with the next sentence, or so many ahead."""
        self._command(SKIP, sentences)

    def back(self, sentences: int = 1) -> None:
        """Go back to the sentence before, or so many back."""
        self._command(BACK, sentences)

    def replay(self) -> None:
        """Begin again with the first sentence."""
        self._command(REPLAY)

    def set_speed(self, factor: float) -> None:
        """Go on at this speed, 0.5 to 2.0. Raises BadSpeed."""
        self._command(SPEED, checked_speed(factor))

    def change_speed(self, difference: float) -> None:
        """Go on faster by this much of the normal speed, slower if negative, within the limits of `set_speed`."""
        self._command(CHANGE_SPEED, difference)

    def stop(self) -> None:
        """End the utterance: its `speak` raises Stopped once it is silent."""
        with self._lock:
            if self._over:
                return
            self.stopping = True
            self._wake_up()
            if self._on_stop is not None:
                self._on_stop()

    def _command(self, action: str, amount: float = 1.0) -> None:
        with self._lock:
            if not self._over:
                self._commands.append(Command(action, amount))
                self._wake_up()

    # For what accompanies a session: keys, signals, a display. Called by the thread that speaks.

    def call_soon(self, action: Callable[[], None]) -> None:
        """Have the session call `action` after the commands given so far were sent."""
        with self._lock:
            if not self._over:
                self._calls.append(action)
                self._wake_up()

    def end_with(self, error: BaseException) -> None:
        """Have the session drop its connection, which silences it, and raise `error`."""
        with self._lock:
            self._end = self._end or error
            self._wake_up()

    def watch(self, descriptor: int, action: Callable[[], None]) -> None:
        """Call `action` whenever `descriptor` is readable during the session."""
        self._readers[descriptor] = action

    def unwatch(self, descriptor: int) -> None:
        self._readers.pop(descriptor, None)

    def every(self, interval: float, action: Callable[[], None]) -> None:
        """Call `action` about every `interval` seconds during the session."""
        self._ticks.append(Tick(interval, action))

    @property
    def in_session(self) -> bool:
        """Whether somebody will take commands at once. If not, there is no sound either."""
        return self._wake is not None

    # For whoever speaks

    def begin(self) -> None:
        """Know that its utterance begins. Raises UsageError if one did before: commands for that one are no others'."""
        with self._lock:
            if self._begun:
                raise UsageError("this Control was used for another utterance", "Make a new one for each.")
            self._begun = True

    def finish(self) -> None:
        """Know that the utterance has ended."""
        with self._lock:
            self._over = True
            self._commands.clear()
            self._calls.clear()

    def watch_stop(self, on_stop: Callable[[], None] | None) -> None:
        """Have `on_stop` called when somebody calls `stop`, while there is no session yet; None ends it."""
        with self._lock:
            self._on_stop = on_stop

    # For the session

    def attach(self, wake: Callable[[], None]) -> None:
        """Have `wake` called whenever there is something to take."""
        with self._lock:
            self._wake = wake

    def detach(self) -> None:
        """Call `wake` no more; once this returns nobody is just about to."""
        with self._lock:
            self._wake = None

    def take(self) -> list[Command]:
        """Return what the server is to be told, oldest first, and take note of it. Raises what `end_with` was given."""
        self.raise_end()
        with self._lock:
            commands, self._commands = self._commands, []
        return [self._resolved(command) for command in commands]

    def raise_end(self) -> None:
        """Raise what `end_with` was given, if anything."""
        if self._end is not None:
            raise self._end

    def report(self, paused: bool, speed: float) -> None:
        """Take note of what the server says of the utterance, unless it cannot know yet what was asked for last."""
        if time.monotonic() > self._asked_at + _ON_ITS_WAY:
            self._awaited_pause = self._awaited_speed = None
        if self._awaited_pause in (None, paused):
            self.paused, self._awaited_pause = paused, None
        if self._awaited_speed in (None, speed):
            self.speed, self._awaited_speed = speed, None

    def _resolved(self, command: Command) -> Command:
        action, amount = command.action, command.amount
        if action == TOGGLE:
            action = RESUME if self.paused else PAUSE
        elif action == CHANGE_SPEED:
            action, amount = SPEED, min(max(round(self.speed + amount, 2), SLOWEST), FASTEST)
        if action in (PAUSE, RESUME):
            self.paused = self._awaited_pause = action == PAUSE
        elif action == SPEED:
            self.speed = self._awaited_speed = amount
        self._asked_at = time.monotonic()
        return Command(action, amount)

    def take_calls(self) -> list[Callable[[], None]]:
        """Return what `call_soon` was given."""
        with self._lock:
            calls, self._calls = self._calls, []
            return calls

    @property
    def readers(self) -> dict[int, Callable[[], None]]:
        return dict(self._readers)

    @property
    def ticks(self) -> Sequence[Tick]:
        return self._ticks

    def _wake_up(self) -> None:
        if self._wake is not None:
            self._wake()
