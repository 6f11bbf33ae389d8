"""`say-bridge`: does what its arguments and standard input ask for, and is the one place that shows its errors."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence

from common import TYPE_CHECKING, VERSION
from common.errors import EXIT_FAILED, EXIT_OK, InputFailed, OutputFailed, SayError
from say import console
from say.exits import Interrupted, OutputClosed, die_by, interruptible
from say.gateways.bridge import invocation
from say.gateways.bridge.filling import Filler
from say.gateways.bridge.incoming import read_all
from say.gateways.bridge.orders import EXAMPLE, Order, order_of, read_object
from say.gateways.bridge.telling import PROGRAM, explained, tell
from say.gateways.telling import Once, sentence_of

if TYPE_CHECKING:
    from common.settings import Settings
    from say.client import SayClient


def run(arguments: Sequence[str]) -> int:
    """Do what is asked for and return the exit status, or end by the signal that interrupted it."""
    try:
        console.occupy_closed_descriptors()
        with interruptible():
            _do(invocation.action_of(arguments), os.environ)
        return EXIT_OK
    except SayError as error:
        tell(sentence_of(error))
        return EXIT_FAILED
    except (Interrupted, KeyboardInterrupt) as interrupt:
        return die_by(interrupt.number if isinstance(interrupt, Interrupted) else signal.SIGINT)
    except OutputClosed:
        return die_by(signal.SIGPIPE)
    except Exception as error:  # noqa: BLE001  # the outermost boundary
        tell(sentence_of(explained(error)))
        return EXIT_FAILED


def _do(action: str, environment: Mapping[str, str]) -> None:
    if action == invocation.HELP:
        console.answer(invocation.HELP_TEXT.rstrip("\n"))
        return
    if action == invocation.VERSION:
        console.answer(f"{PROGRAM} {VERSION}")
        return
    if sys.stdout is None:
        raise OutputFailed("standard output is closed", "The answer goes there.")
    if sys.stdin is None:
        raise InputFailed("standard input is closed", f"Send {EXAMPLE} there.")
    once = Once(tell)
    with _Daemon(once) as daemon:
        filler = Filler(daemon, once)
        if action == invocation.ONE:
            console.answer(json.dumps({"duration": filler.fill(_read_order(environment))}))
            return
        from say.gateways.bridge.lines import Lines

        Lines(filler.fill, environment).serve(console.STDIN)


def _read_order(environment: Mapping[str, str]) -> Order:
    if os.isatty(console.STDIN):
        tell(f"reads one JSON object, such as {EXAMPLE}; Ctrl-D ends it")
    return order_of(read_object(read_all(console.STDIN)), environment)


class _Daemon:
    """A context manager that makes the client when it is called for: what is blank, or wrong, needs none."""

    def __init__(self, once: Once) -> None:
        """`once` tells what is reported beside the speech."""
        self._once = once
        self._lock = threading.Lock()
        self._made: tuple[SayClient, Settings] | None = None

    def __call__(self) -> tuple[SayClient, Settings]:
        """Return the client and the settings that it goes by. Raises UsageError for settings that make no sense."""
        with self._lock:
            if self._made is None:
                from common.paths import config_file
                from common.settings import load
                from say.client import SayClient

                settings = load(config_file=config_file())
                client = SayClient(settings, on_progress=self._once.tell_progress, on_notice=self._once.tell_notice)
                self._made = client, settings
            return self._made

    def __enter__(self) -> _Daemon:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._made is not None:
            self._made[0].close()
