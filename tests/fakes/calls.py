"""A telephony client written from the description of the original service alone; the standard library, blocking sockets."""

from __future__ import annotations

import array
import socket
import struct
import sys
from dataclasses import dataclass
from types import TracebackType

GOODBYE = b"\xff\xff\xff\xff"
DEADLINE = 60.0  # seconds for one step


@dataclass(frozen=True)
class Answer:
    """One answer as it came."""

    rate: int  # Hz
    chunk_id: int
    samples: array.array[float]  # of float32

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


class Caller:
    """One call. A context manager that closes its connection."""

    def __init__(self, port: int, call_id: object = 1, *, hello: bool = True, receive_buffer: int = 0) -> None:
        """`receive_buffer` bounds, in bytes, what the system takes ahead of us; 0: as it does by itself."""
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(DEADLINE)
        try:
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise
        if hello:
            self.say(str(call_id))

    def say(self, text: str) -> None:
        """Send the call id, or a text."""
        data = text.encode("utf-8")
        self.socket.sendall(struct.pack(">I", len(data)) + data)

    def answer(self) -> Answer:
        """Return the next answer. Raises EOFError if the service ends the call."""
        size, rate, chunk_id = struct.unpack(">III", self._exactly(12))
        samples = array.array("f")
        samples.frombytes(self._exactly(size))
        if sys.byteorder == "big":
            samples.byteswap()
        return Answer(rate, chunk_id, samples)

    def bye(self) -> None:
        """Say that this was all."""
        self.socket.sendall(GOODBYE)

    def is_ended(self) -> bool:
        """Return whether the service ended the call, once it did or sent something; raises TimeoutError else."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            part = self.socket.recv(min(size - len(data), 1 << 20))
            if not part:
                raise EOFError(f"{len(data)} of {size} bytes")
            data += part
        return bytes(data)

    def __enter__(self) -> Caller:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()


def send_datagram(port: int, data: bytes | str) -> None:
    """Send one UDP datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(data.encode("ascii") if isinstance(data, str) else data, ("127.0.0.1", port))
