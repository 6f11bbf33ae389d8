"""Downloads as a user of `say` meets them: fetched, shared, given up, refused; nothing half or wrong stays."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_OK, EXIT_STOPPED, EXIT_USAGE
from common.hub_cache import CONFIG, WEIGHTS
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.hub import FakeHub
from tests.fakes.hub_daemon import OTHER_VOICE, SMALL_FILES, VOICE, cached, halves, hub_daemon
from tests.fakes.said import lines, message, samples

SLOWLY = 700_000  # bytes per second: 1.5 s for the weights
LASTING = 20_000  # bytes per second: most of a minute for the weights, unless the hub no longer holds them back


def told(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    """Return what `say` told its user, but for the progress that is shown where a busy machine takes long."""
    return [line for line in lines(done) if not line.startswith("downloading ")]


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(SMALL_FILES) as served:
        yield served


@pytest.fixture
def daemon(hub: FakeHub, tmp_path: Path) -> Iterator[Daemon]:
    with hub_daemon(hub, tmp_path) as running:
        yield running


# What goes right


def test_download_fetches_a_voice_and_the_model_once(hub: FakeHub, daemon: Daemon) -> None:
    first = daemon.run_say("--download", "af_heart")
    assert (first.returncode, told(first)) == (EXIT_OK, [])
    assert first.stdout == b"fetched 3 files, 1.1 MB\n"
    assert cached(daemon, WEIGHTS).read_bytes() == SMALL_FILES[WEIGHTS]

    hub.requests.clear()
    second = daemon.run_say("--download", "bm_george")
    assert second.stdout == b"fetched 1 file, 3.0 kB\n"
    assert [request.path.rpartition("/")[2] for request in hub.requests] == ["bm_george.pt"]


def test_after_a_download_no_network_is_touched(hub: FakeHub, daemon: Daemon) -> None:
    assert daemon.run_say("--download", "af_heart", "bm_george").returncode == EXIT_OK
    hub.stop()
    hub.requests.clear()

    again = daemon.run_say("--download", "af_heart", "bm_george", env={"HF_HUB_OFFLINE": "1"})

    assert (again.returncode, again.stdout) == (EXIT_OK, b"everything is on disk already\n")
    assert hub.requests == []


def test_voices_tells_what_is_on_disk_and_remove_takes_it_away(daemon: Daemon) -> None:
    def on_disk() -> list[str]:
        rows = [row.split() for row in daemon.run_say("--voices").stdout.decode().splitlines()]
        return [row[0] for row in rows if row[-1] == "yes"]

    assert on_disk() == []
    assert daemon.run_say("--download", "af_heart", "bm_george").returncode == EXIT_OK
    assert on_disk() == ["af_heart", "bm_george"]

    removed = daemon.run_say("--remove", "bm_george")
    assert removed.stdout == b"removed 1 file, 3.0 kB\n"
    assert on_disk() == ["af_heart"]
    assert daemon.run_say("--remove", "bm_george").stdout == b"there was nothing to remove\n"

    assert daemon.run_say("--remove", "all").stdout == b"removed 3 files, 1.1 MB\n"
    assert on_disk() == []
    assert not cached(daemon, WEIGHTS).exists()
    assert [path for path in (daemon.folder / "hf").rglob("*") if path.is_file()] == []


def test_download_all_needs_every_voice_of_the_release(hub: FakeHub, daemon: Daemon) -> None:
    done = daemon.run_say("--download", "all")

    assert done.returncode == EXIT_FAILED
    assert "the release has no file" in told(done)[0]


def test_a_name_that_no_voice_has_is_refused_beside_all(hub: FakeHub, daemon: Daemon) -> None:
    done = daemon.run_say("--download", "all", "af_haert")

    assert done.returncode == EXIT_USAGE
    assert "af_heart" in message(done)
    assert hub.requests == []


# What is shown meanwhile


def test_without_a_terminal_progress_is_a_line_from_time_to_time(hub: FakeHub, daemon: Daemon) -> None:
    hub.slow(WEIGHTS, bytes_per_second=SLOWLY)
    began = time.monotonic()

    done = daemon.run_say("--download", "af_heart")

    assert done.returncode == EXIT_OK
    shown, *more = lines(done)
    assert shown.startswith(f"downloading {WEIGHTS}")
    assert all(line.startswith("downloading ") for line in more) and len(more) <= (time.monotonic() - began) / 10
    assert "%" in shown and "of 1.1 MB" in shown  # and how long it takes, once enough of it has come
    assert b"\x1b" not in done.stderr


def test_on_a_terminal_the_bar_moves_and_vanishes(hub: FakeHub, daemon: Daemon) -> None:
    hub.slow(WEIGHTS, bytes_per_second=LASTING)
    terminal, side = pty.openpty()
    try:
        running = subprocess.Popen(
            [sys.executable, "-m", "say", "--download", "af_heart"],
            cwd=daemon.folder,
            env={**daemon.environment, "TERM": "xterm"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=side,
        )
        os.close(side)
        shown = _read_terminal(terminal, until=lambda so_far: len(_bars(so_far)) > 2)
        hub.hold.set()
        shown += _read_terminal(terminal)
        out, _ = running.communicate(timeout=30)
    finally:
        os.close(terminal)

    assert running.returncode == EXIT_OK
    assert out == b"fetched 3 files, 1.1 MB\n"
    drawn = shown.split(_REDRAWN)
    assert drawn[0] == ""
    assert drawn[-1] == "", "something stays on the line"
    assert len(_bars(shown)) > 2, shown
    assert "\n" not in shown


_REDRAWN = "\r\x1b[C\x1b[J\r\x1b[K"


def _bars(shown: str) -> set[str]:
    """Return the different bars that were drawn, each whole."""
    return {bar for bar in shown.split(_REDRAWN)[1:-1] if f"downloading {WEIGHTS}" in bar}


def _read_terminal(descriptor: int, until: Callable[[str], bool] = lambda so_far: False) -> str:
    """Return everything up to the end of the program that writes to the terminal, or until that is enough."""
    shown = b""
    while not until(shown.decode(errors="replace")):
        try:
            data = os.read(descriptor, 4096)
        except OSError:  # EIO: Linux's way to say that the other side is closed
            data = b""
        if not data:
            break
        shown += data
    return shown.decode()


# What goes wrong

FAULTS: dict[str, tuple[Callable[[FakeHub], None], str]] = {
    "refused": (lambda hub: hub.stop(), "cannot be reached: connection refused"),
    "not found": (lambda hub: hub.not_found(CONFIG), "HTTP 404"),
    "denied": (lambda hub: hub.denied(CONFIG), "HTTP 401"),
    "busy for an hour": (lambda hub: hub.too_many(CONFIG, retry_after="3600"), "HTTP 429"),
    "out of service": (lambda hub: hub.unavailable(CONFIG), "HTTP 503"),
    "cut": (lambda hub: hub.cut(WEIGHTS, at_byte=70_001), "broke again and again, the last time at byte 70001"),
    "stalled": (lambda hub: hub.stall(WEIGHTS, after_bytes=70_001), "sent next to nothing for 10 s"),
    "altered": (lambda hub: hub.wrong_bytes(VOICE), "it was not the published file"),
    "a log-in page": (lambda hub: hub.html(), "a web page came in place of the file"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_auto_speaks_with_espeak_when_the_hub_fails_and_asks_it_once(hub: FakeHub, daemon: Daemon, name: str) -> None:
    fail, cause = FAULTS[name]
    fail(hub)

    done = daemon.run_say("Hello.", "-o", "hello.wav")
    asked = len(hub.requests)

    said = lines(done)[-1]
    assert done.returncode == EXIT_OK
    assert said.startswith("speaking with espeak, since ")
    assert cause in said
    assert "'say --download" in said
    assert len(samples(daemon.folder / "hello.wav")) > 5_000
    assert halves(daemon) == []

    again = daemon.run_say("Hello.", "-o", "hello.wav")
    assert (again.returncode, told(again)) == (EXIT_OK, [said])
    assert len(hub.requests) == asked


@pytest.mark.parametrize("name", ["refused", "not found", "busy for an hour", "cut", "altered"])
def test_kokoro_by_name_fails_with_cause_and_remedy(hub: FakeHub, daemon: Daemon, name: str) -> None:
    fail, cause = FAULTS[name]
    fail(hub)

    done = daemon.run_say("Hello.", "-o", "hello.wav", "--engine", "kokoro")

    said = lines(done)[-1]
    assert done.returncode == EXIT_FAILED
    assert cause in said
    assert said.count(". ") >= 1, "what to do next is missing"
    assert not (daemon.folder / "hello.wav").exists()
    assert halves(daemon) == []


def test_a_pause_that_the_hub_asks_for_is_kept(hub: FakeHub, daemon: Daemon) -> None:
    hub.too_many(CONFIG, retry_after="1", times=1)
    began = time.monotonic()

    done = daemon.run_say("--download", "af_heart")

    assert (done.returncode, told(done)) == (EXIT_OK, [])
    assert time.monotonic() - began >= 1


def test_a_connection_that_breaks_is_taken_up_where_it_broke(hub: FakeHub, daemon: Daemon) -> None:
    hub.cut(WEIGHTS, at_byte=500_000, times=1)

    assert daemon.run_say("--download", "af_heart").returncode == EXIT_OK

    assert [request.range for request in hub.gets(WEIGHTS)] == ["", "bytes=500000-"]
    assert cached(daemon, WEIGHTS).read_bytes() == SMALL_FILES[WEIGHTS]


def test_download_asks_a_hub_again_that_has_just_failed(hub: FakeHub, daemon: Daemon) -> None:
    hub.not_found(CONFIG)
    daemon.run_say("Hello.", "-o", "hello.wav")
    assert len(hub.requests) == 1

    assert daemon.run_say("--download", "af_heart").returncode == EXIT_FAILED
    assert len(hub.requests) == 2

    hub.behave()
    assert daemon.run_say("--download", "af_heart").returncode == EXIT_OK


def test_without_a_network_by_choice_nothing_is_asked_and_it_says_how_to_change_that(
    hub: FakeHub, tmp_path: Path
) -> None:
    with hub_daemon(hub, tmp_path, environment={"HF_HUB_OFFLINE": "1"}) as daemon:
        said = message(daemon.run_say("Hello.", "-o", "hello.wav"))
        assert said.startswith("speaking with espeak, since ")
        assert "HF_HUB_OFFLINE is set. Unset it" in said

        done = daemon.run_say("--download", "af_heart")
        assert done.returncode == EXIT_FAILED
        assert "HF_HUB_OFFLINE is set. Unset it, then 'say --shutdown'" in message(done)
    assert hub.requests == []


def test_a_relative_cache_is_refused_and_nothing_counts_as_on_disk(hub: FakeHub, tmp_path: Path) -> None:
    """The daemon, whose working directory is the root, put the files there."""
    with hub_daemon(hub, tmp_path, environment={"HF_HOME": "hf"}) as daemon:
        assert "not an absolute path. Set HF_HOME" in message(daemon.run_say("Hello.", "-o", "hello.wav"))
        assert daemon.run_say("--download", "af_heart").returncode == EXIT_FAILED
        name = cached(daemon, VOICE)
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(SMALL_FILES[VOICE])
        assert b"yes" not in daemon.run_say("--voices").stdout
    assert hub.requests == []


# Those who wait


def _two_clients(daemon: Daemon) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]:
    """Return two clients that wait for the same weights, of which some came."""
    clients = daemon.start_say("--download", "af_heart"), daemon.start_say("--download", "af_heart")
    for client in clients:
        assert client.stderr is not None
        assert b"downloading" in client.stderr.readline()
    return clients


def _end(client: subprocess.Popen[bytes]) -> tuple[int, bytes, bytes]:
    out, err = client.communicate(timeout=30)
    return client.returncode, out, err


def test_ctrl_c_of_one_client_leaves_the_download_to_the_other(hub: FakeHub, daemon: Daemon) -> None:
    hub.slow(WEIGHTS, bytes_per_second=LASTING, times=1)
    first, second = _two_clients(daemon)

    first.send_signal(signal.SIGINT)
    status, out, err = _end(first)
    assert (status, out) == (-signal.SIGINT, b"")
    assert all(line.startswith(b"say: downloading ") for line in err.splitlines())
    hub.hold.set()

    status, out, _ = _end(second)
    assert (status, out) == (EXIT_OK, b"fetched 3 files, 1.1 MB\n")
    assert len(hub.gets(WEIGHTS)) == 1
    assert halves(daemon) == []
    assert cached(daemon, WEIGHTS).read_bytes() == SMALL_FILES[WEIGHTS]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_when_the_last_client_goes_no_half_file_stays(hub: FakeHub, daemon: Daemon, number: signal.Signals) -> None:
    hub.slow(WEIGHTS, bytes_per_second=LASTING)
    clients = _two_clients(daemon)
    assert len(halves(daemon)) == 1

    for client in clients:
        client.send_signal(number)
    for client in clients:
        assert _end(client)[0] == -number

    eventually(lambda: halves(daemon) == [], "the half file is gone")
    assert not cached(daemon, WEIGHTS).exists()
    hub.behave()
    assert daemon.run_say("--download", "af_heart").returncode == EXIT_OK


def test_ctrl_c_of_a_speaker_that_waits_for_the_model_leaves_nothing(hub: FakeHub, daemon: Daemon) -> None:
    hub.slow(WEIGHTS, bytes_per_second=LASTING)
    client = daemon.start_say("Hello.", "-o", "hello.wav")
    assert client.stderr is not None
    assert b"downloading" in client.stderr.readline()

    client.send_signal(signal.SIGINT)
    assert _end(client)[0] == -signal.SIGINT
    hub.hold.set()

    eventually(lambda: halves(daemon) == [], "the half file is gone")
    assert [path.name for path in daemon.folder.glob("*.wav")] == []
    assert [path.name for path in daemon.folder.glob(".say-*")] == []


def test_shutdown_ends_a_download_and_tells_who_waited(hub: FakeHub, daemon: Daemon) -> None:
    hub.slow(WEIGHTS, bytes_per_second=LASTING)
    client = daemon.start_say("--download", "af_heart")
    assert client.stderr is not None
    client.stderr.readline()

    assert daemon.run_say("--shutdown").returncode == EXIT_OK

    status, _, err = _end(client)
    assert status == EXIT_STOPPED, err
    assert err.endswith(f"the download of {WEIGHTS} ended with the daemon. Nothing of it was kept.\n".encode())
    assert daemon.pids() == [], "the client started another daemon"
    assert halves(daemon) == []


# Disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder with room for half a megabyte."""
    folder = tmp_path / "small-disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no 'mount'")
    if mounted.returncode:
        pytest.skip("mounting takes more rights than these tests have")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_with_the_bytes_needed(hub: FakeHub, tmp_path: Path, small_disk: Path) -> None:
    with hub_daemon(hub, tmp_path, environment={"HF_HOME": str(small_disk)}) as daemon:
        done = daemon.run_say("--download", "af_heart")

        (said,) = told(done)
        assert done.returncode == EXIT_FAILED
        assert f"no space is left for {WEIGHTS}: {len(SMALL_FILES[WEIGHTS])} more bytes are needed in" in said
        assert "Make room, or set HF_HOME" in said
        assert halves(daemon) == []

        spoken = daemon.run_say("Hello.", "-o", "hello.wav")
        assert spoken.returncode == EXIT_OK
        assert "speaking with espeak, since no space is left" in told(spoken)[0]


def test_a_disk_that_fills_up_meanwhile_is_said_as_well(hub: FakeHub, tmp_path: Path, small_disk: Path) -> None:
    """The hub's files fit when the download begins; another program takes the room."""
    files = {**SMALL_FILES, WEIGHTS: bytes(300_000)}
    with FakeHub(files) as roomy, hub_daemon(roomy, tmp_path, environment={"HF_HOME": str(small_disk)}) as daemon:
        roomy.stall(WEIGHTS, after_bytes=100_000)
        client = daemon.start_say("--download", "af_heart")
        assert roomy.sending.wait(10)
        eventually(lambda: any(path.stat().st_size >= 100_000 for path in small_disk.rglob("*.say-*")), "a third")
        with (small_disk / "another").open("wb") as other:
            other.truncate(0)
            _fill(other.fileno())
        roomy.hold.set()

        status, _, err = _end(client)
        assert status == EXIT_FAILED
        assert f"no space is left for {WEIGHTS}: ".encode() in err
        assert list(small_disk.rglob("*.say-*")) == []


def _fill(descriptor: int) -> None:
    try:
        while os.write(descriptor, bytes(4096)):
            pass
    except OSError:
        return


# Files that are not what was published


HARMS: dict[str, Callable[[bytes], bytes]] = {
    "flipped": lambda good: bytes([good[0] ^ 1]) + good[1:],
    "cut short": lambda good: good[:-1],
    "a web page": lambda good: b"<html>",
    "empty": lambda good: b"",
}


@pytest.mark.parametrize("harm", HARMS)
def test_altered_files_in_the_cache_are_fetched_again_once(hub: FakeHub, daemon: Daemon, harm: str) -> None:
    assert daemon.run_say("--download", "af_heart").returncode == EXIT_OK
    paths = (CONFIG, WEIGHTS, VOICE)
    for path in paths:
        cached(daemon, path).write_bytes(HARMS[harm](SMALL_FILES[path]))
    hub.requests.clear()

    done = daemon.run_say("--download", "af_heart")

    assert done.returncode == EXIT_OK
    assert done.stdout.startswith(b"fetched ")
    assert [len(hub.gets(path)) for path in paths] == [1, 1, 1]
    assert [cached(daemon, path).read_bytes() for path in paths] == [SMALL_FILES[path] for path in paths]


def test_an_altered_file_that_the_hub_cannot_mend_is_refused(hub: FakeHub, daemon: Daemon) -> None:
    assert daemon.run_say("--download", "af_heart", "bm_george").returncode == EXIT_OK
    cached(daemon, OTHER_VOICE).write_bytes(b"altered")
    hub.wrong_bytes(OTHER_VOICE)
    hub.requests.clear()

    done = daemon.run_say("-v", "bm_george", "Hello.", "-o", "hello.wav", "--engine", "kokoro")

    assert done.returncode == EXIT_FAILED
    assert "it was not the published file. Nothing of it was kept." in told(done)[0]
    assert len(hub.requests) == 2
    assert not cached(daemon, OTHER_VOICE).exists()
