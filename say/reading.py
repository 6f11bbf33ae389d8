"""Where text comes from: the words of the command line, a file, standard input. Brings it into a spool."""

from __future__ import annotations

import codecs
import errno
import os
import select
import stat
import sys
import threading
import time
from collections.abc import Callable, Sequence
from enum import Enum

from common import TYPE_CHECKING
from common.errors import InputFailed
from common.quoting import reason_of
from common.records import dataclass
from say.console import STDIN, printable
from say.spool import TextSpool

if TYPE_CHECKING:  # words need nothing of it
    from say.flows import Flow, TextFilter
    from say.tee import Tee

ALL = "all"  # of the setting `behind`
_LOOKED_AT = 4096  # bytes at the front of a file
PAUSE = 0.3  # s without new text, after which what is there is spoken


class Flush(Enum):
    """When text shall be spoken without waiting for more."""

    AT_END = "at the end"
    AT_PAUSES = "when the writer pauses"
    AT_LINES = "after each line entered"


@dataclass(frozen=True)
class Input:
    """An open source of text."""

    descriptor: int
    name: str  # for messages
    terminal: bool

    @property
    def piped(self) -> bool:
        """Whether somebody may be writing to it: it is no regular file."""
        return not stat.S_ISREG(os.fstat(self.descriptor).st_mode)

    @property
    def readable(self) -> bool:
        """Whether something is there to be read now."""
        return bool(select.select([self.descriptor], [], [], 0)[0])


def words_as_text(words: Sequence[str], warn: Callable[[str], None]) -> str:
    """Return the words of the command line joined with spaces; `warn` is called once if some are not UTF-8."""
    text = " ".join(words)
    if text.isascii() or not any("\udc80" <= each <= "\udcff" for each in text):
        return text
    data = os.fsencode(text)
    try:
        return data.decode("utf-8")  # in a locale that knows ASCII only, Python escapes good text as well
    except UnicodeDecodeError:
        warn(_not_utf8("the text"))
        return data.decode("utf-8", "replace")


def open_input(path: str) -> Input:
    """Open the file `path`, "-" for standard input. Raises InputFailed."""
    if path == "-":
        if sys.stdin is None:
            raise InputFailed("standard input is closed", "Give the text as words, or a file with -f.")
        descriptor, name = STDIN, "standard input"
    else:
        name = printable(path)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOCTTY)
        except OSError as error:
            raise _failed(name, error) from error
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        raise _failed(name, OSError(errno.EISDIR, os.strerror(errno.EISDIR)))
    _check_text(descriptor, name)
    return Input(descriptor, name, os.isatty(descriptor))


def _check_text(descriptor: int, name: str) -> None:
    """Refuse a file that is no text: nobody wants to hear a picture. Raises InputFailed."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return
    try:
        head = os.pread(descriptor, _LOOKED_AT, 0)
    except OSError as error:
        raise _failed(name, error) from error
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputFailed(f"{name} does not look like text: there are zero bytes in it")


def pour(
    source: Input,
    spool: TextSpool,
    flush: Flush,
    warn: Callable[[str], None],
    *,
    pause: float = PAUSE,
    behind: str = ALL,
    tee: Tee | None = None,
    text_filter: TextFilter | None = None,
) -> threading.Thread:
    """Read `source` into `spool` in a thread of its own until its end or until the spool is closed.

    Text from a pipe that is spoken as it comes (`AT_PAUSES`) is folded line by line, as `say.lines` says, and spoken as
    `pause` (seconds) and `behind` (the setting) ask for; any other is passed on as it is. `text_filter` is between that
    and the spool. `tee` gets the bytes before all else, and all of them, also after the spool was closed: join the
    thread, then, before the program ends.

    `warn` is called once, by that thread, if the text is not UTF-8. A read error becomes the spool's `error`. Where the
    tee fails, the spool is broken off: with OutputClosed if its reader went away, else with OutputFailed.
    """
    from say.pump import Pump, TextDecoder

    if flush is Flush.AT_PAUSES and not source.piped:
        flush = Flush.AT_END
    flow = _flow(spool, flush, pause, behind, text_filter)
    decoder = TextDecoder(lambda: warn(_not_utf8(source.name)))
    pump = Pump(source.descriptor, spool, decoder, flow, tee)

    def work() -> None:
        try:
            pump.run()
        except OSError as error:
            failure = _failed(source.name, error)
            failure.__cause__ = error
            spool.finish(failure)
        except BaseException as error:  # noqa: BLE001  # a boundary: raised again by whoever reads the spool
            spool.break_off(error)
        else:
            spool.finish()
        finally:
            if source.descriptor != STDIN:
                os.close(source.descriptor)

    thread = threading.Thread(target=work, name="text reader", daemon=True)
    thread.start()
    return thread


def _flow(spool: TextSpool, flush: Flush, pause: float, behind: str, text_filter: TextFilter | None) -> Flow:
    from say.flows import Everything, Outlet, Plain, Selected

    outlet = Outlet(spool, text_filter)
    if flush is not Flush.AT_PAUSES:
        return Plain(outlet, each_whole=flush is Flush.AT_LINES)
    if behind == ALL:
        return Everything(outlet, pause, time.monotonic)
    from say.alerts import is_alert
    from say.backlog import backlog_for

    return Selected(outlet, backlog_for(behind, is_alert), pause, time.monotonic)


def _not_utf8(name: str) -> str:
    return f"{name} is not UTF-8; what cannot be decoded is replaced"


def _failed(name: str, error: OSError) -> InputFailed:
    return InputFailed(f"{name} cannot be read: {reason_of(error)}")
