"""Speaking from the command line: with signals, keys, what is shown meanwhile, and what is kept when it is stopped."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from common import TYPE_CHECKING
from common.errors import Dropped, SayError, Stopped, UsageError
from common.messages.speaking import Playing
from common.paths import state_directory
from common.records import dataclass
from common.settings import Settings
from say import console
from say.commands.context import Context
from say.control import Control
from say.hold import HoldTeller
from say.left_out import LeftOut
from say.place import Place

# Not when it is needed: that is in a signal handler, which may come in the midst of an import.
from say.requests import reading_for
from say.rests import Manner, Origin, Rest, remove
from say.signals import Signals
from say.spool import TextSpool
from say.spool_view import is_complete, read_text
from say.unspoken import keep
from say.utterance import Event

if TYPE_CHECKING:
    from say.key_terminal import KeyTerminal
    from say.progress import Display
    from say.watching import Watching

REDRAW = 0.1  # seconds between two looks at what is shown
LOOK = 0.5  # seconds between two looks at whose the terminal is
Listener = Callable[[Event], None]


@dataclass(frozen=True)
class Job:
    """What is to be spoken through the loudspeaker."""

    spool: TextSpool
    settings: Settings
    language: str = ""
    voice_file: str = ""  # of the user's own, in place of the voice of the settings
    attended: bool = False  # the terminal is not where the text comes from, so its keys can steer
    typed: bool = False  # the text comes from a terminal, which shows it as it is typed
    origin: Origin | None = None  # the file that the text comes from, if it is one
    unread: Callable[[], bool] = lambda: False  # whether a pipe that it comes from, or who reads it, holds more of it
    continues: Rest | None = None  # what was not spoken before, which this is
    listener: Listener | None = None


def speak_aloud(context: Context, job: Job) -> None:
    """Speak to the end, or until it is stopped; what was not spoken then is reported and kept.

    Raises SayError, Interrupted.
    """
    control, place = Control(), Place()
    terminal = _key_terminal(context, job, control)
    last_words = _LastWords(context, job, control, place, terminal is None)
    watching = _watching(context, job)
    left_out = LeftOut()
    listeners = [
        place.note,
        HoldTeller(context.display.line).note,
        lambda event: _end_work_at_first_sound(context, event),
        *([watching.handle] if watching else []),
        left_out.handle,
        *([job.listener] if job.listener else []),
    ]

    def listen(event: Event) -> None:
        for listener in listeners:
            listener(event)

    screen = _Screen(context.display, terminal, control)
    with Signals(control, last_words.of_signal, screen.release, screen.go_on), _kept_true(watching, control):
        try:
            screen.take()
            with context.client(job.settings) as client:
                client.speak(
                    job.spool,
                    voice_file=job.voice_file,
                    language=job.language,
                    priority=context.request.priority,
                    policy=context.request.policy,
                    words=True,
                    on_event=listen,
                    control=control,
                )
        except SayError as error:
            told = last_words.of_error(error)
            if told is error:
                raise
            raise told from error.__cause__ or error
        finally:
            screen.release()
        last_words.of_success()
    # In the background it goes to a log, where nothing of the text belongs.
    left_out.tell(context.display.line, words=not context.request.background)


class _Screen:
    """The terminal as far as it is ours while something is spoken: its keys, and what is redrawn on it."""

    def __init__(self, display: Display, keys: KeyTerminal | None, control: Control) -> None:
        self._display = display
        self._keys = keys
        self._control = control
        self._followed = False

    def take(self) -> None:
        if self._keys is not None and not self._keys.take():
            self._follow()

    def go_on(self) -> None:
        """Take it again after a stop. May be called by a signal handler."""
        self._display.forget()  # whoever had the screen meanwhile wrote below it
        if self._keys is not None:
            self._keys.take()
            self._follow()  # it may go on in the background

    def _follow(self) -> None:
        """Look now and then whether the terminal is ours: nothing tells when we come to the foreground."""
        if self._keys is not None and not self._followed:
            self._followed = True
            self._control.every(LOOK, self.take)

    def release(self) -> None:
        if self._keys is not None:
            self._keys.release()
        self._display.clear()  # it is drawn anew, should speech go on


def _key_terminal(context: Context, job: Job, control: Control) -> KeyTerminal | None:
    """Return the terminal whose keys steer, None if there is none: it must be all ours."""
    if not job.attended or context.request.background or job.settings.text("keys") != "on":
        return None
    if sys.stdin is None or sys.stdout is None or not os.isatty(console.STDIN):
        return None
    if not os.path.samestat(os.fstat(console.STDIN), os.fstat(console.STDOUT)):
        return None
    from say.key_terminal import KeyTerminal

    return KeyTerminal(console.STDIN, control, context.display.line)


def _watching(context: Context, job: Job) -> Watching | None:
    """Return what shows the text and how far it is; None if nothing shall or can be shown."""
    if not (context.request.interactive or context.request.progress):
        return None
    if (reason := _not_shown(context, job)) is not None:
        if context.request.debug:
            context.display.line(f"--interactive and --progress show nothing: {reason}")
        return None
    from say.watching import Watching

    return Watching(
        context.display.panel,
        context.display.size,
        lambda start, end: read_text(job.spool, start, end),
        lambda: (job.spool.length, not is_complete(job.spool)),
        text=context.request.interactive,
        bar=context.request.progress,
        speed=job.settings.number("speed"),
    )


@contextmanager
def _kept_true(watching: Watching | None, control: Control) -> Iterator[None]:
    """Look now and then whether what is shown is still true, and at once when the terminal gets another size."""
    if watching is None:
        yield
        return
    control.every(REDRAW, watching.tick)
    before = signal.signal(signal.SIGWINCH, lambda number, frame: control.call_soon(watching.tick))
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)


def _not_shown(context: Context, job: Job) -> str | None:
    """Return why nothing can be redrawn on the screen; None if it can."""
    if context.request.background:
        return "it goes on in the background"
    if not context.display.terminal:
        return "standard error is no terminal that can redraw"
    if job.typed:
        return "the text is typed there"
    return None


def _end_work_at_first_sound(context: Context, event: Event) -> None:
    if isinstance(event, Playing):  # what a bar stood for is over
        context.display.end_work()


class _LastWords:
    """Says once what was not spoken, and keeps it."""

    def __init__(self, context: Context, job: Job, control: Control, place: Place, echoes: bool) -> None:
        self._context = context
        self._job = job
        self._control = control
        self._place = place
        self._home = state_directory()
        self._echoes = echoes  # whether the terminal shows ^C

    def of_signal(self, number: int) -> None:
        """Speak up because a signal ends the program."""
        if report := self._keep():
            self._context.display.clear()
            if number == signal.SIGINT and self._echoes and self._context.display.terminal:
                console.report("\n")  # the terminal has just shown ^C
            # In the background it goes to a log, where nothing of the text belongs.
            kept = "'say --continue' goes on there" if self._context.request.background else ""
            self._context.display.line(f"stopped; {kept}" if kept else f"stopped. {report}")

    def of_error(self, error: SayError) -> SayError:
        """Return the error as the user shall see it."""
        if isinstance(error, (Dropped, UsageError)) or not (self._place.accepted or isinstance(error, Stopped)):
            return error
        report = self._keep()
        if not report:
            return error
        return type(error)(error.message, f"{error.hint} {report}".strip())

    def of_success(self) -> None:
        """Forget what was to be continued: it has been spoken."""
        if self._job.continues is not None:
            remove(self._job.continues)

    def _keep(self) -> str:
        job = self._job
        manner = Manner(
            job.settings.text("voice"),
            job.settings.text("engine"),
            job.language,
            self._control.speed or job.settings.number("speed"),
            job.settings.number("volume"),
            job.voice_file,
            reading_for(job.settings),
        )
        return keep(
            self._home, job.spool, self._place, manner, origin=job.origin, rest=job.continues, unread=job.unread
        )
