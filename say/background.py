"""`--background`: a process of its own goes on as the client of the utterance, while the command returns its number.

The child lives on when the terminal closes. Until its utterance has a number it reports to the parent, which shows what
it says and ends with its status; from then on to a log.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

from common import TYPE_CHECKING
from common.errors import SayError, from_wire
from common.log_files import open_log
from common.messages.base import from_fields, to_fields
from common.messages.hello import Progress
from common.messages.speaking import Accepted
from common.paths import ensure_private_directory, log_directory, state_directory
from common.records import replace
from say import console
from say.commands.context import Context
from say.exits import Interrupted, die_by
from say.progress import Display

if TYPE_CHECKING:
    from say.commands.speaking import Task
    from say.utterance import Event

LOG = "say.log"


def run_in_background(context: Context, task: Task) -> int:
    """Have a new process do `task`; print its utterance's number once it has one. Returns the exit status.

    Raises what kept it from speaking. To be called before any thread is started.
    """
    ensure_private_directory(state_directory())
    receiving, sending = os.pipe()
    if os.fork() == 0:
        os.close(receiving)
        status = 1
        try:
            status = _live_on(context, task, _Reporter(sending))
        finally:
            os._exit(status)  # nothing of what the parent began is finished twice
    os.close(sending)
    with open(receiving, "rb") as reports:
        return _follow(context, reports)


def _follow(context: Context, reports: Iterator[bytes]) -> int:
    """Show what the child reports until it has a number, or has failed."""
    for line in reports:
        report = json.loads(line)
        if "line" in report:
            context.display.line(report["line"])
        elif "progress" in report:
            progress = from_fields(report["progress"])
            if isinstance(progress, Progress):
                context.display.show(progress)
        elif "number" in report:
            context.display.clear()
            if report["number"]:
                console.answer(str(report["number"]))
            return 0
        else:
            raise from_wire(report["code"], report["message"], report["hint"])
    raise SayError("the process in the background ended before it spoke", f"Look into {_log_path()}.")


class _Reporter:
    """The child's way to tell its user something: through the parent while that one waits, then in a log."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @property
    def waited_for(self) -> bool:
        """Whether the parent has not got its answer yet."""
        return self._descriptor is not None

    def tell(self, report: dict[str, object]) -> None:
        """Pass something on to the parent. Raises BrokenPipeError if it was interrupted."""
        if self._descriptor is not None:
            os.write(self._descriptor, json.dumps(report).encode() + b"\n")

    def answer(self, report: dict[str, object]) -> None:
        """Give the parent what it waits for."""
        self.tell(report)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def line(self, text: str) -> None:
        if self.waited_for:
            self.tell({"line": text})
        else:
            log(text)


def log(text: str) -> None:
    """Add a line to the log of the client. It must hold nothing of what is spoken."""
    descriptor = open_log(_log_path())
    try:
        now = time.time()
        stamp = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.localtime(now))}.{int(now % 1 * 1000):03d}"
        offset = time.strftime("%z", time.localtime(now))
        os.write(descriptor, f"{stamp}{offset[:3]}:{offset[3:]} INFO    say {text}\n".encode(errors="replace"))
    finally:
        os.close(descriptor)


def _log_path() -> Path:
    return log_directory(state_directory()) / LOG


def _live_on(context: Context, task: Task, reporter: _Reporter) -> int:
    """Do the task, away from terminal and parent. Returns the exit status."""
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _leave_streams(context)
    _leave_inherited()
    display = _QuietDisplay(reporter)

    def listen(event: Event) -> None:
        if isinstance(event, Accepted) and reporter.waited_for:
            reporter.answer({"number": event.number})

    try:
        task(replace(context, display=display), listen)
        if reporter.waited_for:
            reporter.answer({"number": 0})  # there was nothing to speak
        return 0
    except SayError as error:
        if reporter.waited_for:
            reporter.answer({"code": error.code, "message": error.message, "hint": error.hint})
        else:
            log(error.message)
        return error.exit_status
    except Interrupted as interrupt:
        log(f"ended by {signal.Signals(interrupt.number).name}")
        return die_by(interrupt.number)
    except BrokenPipeError:  # Ctrl-C, before there was a number: the user wants none
        return die_by(signal.SIGINT)
    except Exception as error:  # noqa: BLE001  # the outermost boundary
        if reporter.waited_for:
            with suppress(BrokenPipeError):
                reporter.answer({"code": SayError.code, "message": f"{type(error).__name__}: {error}", "hint": ""})
        log(f"this should not have happened: {type(error).__name__}")
        return 1


def _leave_streams(context: Context) -> None:
    """Put /dev/null in place of the standard streams, apart from an input that is to be spoken."""
    request = context.request
    reads = not request.words and request.file in (None, "-") and request.action.value == "speak"
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (console.STDOUT, console.STDERR, *(() if reads else (console.STDIN,))):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    sys.stdout = sys.stderr = None  # as for a program whose streams were closed


def _leave_inherited() -> None:
    """Close what a shell had open besides: a pipe or a lock of its would be held as long as speech lasts."""
    try:
        names = os.listdir("/dev/fd")
    except OSError:  # a container without /proc
        return
    for descriptor in map(int, names):
        with suppress(OSError):  # that of the listing itself is closed already
            # What we opened ourselves no program of ours would get (PEP 446); so what one would get, we got.
            if descriptor > console.STDERR and os.get_inheritable(descriptor):
                os.close(descriptor)


class _QuietDisplay(Display):
    """A display without a screen: lines and progress go to whoever listens to the process."""

    def __init__(self, reporter: _Reporter) -> None:
        super().__init__(lambda text: None, False, lambda: (80, 24), nullcontext)
        self._reporter = reporter

    def line(self, text: str) -> None:
        self._reporter.line(text)

    def show(self, progress: Progress) -> None:
        if self._reporter.waited_for:
            self._reporter.tell({"progress": to_fields(progress)})

    def clear(self) -> None:
        """There is no bar."""
