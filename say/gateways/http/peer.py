"""One connection, as uvicorn's, with what that lacks: room for others, and deadlines for a request's head and for its reader."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import sys
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.headers import ALWAYS
from say.gateways.http.rates import client_of, is_loopback

RESET = "say.reset"  # under which `state` of a request has what resets its connection
CROWDED = "say.crowded"  # and whether there are too many
_INVALID = "this is no HTTP request that can be read. Send HTTP/1.1; TLS is not spoken here."
_TOO_LARGE = "address and headers are too large. Send fewer of them."
# Bytes of an answer that are in the system's hands and not on their way. Without a limit it takes megabytes, minutes of MP3,
# and says that some were taken once a third of them was: who plays at that pace seemed to take nothing for minutes.
_UNSENT = 32 << 10
_MORE = 2  # times as many connections may be open as are answered: those beyond get no answer at all


class Peer(H11Protocol):
    """Cuts off a peer that does not say what it wants, or does not take what it asked for.

    `client_name` tells it from others, `idle_since` is when its connection began or its last answer ended (loop's clock).
    """

    limits: HttpConfiguration
    client_name = ""
    idle_since = 0.0
    _crowded = False
    _head: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    @classmethod
    def factory(cls, configuration: HttpConfiguration) -> type[Peer]:
        """Return the class with its limits, as uvicorn wants it."""
        return type("LimitedPeer", (cls,), {"limits": configuration})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if len(self.connections) > _MORE * self.limits.connections:
            transport.abort()
            return
        self.client_name = client_of(self.client[0]) if self.client else ""
        self.idle_since = self.loop.time()
        _hold_back(transport)
        self._crowded = self._finds_no_room()
        self._expect_head()

    @property
    def is_idle(self) -> bool:
        """Return whether no request is answered here, and all answers are on their way."""
        return (self.cycle is None or self.cycle.response_complete) and not self.transport.get_write_buffer_size()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.our_state is h11.IDLE and not self.transport.is_closing():
            self._expect_head()  # part of one has come; however much more comes does not prolong it
        else:
            self._stop_waiting_for_head()

    def handle_events(self) -> None:
        super().handle_events()
        if self.scope is not None:  # its answer begins later, as a task
            self.scope["state"][RESET] = self.reset
            self.scope["state"][CROWDED] = self._crowded

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, in our form and with our headers, if there is no answer in work."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        error = sys.exception()  # this is called where it was caught
        hint = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 0
        too_large = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        status = too_large if hint == too_large else HTTPStatus.BAD_REQUEST
        body = json.dumps({"detail": _TOO_LARGE if hint == too_large else _INVALID}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            *ALWAYS.items(),
        ]
        response = h11.Response(status_code=status, headers=headers, reason=status.phrase.encode())
        for event in (response, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
        self._expect_reader()  # closing waits for what the peer has not taken

    def reset(self) -> None:
        """End the connection so that the peer takes it for an error, and no end of an answer."""
        listener = self.transport.get_extra_info("socket")
        if listener is not None:
            with contextlib.suppress(OSError):  # it is closed already
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self._stalled or self._expect_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_waiting_for_reader()

    def on_response_complete(self) -> None:
        self.idle_since = self.loop.time()
        super().on_response_complete()
        if self.transport.is_closing():
            self._expect_reader()  # as below

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._expect_reader()  # closing waits for what the peer has not taken

    def shutdown(self) -> None:
        super().shutdown()
        if self.transport.is_closing():  # else there is an answer in work, which may take its time
            self._expect_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting_for_head()
        self._stop_waiting_for_reader()
        super().connection_lost(exc)

    def _finds_no_room(self) -> bool:
        """Close the connection that was idle longest where there are too many; return whether none is idle.

        A peer may have half of them, but for this machine, which may be everybody, behind a proxy.
        """
        most = self.limits.connections
        share = max(1, most // 2)
        if len(self.connections) <= share:
            return False
        everybody = [each for each in self.connections if isinstance(each, Peer) and not each.transport.is_closing()]
        ours = [each for each in everybody if each.client_name == self.client_name]
        for group, limit in ((ours, most if is_loopback(self.client_name) else share), (everybody, most)):
            if len(group) <= limit:
                continue
            idle = [each for each in group if each.is_idle and each is not self]
            if not idle:
                return True
            min(idle, key=lambda each: each.idle_since).transport.abort()
        return False

    def _expect_head(self) -> None:
        self._head = self._head or self.loop.call_later(self.limits.request_timeout, self.transport.abort)

    def _expect_reader(self) -> asyncio.TimerHandle:
        return self.loop.call_later(self.limits.send_timeout, self.reset)  # what was not sent yet is lost

    def _stop_waiting_for_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _stop_waiting_for_reader(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


def _hold_back(transport: asyncio.Transport) -> None:
    """Let the system take no more of answers than it is about to send, where it can."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if option is not None:
        with contextlib.suppress(OSError):  # no TCP
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, option, _UNSENT)
