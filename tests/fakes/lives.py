"""What tests of lives and deaths ask of a daemon's processes, and what the tone engine's files must hold."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types

from common.paths import log_directory
from common.voices import find_voice
from model_server.engines.base import EnginePiece
from model_server.engines.tone import ToneEngine
from say.wav import file_header, stream_header
from tests.fakes.daemon import Daemon, eventually
from voice_server.joins import join_piece, to_s16le

# Many pieces, no two alike, none of which is settled before the next one has come.
LONG_TEXT = " ".join(
    f"This is sentence number {number} of a text that is long enough to be cut into a good many pieces, and no two"
    f" of them sound the same."
    for number in range(1, 21)
)

_SOME_PIECES = 300_000  # bytes of LONG_TEXT's sound
FILE_HEADER = len(file_header(0))
STREAM_HEADER = len(stream_header(0))


def tone_wav(text: str, voice: str = "af_heart") -> bytes:
    """Return the file that `say -o` must write for a text of a single piece."""
    found = find_voice(voice)
    speech = ToneEngine().speak(EnginePiece(text, "", found, found.language, 1.0, 0))
    data = to_s16le(join_piece(speech.samples, speech.speech_start, speech.speech_end, "end", 1.0, 1.0, True))
    return file_header(len(data)) + data


def model_servers(daemon: Daemon) -> list[int]:
    """Return the pids of the model servers of this home that live."""
    return [process.pid for process in daemon.processes() if _is(process, "model_server")]


def voice_servers(daemon: Daemon) -> list[int]:
    """Return the pids of the voice servers of this home that live."""
    return [process.pid for process in daemon.processes() if _is(process, "voice_server")]


def clients(daemon: Daemon) -> list[psutil.Process]:
    """Return the processes of `say` in this home that live."""
    found = []
    for process in psutil.process_iter():
        try:
            if "say" in process.cmdline()[2:3] and process.environ().get("SAY_HOME") == str(daemon.home):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _is(process: psutil.Process, server: str) -> bool:
    with contextlib.suppress(psutil.Error):
        return server in process.cmdline()
    return False


def strays(daemon: Daemon) -> list[str]:
    """Return what should not be there: a second model server, voice servers that it does not have, zombies."""
    servers = daemon.processes()
    first = next((process for process in servers if _is(process, "model_server")), None)
    found = []
    for process in servers:
        with contextlib.suppress(psutil.Error):
            if process != first and process.ppid() != (first.pid if first else 0):
                found.append(f"{process.pid}: {' '.join(process.cmdline())}")
    if first is not None:
        with contextlib.suppress(psutil.Error):
            children = first.children()
            found += [f"{child.pid}: zombie" for child in children if child.status() == psutil.STATUS_ZOMBIE]
    return found


def whole_log(daemon: Daemon) -> str:
    """Return everything that the servers of this home have logged."""
    return "\n".join(path.read_text(errors="replace") for path in sorted(log_directory(daemon.home).glob("*")))


def kill(pid: int) -> None:
    """Kill a server; it is gone when this returns."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.kill()
        eventually(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, f"end of {pid}")


@contextlib.contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Stop a process, as one that hangs; let it go on afterwards, if it is still there."""
    process = psutil.Process(pid)
    os.kill(pid, signal.SIGSTOP)
    eventually(lambda: process.status() == psutil.STATUS_STOPPED, f"{pid} stops")
    try:
        yield
    finally:
        if process.is_running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Fail if the block takes longer."""
    begun = time.monotonic()
    yield
    took = time.monotonic() - begun
    assert took < seconds, f"{what} took {took:.1f} s"


def speak_into_the_middle(daemon: Daemon) -> tuple[subprocess.Popen[bytes], bytes]:
    """Start to speak LONG_TEXT to standard output; return once some of it has come, with what has come."""
    (daemon.folder / "long.txt").write_text(LONG_TEXT)
    client = daemon.start_say("-f", "long.txt", "-o", "-")
    assert client.stdout is not None
    come = b""
    while len(come) < _SOME_PIECES:
        data = os.read(client.stdout.fileno(), 1 << 16)
        assert data, client.communicate()
        come += data
    return client, come


def undisturbed(folder: Path, text: str) -> bytes:
    """Return the file that `say -o` writes of `text` when nothing disturbs it."""
    folder.mkdir()
    with Daemon(folder) as daemon:
        done = daemon.run_say("-f", "-", "-o", "out.wav", input=text)
        assert done.returncode == 0, done.stderr
    return (folder / "out.wav").read_bytes()
