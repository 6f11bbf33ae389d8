"""The program as a process: signals, closed descriptors, pipes, and what it imports."""

from __future__ import annotations

import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common.errors import EXIT_FAILED, EXIT_OK, EXIT_STOPPED, EXIT_USAGE

UNSPOKEN = "Not spoken: \"text\"; 'say --continue' goes on there.\n"
WAIT = 40.0  # seconds; a deadline, never a pause
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("no_process_left")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SAY_") or name == "SAY_SOAK"}
    return ours | {"SAY_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start the command line with a stand-in for the client: its class, then the arguments."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
        settings: dict[str, object] = {
            "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
            "env": os.environ | environment, "cwd": tmp_path,
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.fakes.client", *arguments]
        started.append(subprocess.Popen(command, **(settings | options)))  # type: ignore[call-overload]
        return started[-1]

    yield start
    for process in started:
        process.kill()
        with process:
            pass


def shell(script: str, environment: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run `script` in bash, where `say` is the command line with a stand-in for the client."""
    function = f'say() {{ "{sys.executable}" -m tests.fakes.client FakeClient "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", function + script], env=os.environ | environment, cwd=cwd, capture_output=True, timeout=WAIT,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def rest_of(terminal: int) -> bytes:
    """Return what is still to be shown on a terminal that no program has open any more."""
    rest = b""
    with suppress(OSError):  # EIO: that was all
        while data := os.read(terminal, 4096):
            rest += data
    return rest


def line_of(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().decode().rstrip("\n")


def end_of(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Return the exit status and what was written to standard error."""
    _, err = process.communicate(timeout=WAIT)
    return process.returncode, err.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_while_speaking_ends_it_and_tells_what_was_not_spoken(
    number: signal.Signals, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    process = start("LastingClient", "text")
    assert line_of(process) == "begun"
    process.send_signal(number)
    assert end_of(process) == (-number, f"say: stopped. {UNSPOKEN}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_writing_leaves_no_file(
    number: signal.Signals, start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    (tmp_path / "out.wav").write_bytes(b"old")
    process = start("LastingClient", "-o", "out.wav", "text")
    assert line_of(process) == "begun"
    process.send_signal(number)
    assert end_of(process) == (-number, "")
    assert (tmp_path / "out.wav").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.wav"]


def test_ctrl_c_while_downloading_ends_by_sigint(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start("LastingClient", "--download", "all")
    assert line_of(process) == "begun"
    process.send_signal(signal.SIGINT)
    assert end_of(process) == (-signal.SIGINT, "")


def test_ctrl_c_takes_the_bar_off_the_terminal(
    start: Callable[..., subprocess.Popen[bytes]], environment: dict[str, str]
) -> None:
    ours, theirs = pty.openpty()
    try:
        process = start(
            "LastingClient", "--download", "all", stderr=theirs, env=os.environ | environment | {"TERM": "xterm"}
        )
        os.close(theirs)
        shown = b""
        while b"kokoro-v1_0.pth" not in shown:
            shown += os.read(ours, 1000)
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT) == -signal.SIGINT
        shown += rest_of(ours)
    finally:
        os.close(ours)
    assert shown.endswith(b"\r\x1b[K")


def test_a_shell_loop_around_it_ends_with_ctrl_c(environment: dict[str, str], tmp_path: Path) -> None:
    """Only a death by the signal itself tells the shell to end the loop; an exit status of 130 would not."""
    script = f"""
        for n in 1 2 3; do
            "{sys.executable}" -m tests.fakes.client LastingClient text
            echo after
        done"""
    process = subprocess.Popen(
        ["bash", "-c", script], env=os.environ | environment, cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert line_of(process) == "begun"
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=WAIT)
    assert (out, err.decode()) == (b"", f"say: stopped. {UNSPOKEN}")  # once


def test_an_ignored_ctrl_c_stays_ignored(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = start("LastingClient", "text")
    finally:
        signal.signal(signal.SIGINT, before)
    assert line_of(process) == "begun"
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert end_of(process) == (-signal.SIGTERM, f"say: stopped. {UNSPOKEN}")


def test_a_reader_that_goes_away_ends_it_by_sigpipe(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start("EndlessClient", "-o", "-", "text")
    assert process.stdout is not None
    header = process.stdout.read(44)
    assert header[:4] == b"RIFF"
    assert struct.unpack_from("<I", header, 40)[0] == 0xFFFFFFFF
    process.stdout.close()
    process.stdout = None
    assert end_of(process) == (-signal.SIGPIPE, "")


@pytest.mark.parametrize(
    ("script", "status"),
    [
        ("say --voices | head -n 1; exit ${PIPESTATUS[1]}", EXIT_OK),
        ("say --help > /dev/full", EXIT_FAILED),
        ("say --voices >&-", EXIT_FAILED),
        ("say text >&- 2>&-", EXIT_OK),
        ("say text 2> /dev/full", EXIT_OK),
        ("say -v nobody text 2>&-", EXIT_USAGE),
        ("say -v nobody text 2> /dev/full", EXIT_USAGE),
        ("say text <&-", EXIT_OK),
        ("say <&-", EXIT_FAILED),
        ("say -o - text > /dev/full", EXIT_FAILED),
        ("say -o - text >&-", EXIT_FAILED),
        ("say -o out.wav text <&- >&- 2>&-", EXIT_OK),
        ("say -o /dev/null text", EXIT_OK),
    ],
)
def test_odd_descriptors_cause_no_traceback(
    script: str, status: int, environment: dict[str, str], tmp_path: Path
) -> None:
    done = shell(script, environment, tmp_path)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr
    assert done.stderr.count(b"\n") <= 1


@pytest.mark.parametrize("columns", [40, 79, 200])
def test_the_queue_is_as_wide_as_the_terminal(columns: int, start: Callable[..., subprocess.Popen[bytes]]) -> None:
    ours, theirs = pty.openpty()
    try:
        termios.tcsetwinsize(theirs, (24, columns))
        process = start("FakeClient", "--queue", stdout=theirs)
        os.close(theirs)
        assert end_of(process) == (EXIT_OK, "")
        lines = rest_of(ours).decode().splitlines()
    finally:
        os.close(ours)
    assert max(map(len, lines)) == min(
        columns - 1, len("7    af_heart   speaking   25%     -          It was a dark and stormy night")
    )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "logs" / "model_server.log"
    path.parent.mkdir(parents=True)
    path.write_text("2026-11-20T13:00:00.000+00:00 INFO    model_server first\n")
    return path


def test_a_log_is_followed_until_ctrl_c(start: Callable[..., subprocess.Popen[bytes]], log: Path) -> None:
    process = start("FakeClient", "--logs", "-f")
    assert line_of(process).endswith("model_server first")
    with log.open("a") as file:
        file.write("2026-11-20T13:00:01.000+00:00 INFO    model_server second\n")
    assert line_of(process).endswith("model_server second")
    process.send_signal(signal.SIGINT)
    assert end_of(process) == (-signal.SIGINT, "")


def test_following_a_log_ends_when_its_reader_goes_away(
    start: Callable[..., subprocess.Popen[bytes]], log: Path
) -> None:
    """At once, also where nothing more is ever written."""
    process = start("FakeClient", "--logs", "-f")
    assert line_of(process).endswith("model_server first")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    assert end_of(process) == (-signal.SIGPIPE, "")


def test_following_a_log_into_a_file_takes_its_time(
    start: Callable[..., subprocess.Popen[bytes]], log: Path, tmp_path: Path
) -> None:
    """What cannot be watched, a file or /dev/null, must not make it spin."""
    with (tmp_path / "out.txt").open("wb") as out:
        process = start("FakeClient", "--logs", "-f", stdout=out)
    deadline = time.monotonic() + WAIT
    while not (tmp_path / "out.txt").read_bytes() and time.monotonic() < deadline:
        time.sleep(0.02)
    before, began = psutil.Process(process.pid).cpu_times(), time.monotonic()
    with log.open("a") as file:
        file.write("2026-11-20T13:00:01.000+00:00 INFO    model_server second\n")
    while b"second" not in (tmp_path / "out.txt").read_bytes() and time.monotonic() < deadline:
        time.sleep(0.02)
    while time.monotonic() < began + 1:  # of a shorter time a few milliseconds would be much
        time.sleep(0.02)
    used, passed = psutil.Process(process.pid).cpu_times(), time.monotonic() - began
    process.send_signal(signal.SIGINT)
    assert end_of(process) == (-signal.SIGINT, "")
    assert used.user + used.system - before.user - before.system < 0.05 + passed / 2


def test_words_leave_standard_input_alone(environment: dict[str, str], tmp_path: Path) -> None:
    done = shell(
        'printf "a\\nb\\nc\\n" | while read -r word; do say "$word"; echo "$word"; done', environment, tmp_path
    )
    assert done.stdout == b"a\nb\nc\n"


def test_a_pipe_becomes_a_file(environment: dict[str, str], tmp_path: Path) -> None:
    done = shell("echo from a pipe | say -o out.wav; echo from a pipe | say -o - > stream.wav", environment, tmp_path)
    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    with wave.open(str(tmp_path / "out.wav"), "rb") as file:
        assert file.getnframes() == 24000
    assert (tmp_path / "stream.wav").stat().st_size == 44 + 48000


def test_a_pipe_is_spoken_as_it_comes(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start("EchoingClient", stdin=subprocess.PIPE)
    assert process.stdin is not None
    for sentence in ("First.", "Second."):
        process.stdin.write(sentence.encode())
        process.stdin.flush()
        assert line_of(process) == repr(sentence)
        assert line_of(process) == "flush"  # after the pause
    assert end_of(process) == (EXIT_OK, "")


def test_each_line_of_a_terminal_is_spoken_when_it_is_entered(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    ours, theirs = pty.openpty()
    try:
        process = start("EchoingClient", stdin=theirs)
        os.close(theirs)
        for line in ("first\n", "second\n"):
            os.write(ours, line.encode())
            assert line_of(process) == repr(line)
            assert line_of(process) == "flush"
        os.write(ours, b"\x04")
        status, err = end_of(process)
    finally:
        os.close(ours)
    assert status == EXIT_OK
    assert err == "say: each line is spoken when you enter it; Ctrl-D ends\n"


def test_a_wav_never_goes_to_a_terminal(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    ours, theirs = pty.openpty()
    try:
        status, err = end_of(start("FakeClient", "-o", "-", "text", stdout=theirs))
    finally:
        os.close(ours)
        os.close(theirs)
    assert status == EXIT_USAGE
    assert "terminal" in err


def test_words_that_are_not_utf8_are_spoken_with_a_warning(environment: dict[str, str], tmp_path: Path) -> None:
    done = shell("say $'caf\\xe9'", environment, tmp_path)
    assert done.returncode == EXIT_OK
    assert done.stderr == b"say: the text is not UTF-8; what cannot be decoded is replaced\n"


def test_being_stopped_ends_with_its_own_status(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    assert end_of(start("StoppedClient", "text")) == (
        EXIT_STOPPED,
        f"say: stopped by 'say --stop'. {UNSPOKEN}",
    )


def test_ten_megabytes_pass_through_a_pipe(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start("FakeClient", stdin=subprocess.PIPE)
    process.communicate(b"All work and no play makes Jack a dull boy.\n" * 240_000, timeout=WAIT)
    assert process.returncode == EXIT_OK


@pytest.mark.parametrize("command", [[sys.executable, "-m", "say", "--version"], [sys.executable, "-c", "import say"]])
def test_it_starts(command: list[str], environment: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(command, env=os.environ | environment, cwd=tmp_path, capture_output=True, timeout=WAIT)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_command_line_imports_nothing_heavy(environment: dict[str, str], tmp_path: Path) -> None:
    program = """
import json, sys
from say.cli import run
from tests.fakes.client import FakeClient
run(["text"], FakeClient)
print(json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | environment, cwd=tmp_path, capture_output=True, timeout=WAIT
    )
    heavy = {"numpy", "torch", "kokoro", "misaki", "sounddevice", "asyncio", "argparse", "subprocess", "platformdirs",
             "tempfile", "email", "http", "unittest", "huggingface_hub"}  # fmt: skip
    assert heavy.isdisjoint(json.loads(done.stdout))


@pytest.mark.parametrize(
    "modules",
    [["commands.speaking"], ["commands.speaking", "commands.writing"], ["forms.auto", "forms.controls", "pump"]],
)
def test_the_way_to_speech_imports_nothing_slow(
    modules: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    """Each of these costs a warm start 1 to 10 ms of CPU, and comes in by one careless line."""
    imports = ", ".join(f"say.{name}" for name in ["__main__", "cli", "client", *modules])
    program = f"import {imports}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    del environment["SAY_HOME"]
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True, timeout=WAIT
    )
    slow = {"dataclasses", "inspect", "typing", "socket", "hashlib", "hmac", "tempfile", "platformdirs", "logging",
            "argparse", "asyncio", "subprocess", "html"}  # fmt: skip
    assert slow.isdisjoint(json.loads(done.stdout))
