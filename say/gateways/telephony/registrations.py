"""What audio processors say over UDP: `REGISTER:<call id>`, `BYE:<call id>`. Nothing is ever answered.

An answer to a datagram, whose sender anybody may forge, would be a way to send things to others.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from say.gateways.telephony.frames import MOST_ID, read_call_id

MOST = 1024  # registrations at once: a phone exchange of that size has several services
_REGISTER = b"REGISTER:"
_BYE = b"BYE:"
_LONGEST = len(_REGISTER) + MOST_ID + 2  # with an end of line, as `echo` and `nc` send it


@dataclass(frozen=True)
class HungUp:
    """A call is over, says a host."""

    call_id: str
    host: str
    is_registered: bool  # it is this host that had registered


class Registrations:
    """Know which host takes the sound of which call."""

    def __init__(self, most: int = MOST) -> None:
        """`most` are kept; beyond that the oldest is forgotten, and its call is served all the same."""
        self._most = most
        self._hosts: OrderedDict[str, str] = OrderedDict()
        self.junk = 0  # datagrams that meant nothing

    def __len__(self) -> int:
        return len(self._hosts)

    def __contains__(self, call_id: object) -> bool:
        return call_id in self._hosts

    def receive(self, data: bytes, host: str) -> HungUp | None:
        """Take one datagram; return the call that it ends, if any."""
        if data.startswith(_REGISTER) and (call_id := _call_id(data, _REGISTER)) is not None:
            self._register(call_id, host)
        elif data.startswith(_BYE) and (call_id := _call_id(data, _BYE)) is not None:
            return self._end(call_id, host)
        else:
            self.junk += 1
        return None

    def _register(self, call_id: str, host: str) -> None:
        # Whoever came first keeps it: a later datagram from elsewhere cannot take a call over.
        self._hosts.setdefault(call_id, host)
        while len(self._hosts) > self._most:
            self._hosts.popitem(last=False)

    def _end(self, call_id: str, host: str) -> HungUp:
        is_registered = self._hosts.get(call_id) == host
        if is_registered:
            del self._hosts[call_id]
        return HungUp(call_id, host, is_registered)


def _call_id(data: bytes, prefix: bytes) -> str | None:
    return read_call_id(data[len(prefix) :].rstrip(b"\r\n")) if len(data) <= _LONGEST else None
