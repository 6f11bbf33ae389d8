"""Tells within seconds whether the hub can be reached at all. Sends nothing: it opens a connection and closes it."""

from __future__ import annotations

import queue
import socket
import threading
import urllib.request
from urllib.parse import urlsplit

from model_server import hub_faults

_PORTS = {"https": 443, "http": 80}


def connect_once(endpoint: str, shown: str, timeout: float) -> None:
    """Connect to the hub, or to the proxy before it, within `timeout` seconds. Raises HubFault naming it `shown`.

    Name resolution cannot be given a deadline, so it happens in a thread that is left alone when it hangs.
    """
    host, port = _first_hop(endpoint)
    outcome: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    arguments = (host, port, timeout, outcome)
    threading.Thread(target=_try_connection, args=arguments, name="hub-look", daemon=True).start()
    try:
        failure = outcome.get(timeout=timeout)
    except queue.Empty:
        failure = TimeoutError()
    if failure is not None:
        raise hub_faults.unreachable(shown, failure, timeout)


def _first_hop(endpoint: str) -> tuple[str, int]:
    """Return host and port that a connection to `endpoint` is made to: its own, or those of the proxy in force."""
    try:
        target = urlsplit(endpoint)
        if target.scheme not in ("http", "https") or not target.hostname:
            raise hub_faults.bad_endpoint("HF_ENDPOINT", endpoint)
        port = target.port
    except ValueError:
        raise hub_faults.bad_endpoint("HF_ENDPOINT", endpoint) from None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(target.scheme) or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(target.hostname):
        return target.hostname, port or _PORTS[target.scheme]
    try:
        target = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return target.hostname or "", target.port or _PORTS.get(target.scheme, 1080)
    except ValueError:
        raise hub_faults.bad_endpoint("the proxy", proxy) from None


def _try_connection(host: str, port: int, timeout: float, outcome: queue.SimpleQueue[Exception | None]) -> None:
    """Connect to the first address of each family in turn, so that a dead IPv6 does not hide a living IPv4."""
    failure: Exception | None = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = {family: address for family, _, _, _, address in reversed(found)}
    except (OSError, UnicodeError) as error:
        outcome.put(error)
        return
    for family, address in addresses.items():
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(0.9 * timeout / len(addresses))
            try:
                connection.connect(address)
                outcome.put(None)
                return
            except OSError as error:
                failure = error
    outcome.put(failure)
