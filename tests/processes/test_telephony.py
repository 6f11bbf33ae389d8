"""Phone calls through `say-serve --telephony`, with a client that knows nothing but the original's description."""

from __future__ import annotations

import array
import contextlib
import json
import os
import re
import resource
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common.settings import load
from say.client import SayClient
from say.gateways.telephony.database import ServiceDatabase
from tests.fakes.calls import send_datagram
from tests.fakes.daemon import ROOT, Daemon, eventually
from tests.fakes.telephony import Serving

SCRIPTS = ROOT / "scripts" / "telephony"
DELAY = 0.05  # seconds of work for a piece
WITHIN = 2.0  # seconds in which the database is followed
LONG = " ".join(f"This is sentence {number}, one of many that a caller hears no end of." for number in range(40))
PIECES = 40  # at least, of two such texts
_TRIES = 5


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that has a line for each piece that was made."""
    return tmp_path_factory.mktemp("note") / "pieces"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory, note: Path) -> Iterator[Daemon]:
    """Return the daemon of this module's tests, which play nothing."""
    with Daemon(tmp_path_factory.mktemp("daemon"), tone_delay=DELAY, arguments=("--tone-note", str(note))) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def serving(daemon: Daemon) -> Iterator[Serving]:
    """Return a service without a database, which all tests may call at once."""
    with Serving(daemon) as serving:
        yield serving


@pytest.fixture
def database(tmp_path: Path) -> ServiceDatabase:
    database = ServiceDatabase(tmp_path / "settings.db", patience=5.0)
    database.create()
    database.set_kokoro_service_enabled(True)
    return database


@pytest.fixture
def sound_of(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], array.array[float]]]:
    """Return a function that renders a text without any door."""
    monkeypatch.setenv("SAY_HOME", str(daemon.home))
    monkeypatch.setenv("SAY_ENGINE", "tone")
    with SayClient(load(), autostart=False) as client:

        def render(text: str) -> array.array[float]:
            pcm = bytearray()
            client.render(text, write=pcm.extend, voice="af_sky")
            return array.array("f", [sample / 32768 for (sample,) in struct.iter_unpack("<h", pcm)])

        yield render


def test_many_calls_at_once_have_each_its_own_sound_in_order(
    serving: Serving, sound_of: Callable[[str], array.array[float]], counts: Callable[[int, int], int]
) -> None:
    calls = counts(20, 100)

    def call(number: int) -> None:
        texts = [f"Call {number}, {part} part." for part in ("first", "second")]
        with serving.call(number) as caller:
            send_datagram(serving.udp_port, f"REGISTER:{number}")
            for text in texts:
                caller.say(text)
            answers = [caller.answer() for _ in texts]
            caller.bye()
            assert caller.is_ended()
        assert [(answer.rate, answer.chunk_id) for answer in answers] == [(24_000, 1), (24_000, 2)]
        assert [answer.samples for answer in answers] == [sound_of(text) for text in texts]

    with ThreadPoolExecutor(calls) as callers:
        list(callers.map(call, range(calls)))
    assert serving.faults == []


def test_what_cannot_be_spoken_keeps_a_caller_in_step(serving: Serving) -> None:
    with serving.call() as caller:
        for text in ("", " \n ", "Said."):
            caller.say(text)
        answers = [caller.answer() for _ in range(3)]

    assert [len(answer.samples) > 0 for answer in answers] == [False, False, True]


@pytest.fixture(scope="module")
def slow_note(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slow-note") / "pieces"


@pytest.fixture(scope="module")
def slow_daemon(tmp_path_factory: pytest.TempPathFactory, slow_note: Path) -> Iterator[Daemon]:
    """Return a daemon that takes longer for a piece than a busy machine takes to pass word on."""
    folder = tmp_path_factory.mktemp("slow")
    with Daemon(folder, tone_delay=0.5, arguments=("--tone-note", str(slow_note))) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def slow_serving(slow_daemon: Daemon) -> Iterator[Serving]:
    with Serving(slow_daemon) as serving:
        yield serving


def test_by_sentences_the_first_sound_comes_before_the_rest_is_made(
    slow_daemon: Daemon, slow_note: Path, sound_of: Callable[[str], array.array[float]]
) -> None:
    text = LONG[:1000]
    whole = sound_of(text)
    with Serving(slow_daemon, "--sentences") as serving, serving.call() as caller:
        made = _lines(slow_note)
        caller.say(text)
        first = caller.answer()
        made_by_then = _lines(slow_note) - made
        samples = first.samples
        answers = 1
        while len(samples) < len(whole):
            samples += caller.answer().samples
            answers += 1

    assert samples == whole
    assert answers >= 4
    assert made_by_then < _lines(slow_note) - made


@pytest.mark.parametrize("how", ["bye", "close", "reset", "hang up"])
def test_whoever_leaves_stops_the_synthesis_within_a_piece(
    slow_daemon: Daemon, slow_serving: Serving, slow_note: Path, how: str
) -> None:
    """Word of it may take a busy machine longer than a piece: then it is tried again."""
    for _ in range(_TRIES):
        more = _made_after_leaving(slow_daemon, slow_serving, slow_note, how)
        assert more < PIECES // 2, "most of the texts were never made"
        if more <= 1:  # what was in work when we left, and nothing after it
            return
    pytest.fail(f"{more} pieces were made after we had left, and as many in {_TRIES} tries")


def _made_after_leaving(daemon: Daemon, serving: Serving, note: Path, how: str) -> int:
    """Return how many pieces were made of two long texts after a caller had left."""
    before = _lines(note)
    with serving.call(77) as caller:
        caller.say(LONG)
        caller.say(LONG)
        eventually(lambda: _lines(note) > before, "pieces are made")
        if how == "bye":
            caller.bye()
        elif how == "hang up":
            send_datagram(serving.udp_port, "BYE:77")
            assert caller.is_ended()
        elif how == "reset":
            caller.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if how in ("close", "reset"):
            caller.socket.close()
        left = _lines(note)
        eventually(lambda: not daemon.queue(), "nothing is in work any more")
    return _lines(note) - left


def test_slow_silent_and_vanishing_peers_disturb_nobody(
    daemon: Daemon, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    with Serving(daemon, env={"SAY_TELEPHONY_PATIENCE": "3"}) as serving, contextlib.ExitStack() as stack:
        silent = [stack.enter_context(serving.call(hello=False)) for _ in range(counts(10, 150))]
        half = stack.enter_context(serving.call(2))
        half.socket.sendall(b"\0\0\1\0half a text")
        stuck = stack.enter_context(serving.call(3, receive_buffer=4096))
        for _ in range(30):
            stuck.say(LONG)
        for number in range(5):
            with serving.call(100 + number) as vanishing:
                vanishing.say(LONG)
        began = time.monotonic()
        with serving.call(4) as normal:
            for _ in range(3):
                normal.say("Is anybody there?")
                assert normal.answer().seconds > 0
            figure(f"three answers beside slow callers took {time.monotonic() - began:.1f} s")
        assert all(peer.is_ended() for peer in silent)
        assert half.is_ended()
        eventually(
            lambda: any("call 3 is ended: it took no sound" in line for line in serving.told),
            "the stuck one is dropped",
            40,
        )


@pytest.mark.parametrize(
    "opening",
    [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"\0\0\0\x03abc", b"\xff\xff\xff\xfe", b"\0\0\0\x011\0\0\0\x02\xff\xff", os.urandom(100)],
    ids=["HTTP", "TLS", "no number", "too long", "no UTF-8", "noise"],
)  # fmt: skip
def test_what_is_no_call_is_ended_and_the_service_lives(serving: Serving, opening: bytes) -> None:
    with serving.call(hello=False) as stranger:
        stranger.socket.sendall(opening)
        stranger.socket.shutdown(socket.SHUT_WR)
        assert stranger.is_ended()
    with serving.call() as caller:
        caller.say("Here.")
        assert caller.answer().chunk_id == 1


def test_datagrams_that_mean_nothing_are_counted_and_never_answered(
    daemon: Daemon, counts: Callable[[int, int], int]
) -> None:
    with Serving(daemon) as serving, serving.call(5) as caller:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(("127.0.0.1", serving.udp_port))
            for number in range(counts(200, 20_000)):
                sender.send((b"", b"\0", b"BYE:", b"BYE:x", b"REGISTER:" + b"9" * 21, os.urandom(64))[number % 6])
                if number % 100 == 0:  # no more than the other side takes
                    caller.say("Still here.")
                    assert caller.answer().seconds > 0
            sender.setblocking(False)
            with pytest.raises(BlockingIOError):
                sender.recv(1)
        counted = re.compile(r"; [1-9]\d* datagrams? that meant nothing")
        eventually(lambda: bool(counted.search(_status(daemon, serving))), "they are counted")
    assert serving.faults == []


def test_a_port_that_is_taken_is_named_with_what_to_do(daemon: Daemon, serving: Serving) -> None:
    second = daemon.start_python(
        "-m", "say.gateways", "--telephony", "--tcp-port", str(serving.tcp_port), "--udp-port", "0"
    )
    _, told = second.communicate(timeout=90)

    assert second.returncode == 1
    assert f"TCP port {serving.tcp_port}" in told.decode()
    assert "--tcp-port" in told.decode()
    with serving.call() as caller:
        caller.say("Here.")
        assert caller.answer().chunk_id == 1


def test_a_service_that_is_told_to_leave_answers_what_came(daemon: Daemon) -> None:
    with Serving(daemon) as serving, serving.call(receive_buffer=4096) as caller, serving.call(2) as idle:
        caller.say(LONG)  # more sound than the system takes ahead, so that it lasts until we take it
        caller.say("And this.")
        eventually(lambda: "texts        2," in _status(daemon, serving), "both texts arrived")
        serving.leave()
        assert idle.is_ended()
        assert serving.process.poll() is None, "it waits for us"
        assert [caller.answer().chunk_id, caller.answer().chunk_id] == [1, 2]
        assert caller.is_ended()
        assert serving.end() == 0
    assert serving.faults == []
    assert not _status(daemon, serving)


def test_the_status_shows_calls_and_what_they_had(daemon: Daemon, serving: Serving) -> None:
    with serving.call(4711) as caller:
        caller.say("How many seconds are these?")
        seconds = caller.answer().seconds
        line = rf"call +4711: 1 text, 1 answer, {seconds:.1f} s of sound, first after \d+\.\d\d s"
        eventually(lambda: bool(re.search(line, _status(daemon))), f"it shows {line}")
    eventually(lambda: bool(re.search(r"ended +4711: .*; closed", _status(daemon))), "it shows how the call ended")
    path = daemon.home / f"telephony_{serving.process.pid}.json"
    assert path.stat().st_mode & 0o777 == 0o600


# The settings database


def test_the_database_starts_and_stops_the_service_within_two_seconds(
    daemon: Daemon, database: ServiceDatabase, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    """On a busy machine not each time: it is tried until it was."""
    took: list[float] = []
    least = counts(2, 20)

    def switch(enabled: bool, status: str) -> None:
        began = time.monotonic()
        database.set_kokoro_service_enabled(enabled)
        eventually(lambda: database.get_kokoro_service_status() == status, f"it is {status}")
        took.append(time.monotonic() - began)

    with Serving(daemon, "--database", str(database.path)) as serving:
        while len(took) < 2 * least or (min(took) >= WITHIN and len(took) < 2 * (least + 2 * _TRIES)):
            with serving.call() as caller:
                caller.say("One.")
                caller.answer()
                switch(False, "stopped")
                assert caller.is_ended()
            with pytest.raises(ConnectionRefusedError):
                serving.call()
            serving.told.clear()
            switch(True, "running")
            serving.wait_for_ports()
        serving.end()
        assert database.get_kokoro_service_status() == "stopped"
    figure(f"the service followed its database after {min(took):.2f} to {max(took):.2f} s")
    assert min(took) < WITHIN, took


def test_the_voice_of_the_database_is_followed(daemon: Daemon, database: ServiceDatabase) -> None:
    with Serving(daemon, "--database", str(database.path)) as serving, serving.call() as caller:
        caller.say("Who speaks?")
        first = caller.answer().samples
        database.set_kokoro_voice("am_adam")
        eventually(lambda: "am_adam" in _status(daemon, serving), "the voice is another")
        caller.say("Who speaks?")
        assert caller.answer().samples != first


def test_after_a_kill_the_status_is_true_and_nobody_is_left(daemon: Daemon, database: ServiceDatabase) -> None:
    serving = Serving(daemon, "--database", str(database.path))
    serving.__enter__()
    guardian = _guardian(serving)
    assert database.get_kokoro_service_status() == "running"
    serving.process.kill()

    eventually(lambda: database.get_kokoro_service_status() == "error", "its guardian says so")
    eventually(lambda: not guardian.is_running(), "its guardian leaves")
    serving.end()
    with Serving(daemon, "--database", str(database.path)):
        assert database.get_kokoro_service_status() == "running"
    assert database.get_kokoro_service_status() == "stopped"


def test_whoever_reads_the_status_after_a_power_cut_has_the_truth(daemon: Daemon, database: ServiceDatabase) -> None:
    with Serving(daemon, "--database", str(database.path)) as serving:
        guardian = _guardian(serving)
        _stop_until_killed(guardian)
        serving.process.kill()
        serving.process.wait()
        assert database.read().status == "running", "nobody has corrected it"
        guardian.kill()
        eventually(lambda: not guardian.is_running(), "both are dead")

    done = daemon.run_python(
        "import sys; from say.gateways.serving import run;"
        f"sys.exit(run(['--telephony-status', '--database', {str(database.path)!r}]))"
    )
    shown = done.stdout.decode()
    assert "status       error" in shown
    assert "problem      The service that followed this database died." in shown
    assert database.read().status == "error"


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="nobody can take another process's disk away here")
def test_where_the_disk_is_full_the_guardian_goes_on_trying_and_keeps_no_successor_out(
    daemon: Daemon, database: ServiceDatabase
) -> None:
    with Serving(daemon, "--database", str(database.path)) as serving:
        guardian = _guardian(serving)
        _, most = resource.prlimit(guardian.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(guardian.pid, resource.RLIMIT_FSIZE, (0, most))
        serving.process.kill()
        serving.process.wait()
        eventually(lambda: database.get_kokoro_service_status() == "error", "a reader has the truth")
        database.write("kokoro_service_status", "running")  # as it was
        assert guardian.is_running()
        resource.prlimit(guardian.pid, resource.RLIMIT_FSIZE, (most, most))
        eventually(lambda: database.read().status == "error", "the guardian writes it", 90)
        eventually(lambda: not guardian.is_running(), "it leaves")


def test_a_service_started_at_once_after_a_kill_has_the_last_word(daemon: Daemon, database: ServiceDatabase) -> None:
    serving = Serving(daemon, "--database", str(database.path))
    serving.__enter__()
    guardian = _guardian(serving)
    eventually(lambda: _listens_for_goodbye(guardian), "its guardian has begun")
    serving.process.kill()
    with Serving(daemon, "--database", str(database.path)):
        eventually(lambda: database.get_kokoro_service_status() == "running", "the new one runs")
        time.sleep(0.3)  # for a guardian that would come too late
        assert database.get_kokoro_service_status() == "running"
    serving.end()


def test_a_guardian_that_dies_is_replaced(daemon: Daemon, database: ServiceDatabase) -> None:
    with Serving(daemon, "--database", str(database.path)) as serving:
        first = _guardian(serving)
        first.send_signal(signal.SIGTERM)  # which it leaves to the service
        first.kill()
        eventually(lambda: _guardian(serving) != first, "there is another one")
        second = _guardian(serving)
        eventually(lambda: _listens_for_goodbye(second), "it has begun")
        serving.process.kill()
        eventually(lambda: database.get_kokoro_service_status() == "error", "that one says so")
        eventually(lambda: not second.is_running(), "it leaves")


def test_where_the_database_is_locked_at_the_end_the_guardian_writes_it_later(
    daemon: Daemon, database: ServiceDatabase
) -> None:
    with Serving(daemon, "--database", str(database.path)) as serving:
        guardian = _guardian(serving)
        with contextlib.closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            assert serving.end() == 0
            assert guardian.is_running()
            connection.execute("ROLLBACK")
        eventually(lambda: database.get_kokoro_service_status() == "stopped", "it is written")
        eventually(lambda: not guardian.is_running(), "the guardian leaves")


def test_a_database_has_one_service_and_the_second_says_so_whatever_its_home(
    daemon: Daemon, database: ServiceDatabase, tmp_path: Path
) -> None:
    with Serving(daemon, "--database", str(database.path)):
        second = daemon.start_python(
            "-m", "say.gateways", "--telephony", "--tcp-port", "0", "--udp-port", "0", "--database", str(database.path),
            env={"SAY_HOME": str(tmp_path / "other")},
        )  # fmt: skip
        _, told = second.communicate(timeout=90)
        assert second.returncode == 1
        assert "follows" in told.decode()
        assert database.get_kokoro_service_status() == "running"


def test_a_successor_has_ports_and_database_while_its_predecessor_answers_what_came(
    daemon: Daemon, database: ServiceDatabase
) -> None:
    name = ("--database", str(database.path))
    with (
        Serving(daemon, *name, env={"SAY_DRAIN_LIMIT": "120"}) as first,
        first.call(receive_buffer=4096) as caller,
    ):
        caller.say(LONG)  # more sound than the system takes ahead, so that it lasts until we take it
        eventually(lambda: "texts        1," in _status(daemon, first), "it came")
        first.leave()
        eventually(lambda: database.get_kokoro_service_status() == "stopped", "it takes no more calls", 40)
        ports = ("--tcp-port", str(first.tcp_port), "--udp-port", str(first.udp_port))
        with Serving(daemon, *name, *ports) as second:
            assert database.get_kokoro_service_status() == "running"
            with second.call(2) as other:
                other.say("Here.")
                assert other.answer().chunk_id == 1
            assert first.process.poll() is None, "it waits for us"
            assert caller.answer().seconds > 0
            assert caller.is_ended()
            assert first.end() == 0
            assert database.get_kokoro_service_status() == "running"
        assert first.faults == second.faults == []


def test_http_switches_the_service_of_its_process(daemon: Daemon) -> None:
    with Serving(daemon, "--http", "--http-port", "0") as serving:
        eventually(lambda: any("HTTP at " in line for line in serving.told), "HTTP is there, too", 90)
        [place] = [line.removeprefix("HTTP at ") for line in serving.told if line.startswith("HTTP at ")]
        address = f"{place.rstrip('/')}/api/v1/service"
        with serving.call() as caller:
            caller.say("One.")
            caller.answer()
            shown = json.load(urllib.request.urlopen(address, timeout=20))
            assert (shown["status"], shown["calls"], shown["tcp_port"]) == ("running", 1, serving.tcp_port)
            assert _put(address, {"enabled": False, "voice": "am_adam"})["status"] == "stopped"
            assert caller.is_ended()
        serving.told.clear()
        assert _put(address, {"enabled": True})["voice"] == "am_adam"
        serving.wait_for_ports()
        with serving.call() as caller:
            caller.say("Two.")
            caller.answer()


# The scripts


def test_the_scripts_work_as_the_original_describes_them(daemon: Daemon, tmp_path: Path) -> None:
    environment = {
        "KOKORO_VENV": str(Path(sys.executable).parents[1]),
        "KOKORO_TCP_PORT": "0",
        "KOKORO_UDP_PORT": "0",
        "KOKORO_VOICE": "af_bella",
        "KOKORO_DEVICE": "mps",
    }
    with _Script(daemon, tmp_path, environment) as script:
        tcp, udp = script.ports()
        done = _run_script(tmp_path, "test_kokoro_service.py", "--tcp-port", tcp, "--udp-port", udp)
        assert done.returncode == 0, done
        shown = done.stdout.splitlines()
        for line in ("✅ Connected!", "👋 Sent HELLO with call_id=999", "✅ Test completed successfully!"):
            assert line in shown
        assert any(re.fullmatch(r"📝 Sent text: Hello, this is a test.*", line) for line in shown)
        assert any(re.fullmatch(r"🔊 Received \d+ bytes of audio data", line) for line in shown)
        eventually(lambda: any("device mps is asked for" in line for line in script.lines), "it tells of the device")
        blank = _run_script(tmp_path, "test_kokoro_service.py", " ", "--tcp-port", tcp, "--udp-port", udp)
        assert (blank.returncode, blank.stderr[:1]) == (1, "❌")


def test_the_trial_says_what_is_wrong(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = str(nobody.getsockname()[1])
        done = _run_script(tmp_path, "test_kokoro_service.py", "--tcp-port", port)
    assert done.returncode == 1
    assert done.stderr.startswith(f"❌ nobody listens at 127.0.0.1:{port}")


@pytest.mark.parametrize(
    "arguments",
    [["--udp-port", "70000"], ["--tcp-port", "0"], ["--timeout", "-1"], ["--timeout", "nan"], ["--timeout", "soon"]],
)
def test_the_trial_takes_no_value_that_makes_no_sense(tmp_path: Path, arguments: list[str]) -> None:
    done = _run_script(tmp_path, "test_kokoro_service.py", *arguments)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"test_kokoro_service.py: error: argument {arguments[0]}: ")


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [("KOKORO_TCP_PORT", "80x", "no port"), ("KOKORO_UDP_PORT", "65536", "no port"), ("KOKORO_VENV", "/nowhere", "no virtual environment"), ("KOKORO_VOICE", "af_ski", "KOKORO_VOICE: there is no voice"), ("KOKORO_DEVICE", "tpu", "KOKORO_DEVICE: there is no device")],
)  # fmt: skip
def test_a_wrong_environment_is_told_by_name(
    daemon: Daemon, tmp_path: Path, variable: str, value: str, why: str
) -> None:
    done = subprocess.run(
        [SCRIPTS / "start-kokoro.sh", "--tcp-port", "0"] if variable in ("KOKORO_VOICE", "KOKORO_DEVICE") else [SCRIPTS / "start-kokoro.sh"],
        env={**daemon.environment, "KOKORO_VENV": str(Path(sys.executable).parents[1]), variable: value},
        cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode in (1, 2)
    assert why in done.stderr
    assert "Traceback" not in done.stderr


class _Script:
    """`kokoro_service.py` through `start-kokoro.sh`, from a folder that is not its own."""

    def __init__(self, daemon: Daemon, folder: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [SCRIPTS / "start-kokoro.sh", "--sentences"],
            env={**daemon.environment, **environment},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self) -> None:
        assert self._process.stderr is not None
        self.lines.extend(iter(self._process.stderr.readline, ""))

    def ports(self) -> tuple[str, str]:
        eventually(lambda: bool(self._found()), "it listens", 90)
        return self._found()[0]

    def _found(self) -> list[tuple[str, str]]:
        return re.findall(r"TCP [^ ]+:(\d+), UDP [^ ]+:(\d+)", "".join(self.lines))

    def __enter__(self) -> _Script:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()
        assert self._process.wait(45) == 0, self.lines
        self._thread.join(10)
        assert self._process.stderr is not None
        self._process.stderr.close()


def _run_script(folder: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPTS / name), *arguments],
        cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=90, check=False,
    )  # fmt: skip


def _lines(note: Path) -> int:
    return note.read_bytes().count(b"\n") if note.exists() else 0


def _status(daemon: Daemon, serving: Serving | None = None) -> str:
    """Return what `--telephony-status` shows, of one service or of all."""
    done = daemon.run_python("from say.gateways.telephony.options import show_status; print(show_status())")
    shown = done.stdout.decode().split("\n\n")
    return "\n\n".join(part for part in shown if serving is None or f"process {serving.process.pid}," in part)


def _guardian(serving: Serving) -> psutil.Process:
    """Return the guardian of a service, the last one if there are several."""
    found: list[psutil.Process] = []

    def find() -> bool:
        children = psutil.Process(serving.process.pid).children()
        found[:] = [child for child in children if _is_guardian(child)]
        return bool(found)

    eventually(find, "it has a guardian")
    return found[-1]


def _is_guardian(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return "say.gateways.telephony.guardian" in process.cmdline()
    return False


def _stop_until_killed(process: psutil.Process) -> None:
    """Let it do nothing more."""
    process.suspend()
    eventually(lambda: process.status() == psutil.STATUS_STOPPED, "it stands still")


def _listens_for_goodbye(process: psutil.Process) -> bool:
    return bool(process.status() == psutil.STATUS_SLEEPING)


def _put(address: str, change: dict[str, object]) -> dict[str, object]:
    request = urllib.request.Request(
        address, json.dumps(change).encode(), {"Content-Type": "application/json"}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        shown = json.load(answer)
    assert isinstance(shown, dict)
    return shown
