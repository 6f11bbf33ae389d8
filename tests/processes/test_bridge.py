"""`say-bridge` as its callers run it: real processes, a real daemon on the tone engine, no sound device."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_OK
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.shared_daemon import SharedDaemon

BRIDGE = (sys.executable, "-m", "say.gateways.bridge")
# As the caller sends it.
LINE = '{"text":"Hello world","output":"test.wav","voice":"af_alloy","lang_code":"a","speed":1.0}'
LONG = "This is a sentence of some length, and it goes on for a while. " * 1000  # in work for half a minute
WAIT = 60.0  # seconds; a deadline, never a pause


@pytest.fixture(scope="module")
def silent_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedDaemon]:
    """Return the daemon of this module's tests, which plays nothing; pieces take their time."""
    with SharedDaemon(tmp_path_factory.mktemp("shared"), None, tone_delay=0.05) as shared:
        yield shared


@pytest.fixture
def daemon(silent_daemon: SharedDaemon, tmp_path: Path) -> Daemon:
    return silent_daemon.for_test(tmp_path)


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Daemon]:
    """Return a home in which no daemon runs, and none may be started."""
    with Daemon(tmp_path, start=False) as daemon:
        yield daemon
        assert daemon.processes() == []


def start(daemon: Daemon, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    return daemon.start_python(*BRIDGE[1:], *arguments, env=env, stdin=subprocess.PIPE)


def run(
    daemon: Daemon, payload: str | bytes, *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    with start(daemon, *arguments, env=env) as process:
        out, err = process.communicate(payload.encode() if isinstance(payload, str) else payload, WAIT)
    return subprocess.CompletedProcess(BRIDGE, process.returncode, out, err)


def payload(output: str, text: str = "Hello world", **fields: object) -> str:
    return json.dumps({"text": text, "output": output, **fields}) + "\n"


def sound(path: Path) -> tuple[int, bytes]:
    """Return (Hz, samples) of a 16-bit mono WAV."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getframerate(), file.readframes(file.getnframes())


def test_a_payload_becomes_the_file_that_say_would_write(daemon: Daemon, tmp_path: Path) -> None:
    done = run(daemon, LINE)
    daemon.run_say("-v", "af_alloy", "-o", "say.wav", "Hello world")

    rate, samples = sound(tmp_path / "test.wav")
    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    assert done.stdout == json.dumps({"duration": len(samples) / 2 / rate}).encode() + b"\n"
    assert rate == 24_000 and len(samples) > 2 * 2400
    assert (rate, samples) == sound(tmp_path / "say.wav")


def test_the_caller_of_the_original_needs_no_change(daemon: Daemon, tmp_path: Path) -> None:
    """It runs `$VOXWEAVE_KOKORO_PYTHON -c SCRIPT`, sends a payload with all fields, and goes by the exit status."""
    program = tmp_path / "say-bridge"
    program.write_text(f'#!/bin/sh\nexec {" ".join(BRIDGE)} "$@"\n')
    program.chmod(0o755)
    environment = daemon.environment | {"VOXWEAVE_KOKORO_PYTHON": str(program)}
    script = "import json, sys\nimport kokoro\nraise SystemExit('this is not what runs')\n" * 50

    def synthesize(output: str) -> tuple[bool, bytes, bytes]:
        command = [environment.get("VOXWEAVE_KOKORO_PYTHON", "python3"), "-c", script]
        request = {
            "text": "First paragraph.\n\nSecond paragraph.", "output": output, "voice": "af_alloy", "lang_code": "a",
            "speed": 1.0, "sample_rate": 24_000, "repo_id": "hexgrad/Kokoro-82M", "device": "cpu", "split_pattern": "\\n+",
        }  # fmt: skip
        done = subprocess.run(
            command, input=json.dumps(request).encode(), env=environment, cwd=tmp_path, capture_output=True, timeout=WAIT
        )  # fmt: skip
        return done.returncode == 0, done.stdout, done.stderr

    good, out, err = synthesize(str(tmp_path / "out.wav"))
    assert (good, err) == (True, b"")
    rate, samples = sound(tmp_path / "out.wav")
    assert list(json.loads(out)) == ["duration"]
    assert json.loads(out)["duration"] == len(samples) / 2 / rate
    good, out, err = synthesize(str(tmp_path / "missing" / "out.wav"))
    assert (good, out) == (False, b"")
    assert err.startswith(b"say-bridge: output: ") and err.count(b"\n") == 1


def test_the_first_call_starts_the_daemon_which_keeps_nothing_of_the_callers(tmp_path: Path) -> None:
    """Who reads to the end of our output must not wait for the end of the daemon."""
    with Daemon(tmp_path, start=False) as daemon:
        done = run(daemon, LINE)
        assert len(daemon.processes()) == 2

    assert (done.returncode, done.stderr) == (EXIT_OK, b"")


def test_another_rate_lasts_as_long(daemon: Daemon, tmp_path: Path) -> None:
    durations = []
    for rate in (24_000, 8_000, 44_100):
        done = run(daemon, payload("out.wav", sample_rate=rate))
        assert sound(tmp_path / "out.wav")[0] == rate
        durations.append(json.loads(done.stdout)["duration"])

    assert max(durations) - min(durations) < 1e-4


def test_each_line_is_a_piece_unless_the_payload_says_otherwise(daemon: Daemon) -> None:
    text = "one two\nthree four"

    by_default, by_name, none = (
        run(daemon, payload("out.wav", text, **fields)).stdout
        for fields in ({}, {"split_pattern": "\n+"}, {"split_pattern": None})
    )

    assert by_default == by_name
    assert by_default != none


def test_what_cannot_be_followed_is_told_and_served_all_the_same(daemon: Daemon, tmp_path: Path) -> None:
    done = run(daemon, payload("out.wav", repo_id="me/mine", device="cuda", speed=9))

    assert done.returncode == EXIT_OK
    assert sound(tmp_path / "out.wav")[1]
    assert done.stderr.splitlines() == [
        b"say-bridge: speed 9 is beyond 0.5 to 2, and 2 is taken",
        b"say-bridge: device cuda is asked for, and tone speaks, which runs on the CPU",
        b"say-bridge: model me/mine is asked for, and the daemon speaks with hexgrad/Kokoro-82M",
    ]


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        (b"", b"the payload"),
        (b"{}", b"text: "),
        (b'{"text": "\xff", "output": "out.wav"}', b"the payload"),
        (LINE + LINE, b"the payload"),
        (payload("out.wav", voice="nobody"), b"voice: "),
        (payload("missing/out.wav"), b"output: "),
        (payload("out.wav", lang_code="x"), b"lang_code: "),
        (payload("out.wav", sample_rate=-1), b"sample_rate: "),
        (payload("out.wav", split_pattern=5), b"split_pattern: "),
    ],
)
def test_a_wrong_payload_is_one_line_and_no_file_and_starts_nothing(
    sent: str | bytes, names: bytes, idle: Daemon, tmp_path: Path
) -> None:
    done = run(idle, sent)

    assert (done.returncode, done.stdout) == (EXIT_FAILED, b"")
    assert done.stderr.startswith(b"say-bridge: " + names)
    assert done.stderr.count(b"\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pattern", [r"(?<=\.)\s+", "("])
def test_a_pattern_that_re2_does_not_know_is_refused_by_the_daemon(
    pattern: str, daemon: Daemon, tmp_path: Path
) -> None:
    done = run(daemon, payload("out.wav", split_pattern=pattern))

    assert (done.returncode, done.stdout) == (EXIT_FAILED, b"")
    assert done.stderr.startswith(b"say-bridge: split_pattern: ") and b"RE2" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_pattern_that_re2_alone_knows_splits(daemon: Daemon) -> None:
    text = "one two\u2028three four"

    split, none = (
        run(daemon, payload("out.wav", text, split_pattern=pattern)).stdout for pattern in (r"\p{Zl}+", None)
    )

    assert b"duration" in split
    assert split != none


def test_blank_text_is_a_file_without_samples_and_starts_nothing(idle: Daemon, tmp_path: Path) -> None:
    done = run(idle, payload("out.wav", " \n"))

    assert (done.returncode, done.stdout, done.stderr) == (EXIT_OK, b'{"duration": 0.0}\n', b"")
    assert sound(tmp_path / "out.wav") == (24_000, b"")


@pytest.mark.parametrize(
    ("arguments", "status", "out", "err"),
    [
        (["--help"], EXIT_OK, b"Usage: say-bridge", b""),
        (["--version"], EXIT_OK, b"say-bridge ", b""),
        (["--lines"], EXIT_OK, b"", b""),
        (["--line"], EXIT_FAILED, b"", b"say-bridge: the arguments '--line' mean nothing here"),
    ],
)
def test_its_own_arguments(arguments: list[str], status: int, out: bytes, err: bytes, idle: Daemon) -> None:
    done = run(idle, b"", *arguments)

    assert done.returncode == status
    assert done.stdout.startswith(out) and bool(done.stdout) == bool(out)
    assert done.stderr.startswith(err) and bool(done.stderr) == bool(err)


def test_closed_standard_streams_are_told(idle: Daemon, tmp_path: Path) -> None:
    for redirection, what in (("<&-", b"standard input is closed"), (">&-", b"standard output is closed")):
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *BRIDGE],
            env=idle.environment, cwd=tmp_path, input=b"", capture_output=True, timeout=WAIT,
        )  # fmt: skip
        assert done.returncode == EXIT_FAILED
        assert what in done.stderr and done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("arguments", [(), ("--lines",)])
def test_a_signal_in_the_middle_leaves_what_was_there(
    number: signal.Signals, arguments: tuple[str, ...], daemon: Daemon, tmp_path: Path
) -> None:
    (tmp_path / "out.wav").write_bytes(b"old")
    with start(daemon, *arguments) as process:
        assert process.stdin is not None
        process.stdin.write(payload("out.wav", LONG, id=1).encode())
        process.stdin.flush()
        if not arguments:
            process.stdin.close()
            process.stdin = None
        eventually(lambda: len(daemon.queue()) == 1, "it is in work")
        process.send_signal(number)
        out, err = process.communicate(timeout=WAIT)

    assert (process.returncode, out, err) == (-number, b"", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["out.wav"]
    assert (tmp_path / "out.wav").read_bytes() == b"old"
    eventually(lambda: daemon.queue() == (), "its synthesis has ended")


def test_twenty_lines_are_in_work_at_once_and_one_that_fails_is_alone(daemon: Daemon, tmp_path: Path) -> None:
    lines = [payload(f"{key}.wav", f"This is number {key}.", id=key) for key in range(20)]
    lines[7] = payload("missing/7.wav", id=7)

    done = run(daemon, "".join(lines), "--lines")

    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    answers = {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}
    assert sorted(answers) == list(range(20)) and done.stdout.count(b"\n") == 20
    failed = answers.pop(7)
    assert failed["error"]["code"] == "output_failed" and failed["error"]["hint"] == "Make the folder first."
    for key, answer in answers.items():
        assert answer == {"id": key, "duration": len(sound(tmp_path / f"{key}.wav")[1]) / 48_000}


def test_several_lines_are_in_work_at_the_daemon_at_once_and_can_be_cancelled(daemon: Daemon, tmp_path: Path) -> None:
    with start(daemon, "--lines") as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write("".join(payload(f"{key}.wav", LONG, id=key) for key in range(4)).encode())
        process.stdin.flush()
        eventually(lambda: len(daemon.queue()) == 4, "all are in work")
        process.stdin.write("".join(json.dumps({"id": f"c{key}", "cancel": key}) + "\n" for key in range(4)).encode())
        out, err = process.communicate(timeout=WAIT)

    answers = {answer["id"]: answer for answer in map(json.loads, out.splitlines())}
    assert (process.returncode, err) == (EXIT_OK, b"")
    assert all(answers[f"c{key}"]["cancelled"] and answers[key]["error"]["code"] == "stopped" for key in range(4))
    assert list(tmp_path.iterdir()) == []
    eventually(lambda: daemon.queue() == (), "their synthesis has ended")


def test_a_reader_that_goes_away_ends_it_by_sigpipe(daemon: Daemon, tmp_path: Path) -> None:
    with start(daemon, "--lines") as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.close()
        process.stdin.write((payload("long.wav", LONG, id=1) + payload("short.wav", id=2)).encode())
        process.stdin.flush()
        assert process.wait(WAIT) == -signal.SIGPIPE

    assert [path.name for path in tmp_path.iterdir()] == ["short.wav"]


def test_no_line_is_lost_when_the_servers_are_killed(tmp_path: Path) -> None:
    text = LONG[:6000]
    with Daemon(tmp_path, tone_delay=0.05) as daemon:
        expected = run(daemon, payload("expected.wav", text))
        with start(daemon, "--lines") as process:
            assert process.stdin is not None
            process.stdin.write("".join(payload(f"{key}.wav", text, id=key) for key in range(6)).encode())
            process.stdin.flush()
            eventually(
                lambda: len(daemon.queue()) >= 3, "several are in work"
            )  # the first may be done before the last begins
            for pid in daemon.pids():
                os.kill(pid, signal.SIGKILL)
            process.stdin.write(payload("7.wav", text, id=7).encode())
            out, err = process.communicate(timeout=WAIT)

        answers = [json.loads(line) for line in out.splitlines()]
        assert process.returncode == EXIT_OK, err
        assert sorted(answer["id"] for answer in answers) == [0, 1, 2, 3, 4, 5, 7]
        for answer in answers:
            assert answer.get("duration") == json.loads(expected.stdout)["duration"], (answer, err)
            assert sound(tmp_path / f"{answer['id']}.wav") == sound(tmp_path / "expected.wav")


def test_half_an_hour_of_sound_at_another_rate_needs_little_memory(daemon: Daemon, tmp_path: Path) -> None:
    text = "[pause 60s] Word. " * 30  # silence costs the daemon nothing
    program = (
        "import re\nfrom say.gateways.bridge.program import run\nassert run([]) == 0\n"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1])"
    )
    peaks = [
        int(
            daemon.run_python(program, input=payload("out.wav", text[:length], sample_rate=8_000)).stdout.splitlines()[
                1
            ]
        )
        for length in (len(text) // 30, len(text))
    ]

    assert len(sound(tmp_path / "out.wav")[1]) > 1750 * 16_000
    assert peaks[1] < peaks[0] + (15 << 10), peaks  # KiB


def test_a_plain_call_imports_nothing_slow(daemon: Daemon) -> None:
    """Each of these costs a call 1 to 100 ms of CPU, and comes in by one careless line."""
    program = (
        "import json, sys\nfrom say.gateways.bridge.program import run\n"
        "assert run([]) == 0\nprint(json.dumps(sorted(sys.modules)))"
    )
    run(daemon, LINE)  # so that nothing has to be started

    done = daemon.run_python(program, input=LINE)

    slow = {"numpy", "asyncio", "argparse", "dataclasses", "inspect", "typing", "socket", "hashlib", "hmac", "tempfile",
            "platformdirs", "logging", "subprocess", "queue", "concurrent.futures", "say.gateways.bridge.lines",
            "say.gateways.differing", "common.messages.control"}  # fmt: skip
    assert slow.isdisjoint(json.loads(done.stdout.splitlines()[1]))
