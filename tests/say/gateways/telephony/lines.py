"""An exchange in the test's own loop, with speech made up, and a caller for it."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType

from common.errors import SayError
from say.gateways.rendering import Sound
from say.gateways.telephony.call import Manners
from say.gateways.telephony.exchange import Exchange, Place

DEADLINE = 45.0  # seconds


def piece(level: int, samples: int = 240) -> bytes:
    """Return s16le sound of one level."""
    return struct.pack("<h", level) * samples


@dataclass
class Speech:
    """Makes up the sound of texts: "3" is a piece of level 3, "3 4" two of them, "bad" an error, "slow" never comes."""

    said: list[tuple[str, str]] = field(default_factory=list)  # (call id, text), when it begins
    left: list[str] = field(default_factory=list)  # texts whose rendering was left, to its end or not
    made: int = 0  # pieces
    may_speak: asyncio.Event = field(default_factory=asyncio.Event)
    samples: int = 240  # of a piece

    def __call__(self, text: str, call_id: str) -> Rendered:
        self.said.append((call_id, text))
        return Rendered(self, text)


class Rendered:
    """One text."""

    def __init__(self, speech: Speech, text: str) -> None:
        self._speech = speech
        self._text = text

    async def __aenter__(self) -> AsyncIterator[object]:
        return self._items()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._speech.left.append(self._text)

    async def _items(self) -> AsyncIterator[object]:
        for word in self._text.split():
            yield "a report"
            if word == "bad":
                raise SayError("that cannot be said", "Say something else.")
            if word == "slow":
                await self._speech.may_speak.wait()
            elif word.isdigit():
                self._speech.made += 1
                yield Sound(piece(int(word), self._speech.samples))


@dataclass
class Line:
    """What a test has."""

    exchange: Exchange
    speech: Speech
    told: list[str]
    peers: list[Peer] = field(default_factory=list)

    async def call(self, call_id: str | None = "1") -> Peer:
        """Return a caller, who has said the id."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.exchange.tcp_port)
        peer = Peer(reader, writer)
        self.peers.append(peer)
        if call_id is not None:
            peer.send(call_id)
        return peer

    async def datagram(self, data: bytes) -> None:
        """Send a datagram from this machine."""
        loop = asyncio.get_running_loop()
        address = ("127.0.0.1", self.exchange.udp_port)
        transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=address)
        transport.sendto(data)
        transport.close()


@dataclass
class Peer:
    """One caller."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, *texts: str) -> None:
        """Send frames."""
        for text in texts:
            data = text.encode()
            self.writer.write(struct.pack("!I", len(data)) + data)

    async def answer(self) -> tuple[int, list[int]]:
        """Return an answer: its number, and the level of each piece in it."""
        size, rate, chunk_id = struct.unpack("!III", await self.reader.readexactly(12))
        assert rate == 24_000
        floats = struct.unpack(f"<{size // 4}f", await self.reader.readexactly(size))
        levels = [round(sample * 32768) for sample in floats]
        return chunk_id, levels[:: len(piece(0)) // 2]

    async def ended(self) -> bool:
        """Return True once the service has ended the call, False if it sends something."""
        try:
            return await self.reader.read(1) == b""
        except ConnectionResetError:
            return True

    def bye(self) -> None:
        self.writer.write(b"\xff\xff\xff\xff")

    def close(self) -> None:
        self.writer.close()


def on_a_line(
    test: Callable[[Line], Coroutine[object, object, None]],
    manners: Manners | None = None,
    *,
    most_calls: int = 10,
) -> Line:
    """Run a test with an open exchange, and close that."""

    async def run() -> Line:
        told: list[str] = []
        speech = Speech()
        exchange = Exchange(Place(tcp_port=0, udp_port=0), speech, manners or Manners(), most_calls, told.append)
        line = Line(exchange, speech, told)
        await exchange.open()
        try:
            async with asyncio.timeout(DEADLINE):
                await test(line)
        finally:
            for peer in line.peers:
                peer.close()
            await exchange.close(finish=False)
        return line

    return asyncio.run(run())


class Clock:
    """The loop's time, which stands still from now on: it passes as it is told to, however busy the machine is."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._now = loop.time()
        loop.time = lambda: self._now  # type: ignore[method-assign]

    async def pass_by(self, seconds: float) -> None:
        """Let time go on, and what was due happen."""
        self._now += seconds
        for _ in range(5):
            await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Return as soon as it holds; the test's own deadline ends it else."""
    while not condition():
        await asyncio.sleep(0.002)
