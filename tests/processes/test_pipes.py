"""Pipes that are spoken as their lines arrive: real programs write into `say` through a real shell's pipe."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common.errors import EXIT_NO_SOUND
from say.rests import recall
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.pulse import LOUD, RATE, NullSink, Recording
from tests.fakes.saying import saying
from tests.fakes.shared_daemon import SharedDaemon
from tests.fakes.window import Window

pytestmark = pytest.mark.sound

A_SECOND = 1000  # lines
MEGABYTE = 1_000_000
GROWTH = 16 * MEGABYTE  # bytes, of the client's memory while lines come in; the spool keeps a million characters there
SOON = 10.0  # seconds in which a line is heard; it takes a hundredth of that, but the machine may be busy

# Writes the lines of argv[1]; says into argv[2] how long it took in all, in seconds. In their middle it waits for something
# to be spoken, or a machine on which that begins late would have nothing but the last line left to speak. Before its last
# line it waits until all others are passed on: once that is, whoever read them has them in hand.
WRITER = f"""
import os, sys, time
lines = open(sys.argv[1], "rb").read().splitlines(keepends=True)
out = sys.stdout.buffer.raw
started = time.monotonic()
for number, line in enumerate(lines):
    if number == len(lines) // 2:
        waited = time.monotonic()
        while not os.path.exists("spoken") and time.monotonic() < waited + 30:
            time.sleep(0.01)
        started += time.monotonic() - waited
    if number == len(lines) - 1:
        waited = time.monotonic()
        while os.path.getsize("passed") < sum(map(len, lines[:-1])) and time.monotonic() < waited + 30:
            time.sleep(0.01)
        started += time.monotonic() - waited
    if (ahead := started + number / {A_SECOND} - time.monotonic()) > 0:
        time.sleep(ahead)
    out.write(line)
open(sys.argv[2], "w").write(str(time.monotonic() - started))
"""


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory, shared_sink: NullSink) -> Iterator[SharedDaemon]:
    """A daemon that is fast to speak and notes what it speaks."""
    folder = tmp_path_factory.mktemp("shared")
    arguments = ("--tone-character", "0.0005", "--tone-note", str(folder / "spoken"))
    with SharedDaemon(folder, shared_sink, arguments=arguments) as shared:
        yield shared


@pytest.fixture
def daemon(shared_daemon: SharedDaemon, tmp_path: Path) -> Daemon:
    """Return the daemon, which is warm and has spoken nothing that is noted."""
    daemon = shared_daemon.for_test(tmp_path)
    note = shared_daemon.folder / "spoken"
    if not note.exists():
        assert daemon.run_say("Warm up.").returncode == 0
    note.unlink()
    (tmp_path / "spoken").symlink_to(note)
    return daemon


def spoken(daemon: Daemon) -> str:
    """Return all that was spoken so far, in order."""
    note = daemon.folder / "spoken"
    return "\n".join(map(json.loads, note.read_text().splitlines())) if note.exists() else ""


def unspoken_words(daemon: Daemon) -> list[str]:
    """Return what `say --continue` would speak."""
    rest = recall(daemon.home)
    assert rest is not None and not rest.recipe.form
    with open(rest.descriptor, encoding="utf-8") as file:
        return file.read().split()


def word(number: int) -> str:
    """Return a word that stands for that number alone, and is spoken as it is."""
    letters = "bcdfghklmnprstvz"
    return "".join(letters[number >> shift & 15] + "a" for shift in (12, 8, 4, 0))


def clients_of(shell: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return the `say` that a shell has started."""
    found = []
    for child in psutil.Process(shell.pid).children():
        with suppress(psutil.Error):  # it has ended meanwhile
            if "say" in child.cmdline():
                found.append(child)
    return found


@dataclass
class Flood:
    """What came of many lines that were written into a pipe."""

    status: int
    stderr: bytes
    writer: float  # seconds that it took to write them
    growth: int  # bytes, of the client's memory from the first second on
    passed: bytes  # what the tee passed on
    lines: float  # seconds from its start to its end


def flood(daemon: Daemon, data: bytes, *options: str, stop: bool, deadline: float = 120.0) -> Flood:
    """Pipe `data` into `say` through a shell, a thousand lines a second; `stop` it when all was written."""
    folder = daemon.folder
    (folder / "data").write_bytes(data)
    (folder / "writer.py").write_text(WRITER)
    command = '"$PYTHON" writer.py data took | "$PYTHON" -m say --tee "$@" > passed'
    started = time.monotonic()
    shell = subprocess.Popen(
        ["sh", "-c", command, "sh", *options],
        cwd=folder,
        env={**daemon.environment, "PYTHON": sys.executable},
        stderr=subprocess.PIPE,
    )
    try:
        eventually(lambda: (folder / "passed").exists() and (folder / "passed").stat().st_size > 500, "the first lines")
        (client,) = clients_of(shell)
        at_first = largest = client.memory_info().rss
        while not (folder / "took").exists():
            largest = max(largest, client.memory_info().rss)
            assert time.monotonic() < started + deadline, "the writer is held up"
            time.sleep(0.1)  # between two looks
        if stop:
            # Ctrl-C ends the reading too: what the pipe still holds then is nobody's.
            eventually(lambda: (folder / "passed").stat().st_size == len(data), "all is read")
            heard = len(spoken(daemon))
            eventually(lambda: len(spoken(daemon)) > heard, "one more line")
            client.send_signal(signal.SIGINT)
        _, stderr = shell.communicate(timeout=deadline)
    finally:
        shell.kill()
        shell.communicate()
    return Flood(
        shell.returncode,
        stderr,
        float((folder / "took").read_text()),
        largest - at_first,
        (folder / "passed").read_bytes(),
        time.monotonic() - started,
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("behind", ["all", "latest", "summary", "errors"])
def test_a_thousand_lines_a_second(
    behind: str, daemon: Daemon, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    count = counts(2000, 10_000)
    lines = [word(number) for number in range(count)]
    alerts = range(count // 10, count - 1, count // 8) if behind == "errors" else ()
    for number in alerts:
        lines[number] = f"error: {lines[number]}"
    data = "".join(f"{line}\n" for line in lines).encode()

    # All of them would take an hour to speak: what is not spoken is kept, and must be the rest.
    flooded = flood(daemon, data, "--behind", behind, "-s", "2", stop=behind == "all")

    assert (flooded.status, b"Not spoken:" in flooded.stderr) == ((130, True) if behind == "all" else (0, False))
    assert hashlib.sha256(flooded.passed).digest() == hashlib.sha256(data).digest()
    assert flooded.growth < GROWTH
    assert flooded.writer < 1.5 * count / A_SECOND + 40  # it is not held up: to speak them all takes many minutes
    figure(
        f"--behind {behind}: {count} lines at {A_SECOND} a second took their writer {flooded.writer:.2f} s, "
        f"the client grew by {flooded.growth / MEGABYTE:.1f} MB, it ended after {flooded.lines:.1f} s"
    )
    words = spoken(daemon).split()
    assert words[-1] == lines[-1] or behind == "all"
    if behind == "all":
        unspoken = unspoken_words(daemon)
        # On a busy machine the last line may have been passed on and no more.
        kept = lines if unspoken[-1] == lines[-1] else lines[:-1]
        overlap = len(words) + len(unspoken) - len(kept)  # made, but not heard to the end
        assert 0 <= overlap < 10
        assert words == lines[: len(words)] and unspoken == kept[len(words) - overlap :]
    elif behind == "errors":
        assert words[:-1] == " ".join(lines[number] for number in alerts).split()
    else:
        heard = [one for one in words if one in set(lines)]
        assert heard == sorted(heard, key=lines.index) and 1 < len(heard) < count / 2
        skipped = sum(int(one) for one in words if one.isdecimal())
        assert skipped == (count - len(heard) if behind == "summary" else 0)


@contextmanager
def into(
    daemon: Daemon, *options: str, env: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[bytes], None]]]:
    """Give a `say` that reads a pipe, and how to write into that."""
    with saying(daemon, *options, stdin=subprocess.PIPE, env=env) as client:
        assert client.stdin is not None
        descriptor = client.stdin.fileno()
        yield client, lambda data: _write_all(descriptor, data)


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def end(client: subprocess.Popen[bytes], status: int = 0) -> bytes:
    """Close the pipe, wait for the end; return what went to standard output."""
    out, stderr = client.communicate(timeout=30)
    assert (client.returncode, stderr) == (status, b"")
    return out


def wait_for_sound_from(recording: Recording, sample: int) -> float:
    """Return when something sounded first from that sample on, in monotonic seconds."""
    until = time.monotonic() + 2 * SOON
    while time.monotonic() < until:
        if len(loud := np.flatnonzero(np.abs(recording.samples[sample:]) > LOUD)):
            return recording.start_time + float(sample + loud[0]) / RATE
        time.sleep(0.01)
    pytest.fail(f"waited {2 * SOON:g} s for sound")


def test_a_line_sounds_soon_after_its_end_was_written(
    daemon: Daemon, sink: NullSink, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    delays = []
    with into(daemon) as (client, write), sink.record() as recording:
        for number in range(counts(5, 50)):
            recorded, written = len(recording.samples), time.monotonic()
            write(b"Line %d is written.\n" % number)
            delays.append(wait_for_sound_from(recording, recorded) - written)
            recording.wait_for_silence(0.3)
        end(client)
    assert min(delays) < 2.0  # what a busy machine does to one of them says nothing
    figure(
        f"a line of a pipe sounds {statistics.median(delays) * 1000:.0f} ms after its line end was written "
        f"(median of {len(delays)}; at most {max(delays) * 1000:.0f} ms)"
    )


def test_fragments_of_words_are_spoken_in_sentences_before_their_writer_ends(daemon: Daemon) -> None:
    # It is the end of a sentence that has it spoken, and no pause: on a busy machine that of the writer may be long.
    with into(daemon, env={"SAY_PAUSE": "60"}) as (client, write):
        for fragment in ("Hel", "lo", " there", " fri", "end", ".", " How", " are", " you"):
            write(fragment.encode())
            time.sleep(0.05)  # the pace of a language model
        eventually(lambda: spoken(daemon).startswith("Hello there friend."), "the first sentence")
        assert "How" not in spoken(daemon).split("\n")[0]
        write(b"?")
        assert end(client) == b""
    assert spoken(daemon).split() == ["Hello", "there", "friend.", "How", "are", "you?"]


def test_what_is_there_is_spoken_when_its_writer_pauses(daemon: Daemon) -> None:
    with into(daemon, env={"SAY_PAUSE": "1"}) as (client, write):
        write(b"What a writer thinks of, and perh")
        eventually(lambda: spoken(daemon).split() == ["What", "a", "writer", "thinks", "of,", "and"], "what is there")
        write(b"aps more\n")
        end(client)
    assert spoken(daemon).split() == ["What", "a", "writer", "thinks", "of,", "and", "perhaps", "more"]


def test_a_writer_that_is_killed_in_the_midst_of_a_line_has_all_of_it_spoken(daemon: Daemon) -> None:
    done = subprocess.run(
        ["sh", "-c", 'sh -c \'printf "one line\\nhalf a li"; kill -9 $$\' | "$PYTHON" -m say --tee; exit $?'],
        cwd=daemon.folder,
        env={**daemon.environment, "PYTHON": sys.executable},
        capture_output=True,
        timeout=30,
    )
    assert (done.returncode, done.stdout) == (0, b"one line\nhalf a li")
    assert spoken(daemon).split() == ["one", "line", "half", "a", "li"]


def test_garbage_passes_unchanged_and_ends(daemon: Daemon) -> None:
    garbage = random.Random(1).randbytes(3000)
    for behind in ("all", "latest", "summary", "errors"):
        with into(daemon, "--tee", "--behind", behind) as (client, write):
            write(garbage)
            out, stderr = client.communicate(timeout=60)
        assert client.returncode == 0
        assert out == garbage
        first, *more = stderr.splitlines()
        assert b"not UTF-8" in first
        assert all(b"could not be spoken" in line for line in more) and len(more) <= 1


def test_lines_of_windows_and_bars_are_spoken_as_lines(daemon: Daemon) -> None:
    with into(daemon, "--tee") as (client, write):
        write(b"first line\r\n10 percent\r20 percent\r\nagain\r\nagain\r\nagain\r\n")
        assert end(client).count(b"again") == 3
    assert spoken(daemon).split() == ["first", "line", "20", "percent", "again", "repeated", "2", "more", "times."]


def test_a_fifo_is_spoken_line_by_line(daemon: Daemon) -> None:
    fifo = daemon.folder / "fifo"
    os.mkfifo(fifo)
    with saying(daemon, "-f", "fifo") as client, fifo.open("wb", buffering=0) as pipe:
        pipe.write(b"first\n")
        eventually(lambda: spoken(daemon).split() == ["first"], "the first line")
        pipe.write(b"second\n")
        pipe.close()
        end(client)
    assert spoken(daemon).split() == ["first", "second"]


def test_closed_streams_are_said_in_a_sentence(daemon: Daemon) -> None:
    for redirection, what in (("<&-", b"input"), ("</dev/null --tee >&-", b"output")):
        done = subprocess.run(
            ["sh", "-c", f'exec "$PYTHON" -m say {redirection}'],
            cwd=daemon.folder,
            env={**daemon.environment, "PYTHON": sys.executable},
            stderr=subprocess.PIPE,
            timeout=30,
        )
        assert done.returncode != 0
        assert done.stderr.startswith(b"say: standard %s is closed" % what), done.stderr


def test_a_reader_of_the_tee_that_leaves_ends_it_as_it_ends_other_programs(daemon: Daemon) -> None:
    with into(daemon, "--tee") as (client, write):
        write(b"one\n")
        assert client.stdout is not None
        assert client.stdout.readline() == b"one\n"
        client.stdout.close()
        write(b"two\n")
        assert client.wait(30) == -signal.SIGPIPE
        assert client.stderr is not None and client.stderr.read() == b""


def test_what_failed_is_said_at_once_and_the_tee_goes_on(tmp_path: Path) -> None:
    with Daemon(tmp_path, environment={"PULSE_SERVER": "/nowhere"}) as daemon, into(daemon, "--tee") as (client, write):
        write(b"one\n")
        assert client.stderr is not None and client.stdout is not None
        said = client.stderr.readline()
        assert said.startswith(b"say: ")
        write(b"two\n")
        assert [client.stdout.readline() for _ in range(2)] == [b"one\n", b"two\n"]
        assert client.poll() is None
        assert end(client, EXIT_NO_SOUND) == b""


FLOODS = {
    "one letter": "yes",
    "one line": "yes 'the same line again'",
    "numbers": "seq 1 100000000",
    "noise": "base64 /dev/urandom",
    "a bar": "yes $'\\r50%' | tr -d '\\n'",
    "a line, then a bar": "echo begun; yes $'\\r50%' | tr -d '\\n'",
}
SPOKEN = [name for name in FLOODS if name != "a bar"]  # which is not, before it stands still


@pytest.mark.parametrize("name", FLOODS)
def test_a_writer_that_never_pauses_is_heard_soon_and_ended_at_once(name: str, daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording:
        shell = subprocess.Popen(
            ["bash", "-c", f'{{ {FLOODS[name]}; }} | exec "$PYTHON" -m say'],
            cwd=daemon.folder,
            env={**daemon.environment, "PYTHON": sys.executable},
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            if name in SPOKEN:
                eventually(lambda: spoken(daemon) != "", "it speaks")
            eventually(lambda: clients_of(shell) != [], "say")
            (client,) = clients_of(shell)
            # What was not played of the spool is in memory up to a million characters, and on disk what exceeds them.
            eventually(lambda: client.cpu_times().user > 0.7, "it has read a lot", 60.0)
            at_first = client.memory_info().rss
            eventually(lambda: client.cpu_times().user > 1.2, "it has read a lot more", 60.0)
            assert client.memory_info().rss - at_first < GROWTH
            told = time.monotonic()
            os.killpg(shell.pid, signal.SIGINT)
            _, stderr = shell.communicate(timeout=30)
        finally:
            if shell.poll() is None:
                os.killpg(shell.pid, signal.SIGKILL)
            shell.communicate()
        eventually(lambda: not daemon.queue(), "nothing of it is in work")
        recording.wait_for_silence(0.3)
    assert (recording.last_sound_time() or 0.0) < told + SOON  # of a flood that lasts
    assert shell.returncode == -signal.SIGINT
    assert stderr == b"" or re.fullmatch(rb"say: stopped\. Not spoken: .*\n", stderr)


def test_short_lines_are_read_line_by_line_and_wrapped_prose_is_not(daemon: Daemon) -> None:
    with into(daemon) as (client, write):
        write(b"connection from a client accepted\nclosing it again\nmodel_server\ntests\n")
        end(client)
    assert [each.strip() for each in spoken(daemon).split("\n")] == [
        "connection from a client accepted",
        "closing it again",
        "model_server",
        "tests",
    ]
    with into(daemon) as (client, write):
        write(
            b"Prose that somebody has wrapped by hand at seventy-two columns goes on\nin the line below it, and the one"
        )
        write(b" below that.\n")
        end(client)
    assert "goes on in the line below it" in spoken(daemon).replace("\n", " ").replace("  ", " ")


def test_a_reader_of_the_tee_that_is_slow_does_not_hold_up_speech(daemon: Daemon) -> None:
    with into(daemon, "--tee") as (client, write):
        write(b"one line\n" + b"\n" * 60_000 + b"the last\n" + b"\n" * 60_000)  # more than the pipe to the reader holds
        eventually(lambda: spoken(daemon).split() == ["one", "line", "the", "last"], "both lines")
        out = end(client)
    assert len(out) == 120_018


def test_what_is_passed_on_to_the_terminal_is_not_torn_apart_by_what_is_redrawn_there(daemon: Daemon) -> None:
    ours, theirs = os.pipe()
    command = [sys.executable, "-m", "say", "--tee", "-i", "--progress"]
    with Window(daemon.folder, command, daemon.environment, stdin=ours) as shown, open(theirs, "wb", 0) as writer:
        os.close(ours)
        for number in range(3):
            writer.write(f"Line {number}.\n".encode())
            eventually(lambda number=number: f"Line {number}." in spoken(daemon), "it is spoken")  # type: ignore[misc]
        writer.close()
        assert shown.wait() == 0
    notice, *lines = shown.shown.split(b"\r\n")
    assert b"--tee writes to the same terminal" in notice
    assert lines == [b"Line 0.", b"Line 1.", b"Line 2.", b""]
