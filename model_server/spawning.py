"""Starting one voice server process and ending it: the edge to the operating system."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from common.audio_environment import with_audio_environment
from common.errors import StartFailed
from common.log_files import open_log
from common.paths import passing_logs, voice_log
from common.settings import Value

log = logging.getLogger(__name__)

TERMINATE_AFTER = 1.0  # seconds a voice server has after being asked to leave
KILL_AFTER = 1.0  # seconds more after SIGTERM
MOST_PASSING_LOGS = 64  # as many as there can be voice servers at once


class Child(Protocol):
    """A process that we started, as asyncio has it."""

    @property
    def pid(self) -> int: ...

    async def wait(self) -> int: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


async def spawn(
    voice: str,
    home: Path,
    model_port: int,
    port: int,
    secret: str,
    settings: Mapping[str, Value],
    audio: Mapping[str, str],
) -> Child:
    """Start the server of `voice`; it registers over the wire when it listens.

    Its standard input carries the secret, as one line, and is its lifeline until then. Raises StartFailed.
    """
    start = {
        "home": str(home),
        "model_port": model_port,
        "port": port,
        "secret": secret,
        "settings": dict(settings),
        "plans_early": True,  # we keep a `plan` that comes before `begin` is answered; a daemon of before 0.4 does not
    }
    environment = with_audio_environment(os.environ, audio) if audio else dict(os.environ)
    try:
        log_file = open_log(voice_log(home, voice))
        remove_oldest_logs(home)
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "voice_server", voice),
                stdin=PIPE,
                stdout=DEVNULL,
                stderr=log_file,
                cwd="/",
                env=environment,
                start_new_session=True,
            )
        finally:
            os.close(log_file)
    except OSError as error:
        hint = "Raise the limit with 'ulimit -n', then 'say --shutdown'." if error.errno == errno.EMFILE else ""
        raise StartFailed(f"the server of {voice} could not be started: {error.strerror or error}", hint) from error
    assert process.stdin is not None
    process.stdin.write(json.dumps(start).encode() + b"\n")
    return process


def remove_oldest_logs(home: Path) -> None:
    """Keep the newest logs of blends and of users' own voices: each other blend has another."""
    with contextlib.suppress(OSError):  # another daemon, or somebody who tidies up, was faster
        newest = sorted(passing_logs(home), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in newest[MOST_PASSING_LOGS:]:
            path.unlink()
            path.with_name(path.name + ".1").unlink(missing_ok=True)


async def end(process: Child) -> None:
    """Wait for a process that was asked to leave; terminate it, then kill it, if it does not. It is our child, so its
    pid cannot belong to anybody else before it is reaped."""
    for patience, signal in ((TERMINATE_AFTER, process.terminate), (KILL_AFTER, process.kill)):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await process.wait()
                return
        log.warning("process %d does not leave: %s", process.pid, signal.__name__)
        with contextlib.suppress(ProcessLookupError):
            signal()
    await process.wait()
