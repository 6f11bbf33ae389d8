"""The two ports and all calls: who may connect, how many at once, and how all of it is closed."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import socket
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from common.errors import DaemonError
from common.quoting import reason_of
from say.gateways.telephony.call import Call, Manners, Render
from say.gateways.telephony.registrations import HungUp, Registrations
from say.gateways.telephony.statistics import Totals

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_REMINDER = 60.0  # seconds between lines about connections that are refused
_PIECE_WITHIN = 1.0  # seconds for what is being made to be given up, before it counts as ended
_BACKLOG = 256  # connections that wait to be accepted
_REMEDIES = {
    errno.EADDRINUSE: "End what listens there (the service that stood here before?), or choose another {flag}.",
    errno.EADDRNOTAVAIL: "Name one of this machine's own addresses with --telephony-host.",
    errno.EACCES: "Choose a {flag} above 1023; lower ones are the system's.",
}
_PROBE_AFTER = 60  # seconds of silence; then the system asks whether a caller's machine is still there


@dataclass(frozen=True)
class Place:
    """Where calls come in."""

    host: str = "127.0.0.1"
    tcp_port: int = 8090  # 0: any free one
    udp_port: int = 13001
    peers: Sequence[Network] = field(default_factory=tuple)  # who may come from elsewhere


class Exchange:
    """Serve calls from `open` to `close`; then it may be opened again."""

    def __init__(
        self, place: Place, render: Render, manners: Manners, most_calls: int, tell: Callable[[str], None]
    ) -> None:
        self._place = place
        self._render = render
        self._manners = manners
        self._most_calls = most_calls
        self._tell = tell
        self._tcp: asyncio.Server | None = None
        self._udp: asyncio.DatagramTransport | None = None
        self._calls: dict[Call, asyncio.Task[None]] = {}
        self._accepting = False
        self._refusal_told = float("-inf")
        self.totals = Totals()
        self.registrations = Registrations()
        self.tcp_port = place.tcp_port
        self.udp_port = place.udp_port

    @property
    def is_open(self) -> bool:
        return self._tcp is not None

    @property
    def calls(self) -> list[Call]:
        """Those under way that have said their id, longest first."""
        return [call for call in self._calls if call.figures.call_id]

    async def open(self) -> None:
        """Listen at both ports, or at none. Raises DaemonError."""
        host, loop = self._place.host, asyncio.get_running_loop()
        with contextlib.ExitStack() as undoing:
            with self._taking("TCP", self._place.tcp_port) as port:
                # Bound, and not listening yet: nobody gets in who would be cut off where the other port is taken.
                tcp = await asyncio.start_server(self._connected, host, port, backlog=_BACKLOG, start_serving=False)
            undoing.callback(tcp.close)
            with self._taking("UDP", self._place.udp_port) as port:
                udp, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self._datagram), (host, port))
            undoing.callback(udp.close)
            with self._taking("TCP", self._place.tcp_port):  # two that bound it at the same time learn it here
                self._accepting = True  # a caller may be there before this goes on
                await tcp.start_serving()
            undoing.pop_all()
        self._tcp, self._udp = tcp, udp
        self.totals.opened += 1
        self.tcp_port = int(tcp.sockets[0].getsockname()[1])
        self.udp_port = int(udp.get_extra_info("sockname")[1])

    @contextlib.contextmanager
    def _taking(self, kind: str, port: int) -> Iterator[int]:
        """Give the port to what takes it. Raises DaemonError where the system refuses."""
        try:
            yield port
        except OSError as error:
            number = error.errno or 0
            plain = OSError(number, os.strerror(number)) if number > 0 else error  # asyncio's words name the port again
            raise DaemonError(
                f"calls cannot come in at {kind} port {port} of {self._place.host}: {reason_of(plain)}",
                _REMEDIES.get(number, "Choose another {flag}, or --telephony-host.").format(
                    flag=f"--{kind.lower()}-port"
                ),
            ) from None

    async def free_ports(self) -> None:
        """Stop listening; when this returns, another program may. Calls go on."""
        tcp, udp, self._tcp, self._udp = self._tcp, self._udp, None, None
        self._accepting = False
        if tcp is not None:
            tcp.close()
        if udp is not None:
            udp.close()
            await asyncio.sleep(0)  # its socket is closed by the loop

    async def close(self, *, finish: bool) -> None:
        """Free the ports, then end all calls: when the texts that came are answered with `finish`, else at once.

        Without `finish` their connections are closed when this returns; what is being made for them may take longer to end.
        """
        await self.free_ports()
        for call in self._calls:
            call.finish() if finish else call.hang_up()
        try:
            if self._calls:
                await asyncio.wait(self._calls.values(), timeout=None if finish else _PIECE_WITHIN)
                await asyncio.sleep(0)  # their own last steps
        finally:
            if finish:
                for task in self._calls.values():
                    task.cancel()

    # Calls

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        host = str(peer[0]) if peer else ""
        if not self._accepting or not host:  # too late, or gone already
            writer.transport.abort()
            return
        if not self._may_call(host):
            self._refuse(writer, f"a connection from {host} is refused: --telephony-peers does not name it")
            return
        if len(self._calls) >= self._most_calls:
            self._refuse(
                writer, f"there are {self._most_calls} calls: no more is taken. SAY_TELEPHONY_CALLS changes that"
            )
            return
        _keep_alive(writer)
        call = Call(reader, writer, self._render, self._manners, self.totals, self._tell)
        task = asyncio.create_task(self._serve(call), name="call")
        self._calls[call] = task

    def _refuse(self, writer: asyncio.StreamWriter, why: str) -> None:
        writer.transport.abort()
        self.totals.refused += 1
        if time.monotonic() - self._refusal_told > _REMINDER:  # whoever tries again and again fills no log
            self._refusal_told = time.monotonic()
            self._tell(why)

    async def _serve(self, call: Call) -> None:
        try:
            await call.run()
        except Exception:  # the outermost boundary: one call ends, whatever it was, and the others go on
            call.figures.end = "a fault of the service"
            self._tell(f"{call.name} is ended by a fault of ours:\n{traceback.format_exc()}")
        finally:
            del self._calls[call]
            if call.figures.call_id:
                call.figures.registered = call.figures.call_id in self.registrations
                self.totals.note_end(call.figures)

    # Datagrams

    def _datagram(self, data: bytes, host: str) -> None:
        if not self._may_call(host):
            self.registrations.junk += 1
        elif (hung_up := self.registrations.receive(data, host)) is not None:
            self._hang_up(hung_up)

    def _hang_up(self, hung_up: HungUp) -> None:
        """End the calls of that id, if whoever says so is who registered, or sits where the caller does."""
        for call in self._calls:
            if call.figures.call_id == hung_up.call_id and (hung_up.is_registered or call.figures.host == hung_up.host):
                call.hang_up()

    def _may_call(self, host: str) -> bool:
        with contextlib.suppress(ValueError):
            address = ipaddress.ip_address(host.partition("%")[0])
            if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
                address = address.ipv4_mapped
            return address.is_loopback or any(address in network for network in self._place.peers)
        return False


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, receive: Callable[[bytes, str], None]) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, address: tuple[str | object, int]) -> None:
        self._receive(data, str(address[0]))


def _keep_alive(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):  # not everywhere; where it is missing, the system's two hours count
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _PROBE_AFTER)
