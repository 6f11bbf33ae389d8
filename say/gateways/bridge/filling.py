"""One file from one order: the sound of its text, at its rate, under its path once it is whole."""

from __future__ import annotations

import errno
import os

from common import TYPE_CHECKING
from common.errors import BadSplit, BadVoiceFile, OutputFailed, SayError, UsageError
from common.messages.speaking import Accepted
from common.quoting import quoted, reason_of
from say.console import STDOUT
from say.exits import OutputClosed
from say.gateways.bridge.orders import Order, blamed
from say.gateways.bridge.telling import MORE_FILES, tell
from say.gateways.telling import Once
from say.left_out import LeftOut
from say.wav import RATE, SAMPLE_BYTES, open_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from common.messages.control import StatusReport
    from common.messages.speaking import ReadingOptions
    from common.settings import Settings
    from say.control import Control
    from say.utterance import Event, Spoken
    from say.wav import WavOutput

    class Client(Protocol):
        """What is needed of SayClient."""

        def render(
            self,
            text: str,
            *,
            write: Callable[[bytes], None],
            voice: str | None,
            voice_file: str | None,
            speed: float | None,
            language: str,
            on_event: Callable[[Event], None],
            control: Control | None,
            reading: ReadingOptions,
            bulk: bool,
        ) -> Spoken: ...

        def status(self) -> StatusReport | None: ...

    class Sink(Protocol):
        """Where sound goes."""

        def write(self, pcm: bytes) -> None: ...

        def finish(self) -> None: ...


_REMEDIES = {
    errno.ENOENT: "Make the folder first.",
    errno.ENOTDIR: "Name a file in a folder.",
    errno.EACCES: "Choose a folder that you may write to.",
    errno.EPERM: "Choose a folder that you may write to.",
    errno.EROFS: "Choose a folder that can be written to.",
    errno.ENOSPC: "Free some space, or choose another disk.",
    errno.EDQUOT: "Free some space, or choose another disk.",
    errno.EFBIG: "Choose another disk, or raise the limit with 'ulimit -f'.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.EMFILE: MORE_FILES,
    errno.ENFILE: MORE_FILES,
}


class Filler:
    """Makes files with one client, for any number of threads."""

    def __init__(self, connect: Callable[[], tuple[Client, Settings]], once: Once) -> None:
        """`connect` is called when there is something to speak; `once` tells what is done otherwise than asked for."""
        self._connect = connect
        self._once = once

    def fill(self, order: Order, control: Control | None = None) -> float:
        """Make the file and return the seconds of sound in it. Raises SayError, with the name of the field to blame."""
        if order.note:
            self._once.tell(order.note)
        _spare_the_answer(order.output)
        engine = ""
        try:
            with _opened(order) as output:
                counted = _Counted(output.write)
                if order.text.strip():
                    engine = self._speak(order, _at_rate(order.rate, counted.write), control)
                output.finish()
        except OutputFailed as error:
            raise _with_remedy(error) from error
        except OutputClosed:  # a fifo; our own output is not written to here
            raise OutputFailed(f"output: nobody reads {quoted(order.output)} any more", "Name a file.") from None
        if engine:
            self._tell_differences(order, engine)
        return counted.size / SAMPLE_BYTES / order.rate

    def _speak(self, order: Order, sink: Sink, control: Control | None) -> str:
        """Pass the sound to `sink`; return which engine made it, "" if none had to."""
        from common.records import replace
        from say.requests import reading_for

        client, settings = self._connect()
        left_out, engine = LeftOut(), ""

        def listen(event: Event) -> None:
            nonlocal engine
            left_out.handle(event)
            if isinstance(event, Accepted):
                engine = event.engine

        try:
            client.render(
                order.text,
                write=sink.write,
                voice=order.voice,
                voice_file=order.voice_file,
                speed=order.speed,
                language=order.language,
                on_event=listen,
                control=control,
                reading=replace(reading_for(settings), split=order.split),
                bulk=True,
            )
        except BadSplit as error:
            raise blamed(order.split_named, error) from error
        except BadVoiceFile as error:
            raise blamed("voice", error) from error
        sink.finish()
        left_out.tell(tell)
        return engine

    def _tell_differences(self, order: Order, engine: str) -> None:
        """Say what was asked of device and model, and is otherwise, once for each thing that may be asked."""
        asked = f"{order.device} {order.repository}"
        if not asked.strip() or not self._once.is_news(asked):
            return
        from say.gateways.differing import asks_the_daemon, differences

        client, settings = self._connect()
        try:
            report = client.status() if asks_the_daemon(order.device, engine) else None
        except SayError:
            report = None  # the file is made, and that is what was asked for
        for sentence in differences(settings, report, device=order.device, repository=order.repository, engine=engine):
            self._once.tell(sentence)


class _Counted:
    """Knows how many bytes went to a file."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self.size = 0

    def write(self, pcm: bytes) -> None:
        self._write(pcm)
        self.size += len(pcm)


class _AsItIs:
    """Passes sound on."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.write = write

    def finish(self) -> None:
        """Do nothing: nothing was kept back."""


def _at_rate(rate: int, write: Callable[[bytes], None]) -> Sink:
    if rate == RATE:
        return _AsItIs(write)
    from say.gateways.resampled import Resampled  # numpy takes longer to import than a short call lasts

    return Resampled(rate, write)


def _opened(order: Order) -> WavOutput:
    try:
        return open_named(order.output, order.rate)
    except UsageError as error:
        raise UsageError(f"output: {error.message}", "Name a file.") from error
    except OSError as error:  # such as of a working directory that is no longer there
        raise OutputFailed(f"{quoted(order.output)} cannot be written: {reason_of(error)}") from error


def _spare_the_answer(path: str) -> None:
    """Raise OutputFailed for what is our own standard output, under whatever name."""
    if path == os.devnull:
        return
    try:
        if os.path.samestat(os.stat(path), os.fstat(STDOUT)):
            raise OutputFailed(f"output: {quoted(path)} is where the answer goes", "Name a file.")
    except OSError:
        return


def _with_remedy(error: OutputFailed) -> SayError:
    remedy = _REMEDIES.get(getattr(error.__cause__, "errno", None) or 0, "")
    return blamed("output", OutputFailed(error.message, error.hint or remedy))
