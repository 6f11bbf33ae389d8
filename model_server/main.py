"""Start of the model server: options, locks, the report to whoever started it."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from common import VERSION, logs, settings
from common.descriptors import raise_limit
from common.errors import DaemonBusy, DaemonError, SayError, UsageError
from common.handshake import new_secret
from common.log_files import tail
from common.paths import (
    config_file,
    crash_directory,
    ensure_private_directory,
    life_lock,
    log_directory,
    phrase_directory,
    state_directory,
    voice_log,
)
from model_server import spawning
from model_server.allocator import keep_memory
from model_server.engine_room import EngineRoom
from model_server.engines.base import Engine
from model_server.engines.ceiling import MIB, Ceiling
from model_server.engines.guarded import Maker, guarded
from model_server.fatal_texts import FatalTexts
from model_server.floor import Floor
from model_server.model_files import ModelFiles
from model_server.phrase_cache import PhraseCache
from model_server.phrase_disk import PhraseDisk
from model_server.phrase_source import source_of_sound
from model_server.release import load_release
from model_server.scheduler import Scheduler
from model_server.server import ModelServer, Parts
from model_server.voice_processes import VoiceProcesses

log = logging.getLogger(__name__)

LOG_NAME = "model_server.log"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the daemon until it leaves; return its exit status."""
    options = _parse(arguments)
    os.umask(0o077)
    home = state_directory()
    report = _Reporter(options.report_to)
    try:
        ensure_private_directory(home)
        in_force = settings.load(config_file=config_file())
        logs.configure(
            "model", in_force.text("log_level"), None if options.foreground else log_directory(home) / LOG_NAME
        )
        raise_limit()  # each client that speaks takes one here and two in a voice server
        if in_force.text("allocator") == "keep":
            keep_memory()
        lock = _take_life_lock(home)
        return asyncio.run(_run(home, in_force, options, report, lock))
    except SayError as error:
        report.failed(error)
        sys.stderr.write(f"model_server: {error}\n")
        return error.exit_status


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m model_server",
        description="The daemon behind 'say', which starts it by itself. In the foreground it helps to see what goes on.",
        allow_abbrev=False,
    )
    parser.add_argument("--foreground", action="store_true", help="log to this terminal, end with Ctrl-C")
    parser.add_argument("--release", type=Path, help="pins of the model's files, in place of the built-in ones")
    parser.add_argument("--report-to", type=int, metavar="FD", help=argparse.SUPPRESS)
    parser.add_argument("--tone-delay", type=float, default=0.0, help=argparse.SUPPRESS)  # for tests: seconds a piece
    # For tests: text that aborts the process.
    parser.add_argument("--tone-crash-on", default="", help=argparse.SUPPRESS)
    parser.add_argument("--tone-character", type=float, default=0.02, help=argparse.SUPPRESS)  # for tests: its seconds
    # For tests: a file that is told what is spoken.
    parser.add_argument("--tone-note", default="", help=argparse.SUPPRESS)
    # For tests: tones are kept as Kokoro's phrases are.
    parser.add_argument("--tone-cached", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


class _Reporter:
    """Tells the process that started us how it went: one JSON line on an inherited pipe, then its end."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def ready(self, port: int) -> None:
        self._say({"ready": port})

    def failed(self, error: SayError) -> None:
        self._say({"code": error.code, "message": error.message, "hint": error.hint})

    def _say(self, outcome: dict[str, object]) -> None:
        if self._descriptor is None:
            return
        try:
            os.write(self._descriptor, json.dumps(outcome).encode() + b"\n")
        except OSError:
            log.info("whoever started this daemon is gone")  # it may have been killed; others will come
        os.close(self._descriptor)
        self._descriptor = None


def _take_life_lock(home: Path) -> Callable[[], None]:
    """Take the right to own the state file; return how to give it back. Raises DaemonBusy if another lives."""
    try:
        descriptor = os.open(life_lock(home), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _unusable(home, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise DaemonBusy("another model server runs already", "'say --status' tells of it.") from None
    held = [descriptor]

    def release() -> None:
        while held:
            os.close(held.pop())

    return release


def _unusable(home: Path, error: OSError) -> DaemonError:
    where = f": {error.filename}" if error.filename else ""
    return DaemonError(f"the state directory {home} cannot be used: {error.strerror or error}{where}")


async def _run(
    home: Path,
    in_force: settings.Settings,
    options: argparse.Namespace,
    report: _Reporter,
    release_lock: Callable[[], None],
) -> int:
    secret = new_secret()
    fatal = FatalTexts(crash_directory(home), f"{VERSION} {json.dumps(in_force.of(settings.DAEMON))}")
    parts = _make_parts(home, in_force, options, secret, lambda: server.port, fatal)
    server = ModelServer(home, in_force, secret, parts, release_lock)
    try:
        port = await server.listen()
    except OSError as error:
        raise _unusable(home, error) from error
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.leave)
    log.info("listening on port %d, pid %d", port, os.getpid())
    report.ready(port)
    await server.life()
    fatal.close()
    logging.shutdown()
    # The synthesis thread may be in the middle of a piece that nobody wants any more; it must not keep us.
    os._exit(0)


def _make_parts(
    home: Path,
    in_force: settings.Settings,
    options: argparse.Namespace,
    secret: str,
    port: Callable[[], int],
    fatal: FatalTexts,
) -> Parts:
    scheduler = Scheduler()
    files = _model_files(in_force, options.release)
    voices = VoiceProcesses(
        spawn=lambda voice, own_port, audio: spawning.spawn(
            voice, home, port(), own_port, secret, in_force.of(settings.DAEMON), audio
        ),
        end=spawning.end,
        log_tail=lambda voice: tail(voice_log(home, voice)),
        most=in_force.integer("voice_servers"),
        port_base=in_force.integer("voice_port_base"),
    )
    makers = guarded(_engine_makers(in_force, options, files), fatal, Ceiling(in_force.integer("memory_limit") * MIB))
    engines = EngineRoom(makers, files, scheduler)
    return Parts(engines, scheduler, voices, Floor(), _phrases(in_force, options, files))


def _phrases(in_force: settings.Settings, options: argparse.Namespace, files: ModelFiles) -> PhraseCache:
    disk = PhraseDisk(phrase_directory(), in_force.integer("cache_limit") << 20)
    if in_force.text("cache") == "off":
        return PhraseCache(disk=disk)
    tone = f"seconds a character: {options.tone_character}" if options.tone_cached else ""
    return PhraseCache(source_of_sound(in_force, files.identity, tone), disk)


def _model_files(in_force: settings.Settings, release: Path | None) -> ModelFiles:
    folder = in_force.text("model_dir")
    if folder and not Path(folder).expanduser().is_absolute():
        raise UsageError(
            f"model_dir {folder!r} is not an absolute path",
            "Give the whole path: the daemon has no working directory of its own.",
        )
    if folder:
        return ModelFiles.in_folder(Path(folder))
    return ModelFiles.of_hub(load_release(release), connect_timeout=in_force.number("hub_timeout"))


def _engine_makers(in_force: settings.Settings, options: argparse.Namespace, files: ModelFiles) -> dict[str, Maker]:
    """Return how to make each engine. Their modules, and what those import, load only when one is made."""

    def kokoro(notice: Callable[[str], None]) -> Engine:
        from model_server.engines.kokoro import KokoroEngine

        return KokoroEngine(
            files,
            in_force.text("device"),
            in_force.integer("threads"),
            in_force.text("speedups"),
            in_force.text("precision"),
            notice,
        )

    def espeak(notice: Callable[[str], None]) -> Engine:
        from model_server.engines.espeak import EspeakEngine

        return EspeakEngine()

    def tone(notice: Callable[[str], None]) -> Engine:
        from model_server.engines.tone import ToneEngine

        return ToneEngine(
            delay=options.tone_delay,
            crash_on=options.tone_crash_on,
            character=options.tone_character,
            note=options.tone_note,
        )

    return {"kokoro": kokoro, "espeak": espeak, "tone": tone}
