"""A client written from docs/protocol.md alone, with nothing of ours: sockets, JSON and HMAC."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import secrets
import socket
import struct
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.daemon import Daemon

TEXT = "Hello there. This is a second sentence, which is longer. Käse 🧀, and the end"


class Peer:
    """A connection to the server of a role, proved on both sides."""

    def __init__(self, port: int, secret: str, role: str, protocol: int = 1) -> None:
        self.stream = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._received = self.stream.makefile("rb")
        nonce = secrets.token_hex(16)
        self.send(type="hello", protocol=protocol, version="foreign", nonce=nonce)
        hello, _ = self.receive()

        def prove(who: str) -> str:
            text = f"{who}\n{nonce}\n{hello['nonce']}".encode()
            return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()

        assert hello["type"] == "hello"
        assert hello["proof"] == prove(role)
        self.send(type="proof", proof=prove("client"))

    def send(self, **fields: object) -> None:
        body = json.dumps(fields, ensure_ascii=False).encode()
        self.stream.sendall(struct.pack(">I", len(body)) + body)

    def receive(self) -> tuple[dict[str, Any], bytes]:
        while True:
            head = self._received.read(4)
            if not head:
                raise EOFError
            (length,) = struct.unpack(">I", head)
            fields = json.loads(self._received.read(length))
            raw = self._received.read(fields.get("bytes", 0))
            if fields["type"] != "heartbeat":
                return fields, raw

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self._received.close()
        self.stream.close()


@contextlib.contextmanager
def voice_of(daemon: Daemon) -> Iterator[Peer]:
    """Locate the voice and connect to its server."""
    found = state(daemon)
    with Peer(found["port"], found["secret"], "model_server") as model:
        model.send(type="locate", voice="af_heart")
        located, _ = model.receive()
    with Peer(located["port"], found["secret"], "voice_server af_heart") as voice:
        yield voice


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with Daemon(tmp_path) as running:
        yield running


def state(daemon: Daemon) -> dict[str, Any]:
    found = json.loads((daemon.home / "model_server.json").read_text())
    assert isinstance(found, dict)
    return found


def render(peer: Peer, text: str, start: int = 0) -> tuple[bytes, list[dict[str, Any]]]:
    """Return the PCM of a text from `start` on, and all that was said about it."""
    rest, pcm, said = text[start:], b"", []
    request = secrets.token_hex(4)  # no id is used twice on a connection
    peer.send(
        type="speak",
        id=request,
        voice="af_heart",
        sink="client",
        engine="tone",
        start=start,
        words=True,
        audio_credit=60_000,
    )
    ended = False
    while True:
        message, raw = peer.receive()
        assert message["id"] == request
        said.append(message)
        if message["type"] == "credit":
            part, rest = rest[: message["text"]], rest[message["text"] :]
            if part:
                peer.send(type="text", id=request, text=part)
            if not rest and not ended:
                ended = True
                peer.send(type="end", id=request)
        elif message["type"] == "audio":
            assert len(raw) == message["bytes"] <= 48_000
            pcm += raw
            peer.send(type="credit", id=request, audio=len(raw))
        elif message["type"] == "done":
            return pcm, said
        assert message["type"] != "error", message


def test_it_renders_what_say_renders(daemon: Daemon) -> None:
    with voice_of(daemon) as voice:
        for _ in range(2):  # the connection can be kept
            pcm, said = render(voice, TEXT)

    pieces = [message for message in said if message["type"] == "piece"]
    assert [message["start"] for message in pieces] == [0, *(message["end"] for message in pieces[:-1])]
    assert pieces[-1]["end"] == len(TEXT)
    assert [message["end"] for message in said if message["type"] == "played"] == [piece["end"] for piece in pieces]
    assert said[0]["type"] == "accepted" and said[0]["rate"] == 24000
    assert said[-1]["type"] == "done"
    assert said[-1]["seconds"] == pytest.approx(len(pcm) / 2 / 24000)
    words = [TEXT[message["start"] : message["end"]] for message in said if message["type"] == "word"]
    assert words[:2] == ["Hello", "there."]
    done = daemon.run_say("--engine", "tone", "-o", "out.wav", TEXT)
    assert done.returncode == 0, done.stderr
    with wave.open(str(daemon.folder / "out.wav")) as file:
        assert file.readframes(file.getnframes()) == pcm


def test_it_goes_on_where_another_try_ended(daemon: Daemon) -> None:
    with voice_of(daemon) as voice:
        _, said = render(voice, TEXT)
        first = next(message["end"] for message in said if message["type"] == "played")
        _, again = render(voice, TEXT, start=first)

    pieces = [message for message in again if message["type"] == "piece"]
    assert pieces[0]["index"] == 0 and pieces[0]["start"] == first
    assert pieces[-1]["end"] == len(TEXT)


def test_another_protocol_may_stop_and_drain_and_nothing_else(daemon: Daemon) -> None:
    found = state(daemon)
    with Peer(found["port"], found["secret"], "model_server", protocol=2) as later:
        later.send(type="status")
        assert later.receive()[0]["code"] == "protocol_mismatch"

    with Peer(found["port"], found["secret"], "model_server", protocol=2) as later:
        later.send(type="stop")
        assert later.receive()[0] == {"type": "stop_report", "utterances": 0}
        later.send(type="drain")
        assert later.receive()[0] == {"type": "draining", "utterances": 0}
        assert not (daemon.home / "model_server.json").exists()
        with pytest.raises(EOFError):
            later.receive()


def test_it_shuts_the_daemon_down(daemon: Daemon) -> None:
    found = state(daemon)
    with Peer(found["port"], found["secret"], "model_server") as model:
        model.send(type="shutdown")
        assert model.receive()[0] == {"type": "shutting_down", "pid": found["pid"]}
        with pytest.raises(EOFError):
            model.receive()
