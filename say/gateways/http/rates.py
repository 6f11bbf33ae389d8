"""How many requests a client may send: a token bucket for each address."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Container
from functools import lru_cache

_MOST = 10_000  # addresses that are remembered
_NETWORK = 64  # bits: an IPv6 client has as many addresses as it likes below them
# What a proxy adds, in lower case: whoever asks through it may be anywhere.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


class Rates:
    """A minute's worth may come at once; then as many as the rate gives."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        """`rate` is in requests a minute, 0 for any number."""
        self._rate = rate
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # left, at that time; oldest use first

    def wait_of(self, client: str) -> int:
        """Take one request from what a client has left and return 0, or in how many seconds it has one."""
        if not self._rate:
            return 0
        key, now = client_of(client), self._now()
        left, then = self._buckets.pop(key, (max(1.0, self._rate), now))
        left = min(max(1.0, self._rate), left + (now - then) * self._rate / 60)
        taken = left >= 1
        self._buckets[key] = (left - taken, now)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return 0 if taken else max(1, math.ceil((1 - left) * 60 / self._rate))


def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address that a text is: of IPv4 as that, also where an IPv6 socket says it. Raises ValueError."""
    address = ipaddress.ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_loopback(client: str) -> bool:
    """Return whether a peer's address is one of this machine's to itself."""
    try:
        return address_of(client).is_loopback
    except ValueError:
        return False


def is_own(client: str, headers: Container[str]) -> bool:
    """Return whether this machine asks for itself, with no proxy in between, as far as its `headers` tell."""
    return is_loopback(client) and not any(name in headers for name in _FORWARDED)


@lru_cache(_MOST)
def client_of(client: str) -> str:
    """Return what of a peer's address tells it from other peers."""
    try:
        address = address_of(client.partition("%")[0])
    except ValueError:
        return client
    if address.version == 4 or address.is_loopback:
        return str(address)
    return str(ipaddress.ip_network((address, _NETWORK), strict=False))
