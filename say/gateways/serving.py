"""The program `say-serve`: opens doors, all on one SayClient, and closes them when it is told to leave."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from common import VERSION
from common.descriptors import raise_limit
from common.errors import EXIT_FAILED, EXIT_OK, SayError, UnknownVoice, UsageError
from common.paths import config_file
from common.settings import Settings, load
from common.voices import find_voice
from say import console
from say.client import SayClient
from say.gateways.doors import Door
from say.gateways.http import options as http
from say.gateways.telephony import options as telephony
from say.gateways.telling import Once, sentence_of
from say.gateways.warmth import Warmth, interval_for, settings_in_force

PROGRAM = "say-serve"


def run(arguments: Sequence[str]) -> int:
    """Serve until told to leave; return the exit status."""
    options = parser().parse_args(arguments)
    try:
        if options.telephony_status:
            print(telephony.show_status(telephony.database_file(options)))
            return EXIT_OK
        settings = load(config_file=config_file())
        raise_limit()  # each text in work takes half a dozen
        once = Once(tell)
        with SayClient(settings, on_progress=once.tell_progress, on_notice=once.tell_notice) as client:
            doors = _doors(options, settings, client)
            _tell_of_voices_that_make_room(options.warm or [], settings)
            warmth = Warmth(client, options.warm or [None], lambda: interval_for(settings, settings_in_force()), tell)
            with nullcontext() if options.warm is None else warmth:
                return asyncio.run(serve(doors, settings.number("drain_limit")))
    except SayError as error:
        tell(sentence_of(error))
        return error.exit_status


def tell(line: str) -> None:
    """Show one line to whoever started the program, as long as there is somebody."""
    console.line(line, PROGRAM)


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line: the flags of all doors."""
    made = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Let other programs speak with the one warm model: opens doors to the daemon, and starts it when needed.",
        epilog="Each door has a page in docs/.",
        allow_abbrev=False,
    )
    made.add_argument("--version", action="version", version=f"{PROGRAM} {VERSION}")
    telephony.add_arguments(made)
    http.add_arguments(made)
    made.add_argument(
        "--warm",
        nargs="*",
        type=_voice,
        metavar="VOICE",
        help="have these voices ready before anybody asks, and keep them so; without a name, the configured one",
    )
    return made


def _voice(name: str) -> str:
    try:
        return find_voice(name).name
    except UnknownVoice as error:
        raise argparse.ArgumentTypeError(f"{error.message}. {error.hint}") from None


def _doors(options: argparse.Namespace, settings: Settings, client: SayClient) -> list[Door]:
    """Return the doors that are to be opened. Raises UsageError if that is none."""
    calls = telephony.door(options, settings, client, tell)
    web = http.door(options, settings, client, telephony.control(options, calls))
    doors: list[Door] = [door for door in (calls, web) if door is not None]
    if not doors:
        raise UsageError("no door is named", "Name at least one: 'say-serve --help' lists them.")
    return doors


def _tell_of_voices_that_make_room(voices: Sequence[str], settings: Settings) -> None:
    """Say that not all of them will be ready at once, if that is so."""
    different, most = len(set(voices)), settings.integer("voice_servers")
    if different > most:
        tell(
            f"--warm names {different} voices, and the daemon has servers for {most} at once:"
            " set voice_servers higher, then 'say --shutdown'"
        )


async def serve(doors: Sequence[Door], drain_limit: float) -> int:
    """Serve until a signal says to leave, then for up to `drain_limit` seconds finish what is in work.

    A second signal ends it at once. Where a door fails, all are closed. Returns the exit status, which tells of work that
    was left undone; raises SayError.
    """
    leaving = asyncio.Event()
    tasks = [asyncio.create_task(door.serve(leaving, _opened(door)), name=door.name) for door in doors]
    with _Signals(leaving, tasks):
        stop = asyncio.create_task(leaving.wait())
        await asyncio.wait([*tasks, stop], return_when=asyncio.FIRST_COMPLETED)
        leaving.set()
        _, late = await asyncio.wait(tasks, timeout=drain_limit)
        for task in late:
            tell(f"{task.get_name()} is not done after {drain_limit:g} s; it is closed with work undone")
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        await stop
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome
    return EXIT_FAILED if any(task.cancelled() for task in tasks) or late else EXIT_OK


def _opened(door: Door) -> Callable[[str], None]:
    return lambda where: tell(f"{door.name} at {where}")


class _Signals:
    """While entered, SIGINT, SIGTERM and SIGHUP ask to leave; the second one ends the tasks."""

    _NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self, leaving: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
        self._leaving = leaving
        self._tasks = tasks
        self._loop = asyncio.get_running_loop()
        self._before = {number: signal.getsignal(number) for number in self._NUMBERS}

    def __enter__(self) -> None:
        for number, handler in self._before.items():
            if handler is not signal.SIG_IGN:  # nohup
                self._loop.add_signal_handler(number, self._leave)

    def _leave(self) -> None:
        if not self._leaving.is_set():
            tell("leaving; once more ends what is in work, too")
            self._leaving.set()
            return
        for task in self._tasks:
            task.cancel()

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            if self._loop.remove_signal_handler(number) and handler is not None:  # None: not one of Python's
                signal.signal(number, handler)
