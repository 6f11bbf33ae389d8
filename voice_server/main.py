"""Start of a voice server: what it must know comes on standard input, from the model server that started it."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from common import logs
from common.errors import SayError
from common.paths import voice_log
from common.voice_files import known_voice, shown_voice
from voice_server.priority import raise_priority
from voice_server.server import Start, VoiceServer

log = logging.getLogger(__name__)

# Seconds that a signal waits for what was told before it. A process that had no processor for a while learns of both at
# once: clients of one that only ends go on elsewhere, those of an utterance that was stopped must not.
FIRST_THINGS_FIRST = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server of one voice until it leaves; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m voice_server",
        description="The server of one voice. The model server starts it and speaks to it on standard input.",
        allow_abbrev=False,
    )
    parser.add_argument("voice")
    options = parser.parse_args(arguments)
    os.umask(0o077)
    raise_priority()
    try:
        voice = known_voice(options.voice).name
        start, level = _read_start(sys.stdin.readline())
        logs.configure(shown_voice(voice), level, voice_log(start.home, voice))
        _leave_with_standard_input()
        asyncio.run(_run(voice, start))
    except SayError as error:
        sys.stderr.write(f"voice_server: {error}\n")
        return error.exit_status
    logging.shutdown()
    # A sound library that hangs has a thread which would keep the process.
    os._exit(0)


def _read_start(line: str) -> tuple[Start, str]:
    try:
        fields = json.loads(line)
        settings = fields["settings"]
        start = Start(
            home=Path(fields["home"]),
            model_port=int(fields["model_port"]),
            port=int(fields["port"]),
            secret=str(fields["secret"]),
            idle=float(settings["voice_idle"]),
            settings=settings,
            plans_early=fields.get("plans_early") is True,
        )
        return start, str(settings["log_level"])
    except (ValueError, KeyError, TypeError) as error:
        raise SayError("a voice server is started by the model server only", "'say' does it all by itself.") from error


def _leave_with_standard_input() -> None:
    """End with our lifeline: the model server holds the other end of standard input as long as it lives.

    The control connection tells of its end too, but not while this process is still on its way to it.
    """

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


async def _run(voice: str, start: Start) -> None:
    loop = asyncio.get_running_loop()
    server = VoiceServer(voice, start)
    life = asyncio.create_task(server.life())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: loop.call_later(FIRST_THINGS_FIRST, life.cancel))
    try:
        await life
    except asyncio.CancelledError:
        log.info("told to end by a signal")
    log.info("left")
