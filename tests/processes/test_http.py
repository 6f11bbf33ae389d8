"""The HTTP door with real processes: what is heard, who is cut off, and what a strange request never reaches."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import openai
import pytest

from common.messages.control import CancelNumber, Status, StatusReport, Steered
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.http import SPEECH, decoded, delay_and_likeness, samples
from tests.fakes.lives import FILE_HEADER, LONG_TEXT
from tests.fakes.serving import Serving
from tests.process_guard import MARKER

DELAY = 0.05  # seconds a piece
STOPS = 20.0  # seconds in which what nobody wants any more has stopped
SETTINGS = {
    "SAY_HTTP_REQUEST_TIMEOUT": "5",  # for bodies that never come
    "SAY_HTTP_CONCURRENT": "3",
    "SAY_HTTP_WAITING": "2",
    "SAY_HTTP_BODY_LIMIT": "1",
    "SAY_HTTP_KEEP_ALIVE": "1",
}
TIMEOUT = 2.0  # seconds for a request to arrive, and for sound to be taken
BY_DEFAULT = 20.0  # seconds; the shorter of the two where nothing is set
IMPATIENT = {
    "SAY_HTTP_REQUEST_TIMEOUT": str(TIMEOUT),
    "SAY_HTTP_SEND_TIMEOUT": str(TIMEOUT),
    "SAY_HTTP_KEEP_ALIVE": str(TIMEOUT),
}
SHORT = "Hello there. This is a second sentence."
SEVERAL = " ".join([LONG_TEXT] * 2)  # more sound than is made and sent ahead of who takes none
ENDLESS = " ".join([LONG_TEXT] * 38)  # twice as long in work as anything here waits for its end


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Daemon, Serving]]:
    """Return a slow daemon and a `say-serve` that the tests of this module share."""
    daemon = Daemon(tmp_path_factory.mktemp("served"), tone_delay=DELAY)
    daemon.environment.pop(MARKER, None)  # they do not belong to the test that happens to start them
    with daemon, Serving(daemon, SETTINGS) as serving:
        yield daemon, serving


@pytest.fixture
def daemon(served: tuple[Daemon, Serving]) -> Daemon:
    eventually(lambda: not served[0].queue(), "the queue is empty", STOPS)
    return served[0]


@pytest.fixture
def serving(served: tuple[Daemon, Serving]) -> Serving:
    return served[1]


@pytest.fixture(scope="module")
def impatient(served: tuple[Daemon, Serving]) -> Iterator[Serving]:
    """Return one that waits for nobody, not even for who is held up by the machine."""
    with Serving(served[0], IMPATIENT) as serving:
        yield serving


def written(daemon: Daemon, text: str) -> bytes:
    """Return the samples that `say -o` writes."""
    done = daemon.run_say("-f", "-", "-o", "expected.wav", input=text)
    assert done.returncode == 0, done.stderr
    return (daemon.folder / "expected.wav").read_bytes()[FILE_HEADER:]


def request(text: str, **fields: object) -> dict[str, object]:
    return {"model": "tts-1", "voice": "af_heart", "input": text, "response_format": "pcm", **fields}


@contextmanager
def streaming(serving: Serving, text: str) -> Iterator[Iterator[bytes]]:
    """Yield what comes of a text's sound, the first of which has come."""
    with serving.client.stream("POST", SPEECH, json=request(text)) as answer:
        assert answer.status_code == 200, answer.read()
        yield answer.iter_raw()


def is_idle(daemon: Daemon) -> bool:
    return not daemon.queue()


# What is heard


def test_every_format_is_the_sound_that_say_writes(daemon: Daemon, serving: Serving) -> None:
    made = written(daemon, SHORT)
    assert serving.client.post(SPEECH, json=request(SHORT)).content == made
    for name in ("wav", "flac", "mp3", "opus", "aac"):
        answer = serving.client.post(SPEECH, json=request(SHORT, response_format=name))
        assert delay_and_likeness(decoded(answer.content), samples(made))[1] > 0.95, name


def test_the_first_sound_comes_before_the_last_is_made(daemon: Daemon, serving: Serving) -> None:
    with streaming(serving, SEVERAL) as chunks:
        first = next(chunks)
        (working,) = daemon.queue()
        assert working.played < len(SEVERAL)
        assert first + b"".join(chunks) == written(daemon, SEVERAL)


def test_the_official_client_speaks(daemon: Daemon, serving: Serving, tmp_path: Path) -> None:
    anew = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))  # as `Serving.client`
    with openai.OpenAI(base_url=f"{serving.url}/v1", api_key="unused", max_retries=0, http_client=anew) as client:
        whole = client.audio.speech.create(model="tts-1", voice="alloy", input=SHORT, response_format="pcm")
        assert len(whole.content) == len(written(daemon, SHORT))

        with client.audio.speech.with_streaming_response.create(
            model="gpt-4o-mini-tts", voice="alloy", input=SHORT, response_format="wav", instructions="Be brief."
        ) as streamed:
            streamed.stream_to_file(tmp_path / "speech.wav")
        assert (tmp_path / "speech.wav").read_bytes()[44:] == whole.content

        with client.audio.speech.with_streaming_response.create(
            model="tts-1", voice="alloy", input=SHORT, response_format="pcm", stream_format="sse"
        ) as streamed:
            events = [json.loads(line[6:]) for line in streamed.iter_lines() if line]
        deltas = [base64.b64decode(event["audio"]) for event in events if event["type"] == "speech.audio.delta"]
        assert b"".join(deltas) == whole.content
        assert events[-1]["type"] == "speech.audio.done"

        assert "tts-1" in [model.id for model in client.models.list()]
        assert client.models.retrieve("kokoro").id == "kokoro"
        with pytest.raises(openai.NotFoundError):
            client.audio.speech.create(model="gpt-9", voice="alloy", input=SHORT)
        with pytest.raises(openai.BadRequestError, match="there is no voice 'nobody'"):
            client.audio.speech.create(model="tts-1", voice="nobody", input=SHORT)


# Who goes away, or is in the way


def test_a_client_that_goes_away_leaves_nothing_in_work(daemon: Daemon, serving: Serving) -> None:
    with streaming(serving, ENDLESS) as chunks:
        next(chunks)
        assert not is_idle(daemon)
    eventually(lambda: is_idle(daemon), "the synthesis has stopped", STOPS)


def test_what_cannot_be_completed_is_broken_off(daemon: Daemon, serving: Serving) -> None:
    with streaming(serving, ENDLESS) as chunks:
        next(chunks)
        (working,) = daemon.queue()
        daemon.ask(CancelNumber(working.number), Steered)
        with pytest.raises(httpx.RemoteProtocolError):
            list(chunks)


def test_what_cannot_be_completed_is_no_end_for_a_proxy_either(daemon: Daemon, serving: Serving) -> None:
    with closing(connected(serving)) as peer:
        peer.sendall(raw_request(request(ENDLESS)).replace(b" HTTP/1.1", b" HTTP/1.0", 1))
        assert peer.recv(1000).startswith(b"HTTP/1.1 200 OK")
        (working,) = daemon.queue()
        daemon.ask(CancelNumber(working.number), Steered)
        with pytest.raises(ConnectionResetError):
            while peer.recv(65536):
                pass


def test_who_comes_when_too_many_wait_is_told_when_to_come_back(daemon: Daemon, serving: Serving) -> None:
    peers = [connected(serving) for _ in range(5)]
    taking = [
        threading.Thread(target=all_of, args=[peer]) for peer in peers
    ]  # or they would leave their place to others
    for peer, thread in zip(peers, taking, strict=True):
        peer.sendall(raw_request(request(ENDLESS)))
        thread.start()
    limits = "say_http_syntheses 3.0\nsay_http_waiting 2.0\n"
    eventually(
        lambda: (
            limits
            == "".join(
                f"{line}\n"
                for line in serving.client.get("/metrics").text.splitlines()
                if line.startswith(("say_http_syntheses", "say_http_waiting"))
            )
        ),
        "three in work, two wait",
    )
    answer = serving.client.post(SPEECH, json=request(SHORT))
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert serving.client.get("/healthz").status_code == 200
    for peer, thread in zip(peers, taking, strict=True):
        peer.shutdown(socket.SHUT_RDWR)
        thread.join()
        peer.close()
    eventually(lambda: is_idle(daemon), "all have stopped", STOPS)
    assert serving.client.post(SPEECH, json=request(SHORT)).status_code == 200


def connected(serving: Serving, receive_buffer: int = 0) -> socket.socket:
    host, _, port = serving.url.removeprefix("http://").partition(":")
    peer = socket.socket()
    if receive_buffer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    peer.settimeout(40)
    peer.connect((host, int(port)))
    return peer


def raw_request(fields: dict[str, object], *, length: int | None = None) -> bytes:
    body = json.dumps(fields).encode()
    head = f"POST {SPEECH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body


def all_of(peer: socket.socket) -> bytes:
    """Return what comes up to the end of a connection."""
    parts = []
    try:
        while part := peer.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def test_slow_silent_and_vanishing_peers_are_cut_off_while_others_are_served(
    daemon: Daemon, impatient: Serving
) -> None:
    serving, expected = impatient, written(daemon, SHORT)
    began = time.monotonic()
    with (
        closing(connected(serving)) as silent,
        closing(connected(serving)) as half_a_head,
        closing(connected(serving)) as slow_body,
        closing(connected(serving, 4096)) as takes_nothing,
        closing(connected(serving)) as vanishing,
    ):
        half_a_head.sendall(b"GET /healthz HTTP/1.1\r\nHost: local")
        slow_body.sendall(raw_request(request(SHORT), length=10_000))
        takes_nothing.sendall(raw_request(request(ENDLESS)))
        vanishing.sendall(raw_request(request(ENDLESS)))
        vanishing.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        vanishing.close()  # with a reset

        assert serving.client.post(SPEECH, json=request(SHORT)).content == expected

        assert all_of(silent) == b""
        assert all_of(half_a_head) == b""
        assert all_of(slow_body).startswith(b"HTTP/1.1 408 ")
        eventually(lambda: is_idle(daemon), "who takes nothing is cut off")
        assert time.monotonic() - began < BY_DEFAULT


def test_who_takes_nothing_is_in_nobodys_way(daemon: Daemon, counts: Callable[[int, int], int]) -> None:
    expected = written(daemon, SHORT)
    places = counts(1, 8)
    settings = {"SAY_HTTP_CONCURRENT": str(places), "SAY_HTTP_WAITING": "0"}
    with Serving(daemon, settings) as serving, serving.client:
        slow = [connected(serving, 4096) for _ in range(places)]
        for peer in slow:
            peer.sendall(raw_request(request(ENDLESS)))
        eventually(lambda: is_paused(serving, places), "their sound waits for them", 90.0)
        assert serving.client.post(SPEECH, json=request(SHORT)).content == expected
        for peer in slow:
            peer.close()
        eventually(lambda: is_idle(daemon), "all have stopped", STOPS)


def is_paused(serving: Serving, syntheses: int) -> bool:
    return f"\nsay_http_paused {syntheses:.1f}\n" in serving.client.get("/metrics").text


def test_a_trickle_does_not_prolong_the_time_for_a_head(impatient: Serving) -> None:
    with closing(connected(impatient)) as peer:
        stop = threading.Event()

        def trickle() -> None:
            try:
                while not stop.wait(0.1):
                    peer.sendall(b"X-More: x\r\n")
            except OSError:
                pass

        peer.sendall(b"GET /healthz HTTP/1.1\r\n")
        thread = threading.Thread(target=trickle)
        thread.start()
        assert all_of(peer) == b""
        stop.set()
        thread.join()


# What never reaches the daemon


STRANGE = {
    "header flood": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X-Flood: 1\r\n" * 10_000 + b"\r\n",
    "one long header": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "long address": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no host": raw_request(request(SHORT)).replace(b"Host: localhost\r\n", b""),
    "two hosts": raw_request(request(SHORT)).replace(b"Host: localhost\r\n", b"Host: localhost\r\nHost: evil\r\n"),
    "two lengths": raw_request(request(SHORT)).replace(b"\r\n\r\n", b"\r\nContent-Length: 1\r\n\r\n", 1),
    "length and chunks": raw_request(request(SHORT)).replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n", 1),
    "negative length": raw_request(request(SHORT), length=-1),
    "length that is none": raw_request(request(SHORT)).replace(b"Content-Length: ", b"Content-Length: x"),
    "folded header": raw_request(request(SHORT)).replace(b"Host: localhost", b"Host:\r\n evil"),
    "other coding of the transfer": raw_request(request(SHORT)).replace(
        b"\r\n\r\n", b"\r\nTransfer-Encoding: gzip\r\n\r\n", 1
    ),
    "address of another server": raw_request(request(SHORT))
    .replace(b"POST /v1", b"POST http://evil.example/v1")
    .replace(b"Host: localhost", b"Host: evil.example"),
    "no protocol": b"GET /v1/models\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n",
    "connect": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "trace": b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "body of a length beyond the limit": raw_request(request(SHORT), length=1 << 40),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_request_is_refused_before_the_daemon(name: str, daemon: Daemon, serving: Serving) -> None:
    before = daemon.ask(Status(), StatusReport)
    with closing(connected(serving)) as peer:
        try:
            peer.sendall(STRANGE[name])
        except OSError:  # it did not even listen to the end
            pass
        told = all_of(peer)
    if len(STRANGE[name]) < 50_000 or told:  # the answer to who does not listen to the end may get lost
        assert told.startswith(b"HTTP/1.1 4"), told[:200]
    after = daemon.ask(Status(), StatusReport)
    assert [voice.spoken for voice in after.voices] == [voice.spoken for voice in before.voices]
    assert serving.client.get("/healthz").status_code == 200


def test_a_body_that_floods_is_cut_short_and_told_so(serving: Serving) -> None:
    answer = serving.client.post(
        SPEECH, content=b'{"input": "' + b"x" * (8 << 20), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


# Its end


def test_what_is_in_work_is_completed_when_it_is_told_to_leave(daemon: Daemon) -> None:
    expected = written(daemon, SEVERAL)
    with Serving(daemon, {"SAY_DRAIN_LIMIT": "50"}) as leaving, leaving.client:
        with streaming(leaving, SEVERAL) as chunks:
            first = next(chunks)
            os.kill(leaving.pid, signal.SIGTERM)
            eventually(lambda: refuses(leaving), "it takes no new connections")
            assert first + b"".join(chunks) == expected
        leaving._process.communicate(timeout=45)
        assert leaving._process.returncode == 0


def refuses(serving: Serving) -> bool:
    host, _, port = serving.url.removeprefix("http://").partition(":")
    with socket.socket() as peer:
        return peer.connect_ex((host, int(port))) != 0
