"""Answers of the HTTP door that nobody reads, with real processes: who reads is served, and one of them makes room."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from pathlib import Path

from tests.fakes.daemon import Daemon, eventually
from tests.fakes.http import SPEECH
from tests.fakes.lives import FILE_HEADER, LONG_TEXT
from tests.fakes.serving import Serving

SHORT = "Hello there. This is a second sentence."
ENDLESS = " ".join([LONG_TEXT] * 10)
UNREAD = 4  # of one address may pause beside a single place


def unread(serving: Serving) -> socket.socket:
    """Return a connection on which a long answer comes, and nobody takes it."""
    host, _, port = serving.url.removeprefix("http://").partition(":")
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.settimeout(20)
    peer.connect((host, int(port)))
    body = json.dumps({"input": ENDLESS, "response_format": "pcm"}).encode()
    head = f"POST {SPEECH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    peer.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return peer


def is_reset(peer: socket.socket) -> bool:
    return peer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0


def counted(serving: Serving) -> list[str]:
    return serving.client.get("/metrics").text.splitlines()


def test_answers_that_nobody_reads_hold_up_nobody_who_reads(tmp_path: Path) -> None:
    """Once all of them were kept for `http_send_timeout`, a minute, in which nobody else of this machine was served."""
    with Daemon(tmp_path, tone_delay=0.01) as daemon:
        assert daemon.run_say("-f", "-", "-o", "expected.wav", input=SHORT).returncode == 0
        expected = (daemon.folder / "expected.wav").read_bytes()[FILE_HEADER:]
        settings = {"SAY_HTTP_CONCURRENT": "1", "SAY_HTTP_SEND_TIMEOUT": "600"}
        with Serving(daemon, settings) as serving, ExitStack() as peers:
            slow = [peers.enter_context(unread(serving)) for _ in range(UNREAD)]
            paused = f"say_http_paused {UNREAD:.1f}"
            eventually(lambda: paused in counted(serving), "their sound waits for them", 50.0)

            answer = serving.client.post(SPEECH, json={"input": SHORT, "response_format": "pcm"}, timeout=60.0)

            assert answer.content == expected
            assert 'say_http_broken_off_total{reason="unread"} 1.0' in counted(serving)
            assert sum(is_reset(peer) for peer in slow) == 1
