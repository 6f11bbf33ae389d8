from __future__ import annotations

import contextlib
import email.utils
import errno
import io
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import Cancelled, CorruptFile, DownloadFailed, EngineError, ModelUnavailable, Stopped
from common.hub_cache import CONFIG, WEIGHTS
from model_server.downloads import Downloads, HubMemory
from model_server.hub import Hub, Transfer
from tests.fakes.hub import FakeHub
from tests.model_server.hub_files import DEADLINE, VOICE, Bench, Client, bench, bench_for, wait_until
from tests.soaking import examples

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_VOICE_BYTES = random.Random(1).randbytes(50_000)
_FILES = {
    CONFIG: b'{"n": 1}',
    WEIGHTS: random.Random(2).randbytes(200_000),
    VOICE: _VOICE_BYTES,
    "voices/af_bella.pt": b"bella",
}


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in ("HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "no-token"))


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(_FILES) as made:
        yield made


@pytest.fixture
def made(hub: FakeHub, tmp_path: Path) -> Iterator[Bench]:
    with bench_for(hub, tmp_path / "cache") as made:
        yield made


def _assert_nothing_kept(made: Bench) -> None:
    assert made.names() == []


# When all is well.


def test_a_fetched_file_is_on_disk_whole_and_checked(made: Bench) -> None:
    assert made.files.missing([VOICE]) == (VOICE,)

    assert made.fetch() == len(_VOICE_BYTES)

    assert made.files.voice("af_heart").read_bytes() == _VOICE_BYTES
    assert made.files.missing([VOICE]) == ()
    assert made.halves() == []


def test_the_hub_is_asked_for_the_files_and_nothing_else(hub: FakeHub, made: Bench) -> None:
    made.fetch(CONFIG, VOICE)

    asked = [(request.method, request.path.partition("/resolve/")[2]) for request in hub.requests]
    assert asked == [("GET", f"{hub.revision}/{CONFIG}"), ("GET", f"{hub.revision}/{VOICE}")]


_FRESH = """
import sys
sys.path.insert(0, sys.argv[1])
if sys.argv[3] == "early":
    import huggingface_hub.constants
from pathlib import Path
from model_server.model_files import ModelFiles
from model_server.release import load_release
files = ModelFiles.of_hub(load_release(Path(sys.argv[2])))
print(files.fetch(["voices/af_heart.pt"], lambda _: None, lambda: False))
"""


@pytest.mark.parametrize("imported", ["early", "late"])
def test_a_fresh_process_asks_for_the_file_alone_and_prints_nothing(
    hub: FakeHub, tmp_path: Path, imported: str
) -> None:
    """huggingface_hub 2.4 asks `/api/agent-harnesses` first unless its telemetry is off."""
    release = str(hub.write_release(tmp_path / "release.json"))
    environment = {"PATH": os.environ["PATH"], "HF_HOME": str(tmp_path / "home"), "HF_ENDPOINT": hub.endpoint}

    ran = subprocess.run(
        [sys.executable, "-c", _FRESH, str(Path(__file__).parents[2]), release, imported],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (ran.stdout, ran.stderr, ran.returncode) == (f"{len(_VOICE_BYTES)}\n", "", 0)
    assert [request.path for request in hub.requests] == [f"/{hub.repo}/resolve/{hub.revision}/{VOICE}"]


def test_what_is_there_is_not_fetched_again(hub: FakeHub, made: Bench) -> None:
    made.fetch()

    assert made.fetch(VOICE, CONFIG) == len(_FILES[CONFIG])
    assert len(hub.gets(VOICE)) == 1


def test_progress_counts_the_bytes_of_all_files_together(hub: FakeHub, made: Bench) -> None:
    made.fetch(CONFIG, VOICE)

    total = len(_FILES[CONFIG]) + len(_VOICE_BYTES)
    assert {report.total for report in made.reports} == {total}
    assert [report.done for report in made.reports] == sorted(report.done for report in made.reports)
    assert (made.reports[-1].what, made.reports[-1].done) == (VOICE, total)


def test_progress_is_told_while_bytes_come(hub: FakeHub, made: Bench) -> None:
    hub.stall(VOICE, after_bytes=20_000)
    seen = threading.Event()

    def report(progress: object) -> None:
        if getattr(progress, "stage", "") == "downloading" and 0 < getattr(progress, "done", 0) <= 20_000:
            seen.set()
            hub.hold.set()

    made.files.fetch([VOICE], report, lambda: False)

    assert seen.is_set()


def test_huggingface_hub_finds_what_was_fetched(hub: FakeHub, made: Bench) -> None:
    from huggingface_hub import scan_cache_dir, try_to_load_from_cache

    made.fetch()

    cache = made.store.cache
    assert try_to_load_from_cache(hub.repo, VOICE, cache_dir=cache, revision=hub.revision) == str(
        made.files.voice("af_heart")
    )
    seen = scan_cache_dir(cache)
    assert (seen.warnings, seen.size_on_disk) == ([], len(_VOICE_BYTES))


def test_what_huggingface_hub_fetched_is_used(hub: FakeHub, made: Bench) -> None:
    from huggingface_hub import hf_hub_download

    hf_hub_download(hub.repo, VOICE, revision=hub.revision, cache_dir=made.store.cache, endpoint=hub.endpoint)
    before = len(hub.requests)

    assert made.fetch() == 0
    assert made.files.voice("af_heart").read_bytes() == _VOICE_BYTES
    assert len(hub.requests) == before


def test_a_stored_token_is_sent(hub: FakeHub, made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")

    made.fetch()

    assert hub.requests[-1].authorization == "Bearer hf_secret"


def test_a_proxy_is_used(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", hub.endpoint)

    with bench(hub.release(), "http://hub.example", tmp_path) as made:
        made.fetch()

    assert hub.requests[-1].path.startswith("http://hub.example/")


def test_a_redirect_is_followed(hub: FakeHub, made: Bench) -> None:
    with FakeHub(_FILES) as other:
        hub.redirect(f"{other.endpoint}/{other.repo}/resolve/{other.revision}/{VOICE}", VOICE)

        made.fetch()

    assert made.files.voice("af_heart").read_bytes() == _VOICE_BYTES


# No hub.


def test_a_refused_connection_fails_at_once(tmp_path: Path) -> None:
    with FakeHub(_FILES) as hub:
        pass

    with bench_for(hub, tmp_path / "cache") as made:
        with pytest.raises(DownloadFailed, match="cannot be reached: connection refused"):
            made.fetch()
        assert made.pauses == []
        _assert_nothing_kept(made)


def test_an_unknown_name_fails_at_once(hub: FakeHub, made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(DownloadFailed, match="its name is not known"):
        made.fetch()


def test_name_resolution_that_hangs_is_not_waited_for(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def hang(*_: object, **__: object) -> None:
        over.wait(DEADLINE)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with bench_for(hub, tmp_path, connect_timeout=0.2) as made:
        began = time.monotonic()
        with pytest.raises(DownloadFailed, match=r"no connection within 0\.2 s"):
            made.fetch()

        assert time.monotonic() - began < DEADLINE / 2
        over.set()


def test_a_dead_address_does_not_hide_a_living_one(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(hub.endpoint.rpartition(":")[2])
    dead = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
    living = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [dead, living])

    with bench_for(hub, tmp_path) as made:
        assert made.fetch() > 0


@pytest.mark.parametrize("endpoint", ["hub", "ftp://hub", "http://", "http://hub:port", "http://[::1"])
def test_an_endpoint_that_is_no_address_is_named(endpoint: str, tmp_path: Path) -> None:
    release = FakeHub.release_of(_FILES)

    with bench(release, endpoint, tmp_path) as made, pytest.raises(DownloadFailed, match="HF_ENDPOINT is no web"):
        made.fetch()


def test_a_thread_that_hangs_in_the_system_is_not_waited_for(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hang(self: Hub, transfer: Transfer) -> None:
        transfer.due = self.clock() - 1
        over.wait(DEADLINE)

    monkeypatch.setattr(Hub, "look", hang)

    with pytest.raises(DownloadFailed, match="next to nothing"):
        made.fetch()
    over.set()


# A hub that refuses.


def test_a_file_that_the_hub_does_not_have_is_named(hub: FakeHub, made: Bench) -> None:
    hub.not_found(VOICE)

    with pytest.raises(DownloadFailed, match=r"does not have voices/af_heart\.pt"):
        made.fetch()
    assert len(hub.requests) == 1
    _assert_nothing_kept(made)


@pytest.mark.parametrize("status", [401, 403])
def test_denied_access_points_at_the_token(hub: FakeHub, made: Bench, status: int) -> None:
    hub.denied(VOICE, status)

    with pytest.raises(DownloadFailed, match="HF_TOKEN"):
        made.fetch()
    assert len(hub.requests) == 1


def test_a_short_retry_after_is_honoured(hub: FakeHub, made: Bench) -> None:
    hub.too_many(VOICE, retry_after="7", times=2)

    assert made.fetch() > 0
    assert made.pauses == [7.0, 7.0]


def test_a_retry_after_date_is_honoured(hub: FakeHub, made: Bench) -> None:
    hub.too_many(VOICE, retry_after=email.utils.formatdate(time.time() + 9, usegmt=True), times=1)

    assert made.fetch() > 0
    assert 0 < made.pauses[0] <= 9


def test_a_long_retry_after_fails_at_once_and_says_when(hub: FakeHub, made: Bench) -> None:
    hub.too_many(VOICE, retry_after="900")

    with pytest.raises(DownloadFailed, match="try again in 15 min"):
        made.fetch()
    assert made.pauses == []


def test_too_many_requests_end_in_failure(hub: FakeHub, made: Bench) -> None:
    hub.too_many(VOICE, retry_after="soon")

    with pytest.raises(DownloadFailed, match="too many requests"):
        made.fetch()
    assert made.pauses == [0.5, 1.0, 2.0]


def test_a_busy_hub_is_asked_again_after_growing_pauses(hub: FakeHub, made: Bench) -> None:
    hub.unavailable(VOICE, times=3)

    assert made.fetch() > 0
    assert made.pauses == [0.5, 1.0, 2.0]


def test_a_hub_that_stays_busy_fails(hub: FakeHub, made: Bench) -> None:
    hub.unavailable(VOICE)

    with pytest.raises(DownloadFailed, match="HTTP 503"):
        made.fetch()
    assert len(hub.requests) == 4
    _assert_nothing_kept(made)


# A hub that does not finish.


def test_a_silent_hub_counts_as_failed(hub: FakeHub, tmp_path: Path) -> None:
    hub.silent(VOICE)

    with bench_for(hub, tmp_path, stall=0.3) as made:
        with pytest.raises(DownloadFailed, match=r"next to nothing for 0\.3 s"):
            made.fetch()
        wait_until(lambda: bool(hub.requests), "the request")  # the hub may have been held up itself
        assert len(hub.requests) == 1
        _assert_nothing_kept(made)


@pytest.mark.parametrize("after_bytes", [0, 1, 30_000, len(_VOICE_BYTES) - 1])
def test_a_stalled_download_counts_as_failed(hub: FakeHub, tmp_path: Path, after_bytes: int) -> None:
    hub.stall(VOICE, after_bytes)

    with bench_for(hub, tmp_path, stall=0.3) as made:
        with pytest.raises(DownloadFailed, match="next to nothing"):
            made.fetch()
        _assert_nothing_kept(made)


def test_a_trickle_counts_as_a_stall(hub: FakeHub, tmp_path: Path) -> None:
    hub.slow(VOICE, bytes_per_second=100)

    with bench_for(hub, tmp_path, stall=0.3) as made, pytest.raises(DownloadFailed, match="next to nothing"):
        made.fetch()


def test_a_slow_download_that_keeps_coming_is_no_stall(hub: FakeHub, tmp_path: Path) -> None:
    for stall in (0.3, 1.0, 3.0):  # seconds; a machine may be busy for longer than the first
        hub.slow(VOICE, bytes_per_second=len(_VOICE_BYTES) / (1.6 * stall))
        with bench_for(hub, tmp_path / str(stall), stall=stall) as made, contextlib.suppress(DownloadFailed):
            assert made.fetch() > 0
            return
    pytest.fail("it was taken for a stall")


def test_a_broken_download_goes_on_where_it_stopped(hub: FakeHub, made: Bench) -> None:
    hub.cut(VOICE, at_byte=20_000, times=1)

    made.fetch()

    assert [request.range for request in hub.gets(VOICE)] == ["", "bytes=20000-"]
    assert made.files.voice("af_heart").read_bytes() == _VOICE_BYTES


def test_a_download_that_breaks_thrice_fails(hub: FakeHub, made: Bench) -> None:
    hub.cut(VOICE, at_byte=20_000)

    with pytest.raises(DownloadFailed, match="byte 20000 of 50000"):
        made.fetch()
    assert len(hub.requests) == 3
    _assert_nothing_kept(made)


def test_a_connection_closed_without_an_answer_is_tried_again(hub: FakeHub, made: Bench) -> None:
    hub.hang_up(VOICE, times=2)

    assert made.fetch() > 0


@settings(max_examples=examples(25, 500))  # a hub of its own each
@given(at_byte=st.integers(0, len(_VOICE_BYTES) - 1), times=st.integers(1, 4))
def test_a_cut_at_any_byte_leaves_the_whole_file_or_none(at_byte: int, times: int) -> None:
    with tempfile.TemporaryDirectory() as cache, FakeHub(_FILES) as hub, bench_for(hub, Path(cache)) as made:
        hub.cut(VOICE, at_byte, times)
        try:
            made.fetch()
        except DownloadFailed:
            assert times > 2
            _assert_nothing_kept(made)
        else:
            assert made.files.voice("af_heart").read_bytes() == _VOICE_BYTES
            assert made.halves() == []


# A hub that sends something else.


def test_wrong_bytes_are_fetched_again_once(hub: FakeHub, made: Bench) -> None:
    hub.wrong_bytes(VOICE, times=1)

    made.fetch()

    assert made.files.voice("af_heart").read_bytes() == _VOICE_BYTES
    assert len(hub.requests) == 2


def test_wrong_bytes_twice_are_refused(hub: FakeHub, made: Bench) -> None:
    hub.wrong_bytes(VOICE)

    with pytest.raises(CorruptFile, match="not the published file"):
        made.fetch()
    assert len(hub.requests) == 2
    _assert_nothing_kept(made)


@pytest.mark.parametrize("data", [b"", b"x", _VOICE_BYTES[:-1], _VOICE_BYTES + b"x", bytes(1_000_000)])
def test_a_file_of_another_length_is_refused(hub: FakeHub, made: Bench, data: bytes) -> None:
    hub.another_file(data, VOICE)

    with pytest.raises(CorruptFile):
        made.fetch()
    _assert_nothing_kept(made)


def test_a_body_without_end_is_refused(hub: FakeHub, made: Bench) -> None:
    hub.endless(VOICE)

    with pytest.raises(CorruptFile):
        made.fetch()
    _assert_nothing_kept(made)


def test_a_file_announced_with_another_length_is_not_read(hub: FakeHub, made: Bench) -> None:
    hub.another_file(bytes(1_000_000), VOICE, stall_at=0)

    with pytest.raises(CorruptFile):
        made.fetch()


def test_a_log_in_page_is_recognised(hub: FakeHub, made: Bench) -> None:
    hub.html(VOICE)

    with pytest.raises(DownloadFailed, match="log-in"):
        made.fetch()
    assert len(hub.requests) == 1
    _assert_nothing_kept(made)


def test_redirects_in_a_circle_end(hub: FakeHub, made: Bench) -> None:
    hub.redirect_loop(VOICE)

    with pytest.raises(DownloadFailed, match="circle"):
        made.fetch()
    _assert_nothing_kept(made)


# The disk.


def test_a_disk_without_room_is_noticed_before_the_hub_is_asked(
    hub: FakeHub, made: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=49_999))

    with pytest.raises(DownloadFailed, match=f"50000 more bytes are needed in {made.store.cache}"):
        made.fetch()
    assert hub.requests == []


class _FullDisk(io.FileIO):
    """A file on a disk with room for 10,000 bytes."""

    def write(self, data: ReadableBuffer, /) -> int:
        if self.tell() >= 10_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(memoryview(data)[:10_000])


@pytest.mark.parametrize("moment", ["write", "fsync"])
def test_a_disk_that_fills_up_meanwhile_leaves_nothing(
    hub: FakeHub, made: Bench, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    if moment == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "open", lambda path, mode, **_: _FullDisk(path, mode))

    with pytest.raises(DownloadFailed, match="no space is left"):
        made.fetch()
    _assert_nothing_kept(made)
    monkeypatch.undo()
    assert made.fetch() > 0  # not remembered: there may be room by now


def test_a_cache_that_cannot_be_made_is_named(hub: FakeHub, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with bench_for(hub, tmp_path / "file" / "cache") as made, pytest.raises(DownloadFailed, match="cannot be written"):
        made.fetch()


# Several who want the same.


def test_clients_share_one_download(hub: FakeHub, made: Bench) -> None:
    hub.stall(VOICE, after_bytes=10_000)
    clients = [Client(made) for _ in range(8)]
    for client in clients:
        assert client.waiting.wait(DEADLINE)
    hub.hold.set()

    assert [client.result() for client in clients] == [len(_VOICE_BYTES)] * 8
    assert len(hub.requests) == 1


def test_a_client_that_comes_when_the_file_has_just_come_starts_no_download(hub: FakeHub, made: Bench) -> None:
    made.fetch()
    downloads = Downloads(Hub(hub.release(), hub.endpoint), made.store, HubMemory())

    downloads.fetch(VOICE, lambda *_: None, lambda: False)

    assert len(hub.requests) == 1


def test_clients_share_one_failure(hub: FakeHub, made: Bench) -> None:
    hub.silent(VOICE)
    clients = [Client(made) for _ in range(4)]
    for client in clients:
        assert client.waiting.wait(DEADLINE)
    hub.denied(VOICE)
    hub.hold.set()

    outcomes = [client.result() for client in clients]
    assert [type(outcome) for outcome in outcomes] == [DownloadFailed] * 4
    assert len({id(outcome) for outcome in outcomes}) == 4


def test_a_client_that_leaves_does_not_stop_the_others(hub: FakeHub, made: Bench) -> None:
    hub.stall(VOICE, after_bytes=10_000)
    first, second = Client(made), Client(made)
    assert first.waiting.wait(DEADLINE)
    assert second.waiting.wait(DEADLINE)

    first.leave.set()
    assert isinstance(first.result(), Cancelled)
    hub.hold.set()

    assert second.result() == len(_VOICE_BYTES)
    assert len(hub.requests) == 1


def test_a_download_that_everyone_left_leaves_no_half(hub: FakeHub, made: Bench) -> None:
    hub.stall(VOICE, after_bytes=10_000, times=1)
    client = Client(made)
    assert hub.sending.wait(DEADLINE)
    wait_until(lambda: made.halves() != [], "the file under way")

    client.leave.set()
    assert isinstance(client.result(), Cancelled)
    hub.hold.set()

    wait_until(lambda: made.names() == [], "the half gone")
    assert made.fetch() > 0


def test_a_client_that_comes_after_everyone_left_gets_a_download_of_its_own(hub: FakeHub, made: Bench) -> None:
    hub.stall(VOICE, after_bytes=10_000, times=1)
    client = Client(made)
    assert hub.sending.wait(DEADLINE)
    client.leave.set()
    assert isinstance(client.result(), Cancelled)

    assert made.fetch() > 0
    assert len(hub.requests) == 2
    hub.hold.set()


def test_different_files_do_not_wait_for_each_other(hub: FakeHub, made: Bench) -> None:
    hub.stall(VOICE, after_bytes=10_000)
    client = Client(made)
    assert hub.sending.wait(DEADLINE)

    assert made.fetch("voices/af_bella.pt") > 0

    hub.hold.set()
    assert client.result() == len(_VOICE_BYTES)


def test_closing_gives_up_downloads_and_removes_their_halves(hub: FakeHub, made: Bench) -> None:
    hub.slow(VOICE, bytes_per_second=2_000)
    client = Client(made)
    assert hub.sending.wait(DEADLINE)

    made.files.close()

    assert isinstance(client.result(), Stopped)
    _assert_nothing_kept(made)


def test_a_mistake_of_ours_reaches_those_who_wait(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hub, "look", lambda *_: 1 / 0)

    with pytest.raises(EngineError, match="unforeseen"):
        made.fetch()


# What failed lately.


def test_a_failed_hub_is_not_asked_again_for_ten_minutes(hub: FakeHub, made: Bench) -> None:
    hub.denied(VOICE)
    with pytest.raises(DownloadFailed):
        made.fetch()
    hub.behave()

    made.now += 599
    with pytest.raises(DownloadFailed, match="denies"):
        made.fetch("voices/af_bella.pt")
    assert len(hub.requests) == 1

    made.now += 2
    assert made.fetch() > 0


def test_an_explicit_wish_asks_a_failed_hub_again(hub: FakeHub, made: Bench) -> None:
    hub.denied(VOICE)
    with pytest.raises(DownloadFailed):
        made.fetch()
    hub.behave()

    assert made.fetch(again=True) > 0
    assert made.fetch("voices/af_bella.pt") > 0  # and it is trusted from then on


def test_a_missing_file_says_nothing_about_the_others(hub: FakeHub, made: Bench) -> None:
    hub.not_found(VOICE)
    with pytest.raises(DownloadFailed):
        made.fetch()
    hub.behave()

    assert made.fetch("voices/af_bella.pt") > 0
    with pytest.raises(DownloadFailed):
        made.fetch()


def test_wrong_bytes_are_not_fetched_for_every_sentence(hub: FakeHub, made: Bench) -> None:
    hub.wrong_bytes(VOICE)
    for _ in range(3):
        with pytest.raises(CorruptFile):
            made.fetch()

    assert len(hub.requests) == 2


def test_offline_mode_asks_nobody(hub: FakeHub, made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    with pytest.raises(ModelUnavailable, match="HF_HUB_OFFLINE"):
        made.fetch(again=True)
    assert hub.requests == []
