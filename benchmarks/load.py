"""Clients of a door that ask all the time, in one process: how many requests they get through, and how soon each hears.

    python -m benchmarks.load direct --clients 10 --seconds 4
    python -m benchmarks.load http --port 8880 --clients 10 --seconds 4
    python -m benchmarks.load telephony --port 8090 --clients 10 --seconds 4

Prints one JSON object. A request is a short sentence; each is another one, so that nothing is the same twice.
"""

from __future__ import annotations

import argparse
import itertools
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from say import SayClient

_HELD = struct.Struct(">III")  # telephony's answer: bytes, rate, chunk id
_PATIENCE = 60.0  # seconds for an answer


class Peer(Protocol):
    """One client. Opened in its own thread."""

    def ask(self, text: str) -> float:
        """Have a text spoken to its end; return when its first sound came, by `time.perf_counter`."""

    def close(self) -> None: ...


class Direct:
    """SayClient itself: what each door is compared with. One client, as in a door, used by all threads."""

    def __init__(self, client: SayClient, name: int) -> None:
        self._client = client
        self._name = f"client {name}"

    def ask(self, text: str) -> float:
        moments: list[float] = []
        self._client.render(text, write=lambda _: moments.append(time.perf_counter()), on_behalf_of=self._name)
        return moments[0]

    def close(self) -> None: ...


class Http:
    """Keeps one connection and asks for PCM, with as little work as possible on this side."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._port = port

    def ask(self, text: str) -> float:
        body = json.dumps({"model": "kokoro", "voice": "af_heart", "input": text, "response_format": "pcm"}).encode()
        head = (
            f"POST /v1/audio/speech HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)
        status = self._stream.readline()
        if b" 200 " not in status:
            raise ConnectionError(f"the server answered {status!r}")
        length = -1
        while (line := self._stream.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        if length >= 0:
            self._stream.read(1)
            first = time.perf_counter()
            self._stream.read(length - 1)
            return first
        return self._in_chunks()

    def _in_chunks(self) -> float:
        first = 0.0
        while size := int(self._stream.readline(), 16):
            first = first or time.perf_counter()
            self._stream.read(size + 2)
        self._stream.readline()
        return first

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


class Call:
    """A call of the telephony service."""

    def __init__(self, port: int, number: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._send(str(number).encode())

    def _send(self, data: bytes) -> None:
        self._socket.sendall(struct.pack(">I", len(data)) + data)

    def ask(self, text: str) -> float:
        self._send(text.encode())
        size, _, _ = _HELD.unpack(self._stream.read(_HELD.size))
        first = time.perf_counter()
        self._stream.read(size)
        return first

    def close(self) -> None:
        self._socket.sendall(b"\xff\xff\xff\xff")
        self._stream.close()
        self._socket.close()


def load(opened: Callable[[int], Peer], clients: int, seconds: float) -> dict[str, object]:
    """Have `clients` ask for `seconds`; return how many requests were answered in how long, and each first sound."""
    numbers = itertools.count()
    firsts: list[float] = []
    failures: list[Exception] = []
    begun = threading.Barrier(clients + 1)
    ends = [0.0]

    def work(name: int) -> None:
        try:
            ask(opened(name), name)
        except Exception as error:
            failures.append(error)
            begun.abort()

    def ask(peer: Peer, name: int) -> None:
        peer.ask(f"The client {name} is there.")
        begun.wait(_PATIENCE)
        while (asked := time.perf_counter()) < ends[0]:
            firsts.append(peer.ask(f"This is sentence {next(numbers)}.") - asked)
        peer.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in range(clients)]
    for thread in threads:
        thread.start()
    ends[0] = time.perf_counter() + _PATIENCE  # until all are there
    while begun.n_waiting < clients and not failures:
        time.sleep(0.01)
    start = time.perf_counter()
    ends[0] = start + seconds
    with suppress(threading.BrokenBarrierError):
        begun.wait(_PATIENCE)
    for thread in threads:
        thread.join(_PATIENCE)
    if failures:
        raise SystemExit(f"load: {failures[0]!r}")
    return {"requests": len(firsts), "seconds": time.perf_counter() - start, "first": firsts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("door", choices=("direct", "http", "telephony"))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=4.0)
    arguments = parser.parse_args()
    with SayClient(autostart=False) as client:
        doors: dict[str, Callable[[int], Peer]] = {
            "direct": lambda number: Direct(client, number),
            "http": lambda number: Http(arguments.port),
            "telephony": lambda number: Call(arguments.port, number),
        }
        print(json.dumps(load(doors[arguments.door], arguments.clients, arguments.seconds)))


if __name__ == "__main__":
    main()
