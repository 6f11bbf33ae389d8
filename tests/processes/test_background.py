"""`say --background`: back at once with a number, while the speech goes on without terminal or parent."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_NO_SOUND, EXIT_OK, EXIT_STOPPED, EXIT_USAGE
from common.messages.control import Stop, StopReport
from common.paths import log_directory
from say.rests import kept_files
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import clients
from tests.fakes.pulse import NullSink, Recording
from tests.fakes.said import message
from tests.fakes.terminal import ShellTerminal, Terminal
from tests.fakes.tones import followed, short_text, text_of_pieces, tones_of

pytestmark = pytest.mark.sound

TEXT = text_of_pieces(2)  # 4 s
SLOWLY = ("-s", "0.5")  # lasts longer than commands take on a busy machine
LASTING = " ".join([TEXT] * 15)  # a minute: until it is told to end
TONES = tones_of(TEXT)


def tones(recording: Recording) -> list[int]:
    """Return what was heard by now, one after the other."""
    recording.wait_for_silence()
    return followed(recording.samples, TONES)


def started(daemon: Daemon, *arguments: str, input: str | bytes = b"") -> int:
    """Start to speak in the background; return the number."""
    done = daemon.run_say("--background", *arguments, input=input)
    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    return int(done.stdout)


def test_it_returns_at_once_and_speaks_all(daemon: Daemon, sink: NullSink, figure: Callable[[str], None]) -> None:
    daemon.run_say("-o", "out.wav", "warm")
    with sink.record() as recording:
        begun = time.monotonic()
        number = started(daemon, *SLOWLY, TEXT)
        took = time.monotonic() - begun
        figure(f"say --background returned after {took * 1000:.0f} ms")
        assert [each.number for each in daemon.queue()] == [number]  # it goes on for eight seconds
        assert daemon.run_say("--wait", str(number)).returncode == EXIT_OK
        assert tones(recording) == TONES


def test_several_are_spoken_one_after_the_other(daemon: Daemon, sink: NullSink) -> None:
    short = short_text(unlike=TONES)
    with sink.record() as recording:
        numbers = [started(daemon, "-s", "2", TEXT), started(daemon, short)]
        assert numbers[1] == numbers[0] + 1
        assert daemon.run_say("--wait", str(numbers[1])).returncode == EXIT_OK
        recording.wait_for_silence()
        assert followed(recording.samples, [*TONES, *tones_of(short)]) == [*TONES, *tones_of(short)]


def test_a_pipe_is_read_in_the_background(daemon: Daemon, sink: NullSink) -> None:
    line = f"(echo 'One sentence.'; sleep 0.5; echo end) | {sys.executable} -m say --background"
    done = subprocess.run(["bash", "-c", line], cwd=daemon.folder, env=daemon.environment, capture_output=True)
    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    assert daemon.run_say("--wait", done.stdout.decode().strip()).returncode == EXIT_OK
    # Not by its tones: into which pieces it is cut hangs on when it comes.
    spoken = daemon.run_python("from say import SayClient; print(SayClient().recall().text)").stdout.decode()
    assert spoken.split() == ["One", "sentence.", "end"]


def test_it_holds_no_stream_of_its_parent_open(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording:
        # Whoever reads all that comes from the command is not kept waiting by the one in the background.
        output = subprocess.run(
            ["bash", "-c", f"echo $({sys.executable} -m say --background '{LASTING}' 2>&1)"],
            cwd=daemon.folder, env=daemon.environment, capture_output=True, timeout=60,
        ).stdout  # fmt: skip
        recording.wait_for_sound()
        # It is still there to be cancelled.
        assert daemon.run_say("--cancel", output.decode().strip()).returncode == EXIT_OK


def test_it_holds_no_lock_of_its_parent(daemon: Daemon, sink: NullSink) -> None:
    """A script that locks a descriptor of its own, and then speaks in the background, kept its lock while it spoke."""
    with sink.record() as recording:
        say = f"{sys.executable} -m say --background '{LASTING}'"
        locked = subprocess.run(
            ["bash", "-c", f"(flock 9; {say}) 9> lock; flock -n 9 9> lock && echo free"],
            cwd=daemon.folder, env=daemon.environment, capture_output=True, timeout=60,
        ).stdout.split()  # fmt: skip
        recording.wait_for_sound()
        assert daemon.run_say("--stop").returncode == EXIT_OK
    assert b"free" in locked


def test_the_end_of_the_terminal_does_not_end_it(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording:
        with ShellTerminal(daemon) as terminal:
            assert terminal.run(terminal.say("--background", TEXT)) == EXIT_OK
            recording.wait_for_sound()
            terminal.close()
        eventually(lambda: not clients(daemon), "the end of the process")
        assert tones(recording) == TONES


def test_ctrl_c_in_the_terminal_does_not_reach_it(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, ShellTerminal(daemon) as terminal:
        assert terminal.run(terminal.say("--background", TEXT)) == EXIT_OK
        recording.wait_for_sound()
        terminal.enter("\x03")
        eventually(lambda: not clients(daemon), "the end of the process")
        assert tones(recording) == TONES


def test_what_is_wrong_at_the_start_is_shown_with_its_status(daemon: Daemon) -> None:
    for arguments, status, said in (
        (("-v", "nobody", "text"), EXIT_USAGE, "nobody"),
        (("-f", "missing.txt"), EXIT_FAILED, "missing.txt"),
        (("--engine", "espeak", "-v", "jf_alpha", "--language", "tlh", "x"), EXIT_USAGE, "tlh"),
    ):
        done = daemon.run_say("--background", *arguments)
        assert (done.returncode, done.stdout) == (status, b"")
        assert said in message(done)


def test_no_sound_device_is_shown_with_its_status(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        done = daemon.run_say("--background", "text")
        assert (done.returncode, done.stdout) == (EXIT_NO_SOUND, b"")
        assert message(done)


def test_blank_text_has_no_number(daemon: Daemon) -> None:
    done = daemon.run_say("--background", " ")
    assert (done.returncode, done.stdout, done.stderr) == (EXIT_OK, b"", b"")


def test_typed_text_is_refused(daemon: Daemon) -> None:
    with Terminal(daemon, "--background") as terminal:
        assert terminal.wait() == EXIT_USAGE
        assert "--background cannot read what is typed" in terminal.shown


def test_stopped_it_is_kept_and_logged_without_its_text(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording:
        started(daemon, *SLOWLY, TEXT)
        recording.wait_for_sound()
        assert daemon.ask(Stop(), StopReport) == StopReport(1)
        eventually(lambda: not clients(daemon), "the end of the process")
        log = (log_directory(daemon.home) / "say.log").read_text()
        assert log.endswith("the speech was stopped\n") and "Sentence" not in log
        before = tones(recording)
    with sink.record() as recording:
        assert daemon.run_say("--continue").returncode == EXIT_OK
        assert tones(recording) == TONES[len(before) - 1 :]


def test_killed_it_falls_silent_and_a_signal_leaves_the_rest(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording:
        started(daemon, LASTING)
        recording.wait_for_sound()
        (client,) = clients(daemon)
        client.send_signal(signal.SIGTERM)
        recording.wait_for_silence()
        eventually(lambda: not clients(daemon), "the end of the process")
    assert "ended by SIGTERM" in (log_directory(daemon.home) / "say.log").read_text()
    assert kept_files(daemon.home)


def test_ctrl_c_before_it_has_a_number_ends_it(daemon: Daemon, sink: NullSink) -> None:
    """Nobody would know how to stop it."""
    with sink.record() as recording:
        client = daemon.start_say("--background", stdin=subprocess.PIPE)
        eventually(lambda: len(clients(daemon)) == 2, "the process in the background")
        client.send_signal(signal.SIGINT)
        assert client.communicate(input=TEXT.encode(), timeout=30) == (b"", b"")
        assert client.returncode == -signal.SIGINT
        eventually(lambda: not clients(daemon), "the end of the process")
        recording.wait_for_silence()
        assert recording.last_sound_time() is None


def test_cancel_ends_one_of_them(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording:
        first, second = started(daemon, LASTING), started(daemon, "-v", "bm_george", "text")
        recording.wait_for_sound()
        assert daemon.run_say("--cancel", str(first)).returncode == EXIT_OK
        assert daemon.run_say("--wait", str(second)).returncode == EXIT_OK
        assert daemon.run_say("--wait", str(first)).returncode in (EXIT_STOPPED, EXIT_FAILED)
        assert kept_files(daemon.home)
