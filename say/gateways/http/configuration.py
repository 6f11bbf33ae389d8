"""How the HTTP door is set: from flags and settings, checked once."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from common.errors import UsageError
from common.quoting import reason_of
from common.settings import BY_NAME, Settings, parse

_SHORTEST_TOKEN = 16  # characters
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")  # RFC 6750, section 2.1
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


@dataclass(frozen=True)
class HttpConfiguration:
    """What holds as long as the door is open. Times in seconds."""

    host: str = "127.0.0.1"
    port: int = 8880  # 0: any free one
    token: str = ""  # "": nothing has to be shown
    names: tuple[str, ...] = ()  # in Host, besides this machine's own; in lower case
    text_limit: int = 100_000  # characters
    body_limit: int = 4 << 20  # bytes
    rate: float = 600.0  # requests a minute of one client; 0: any number
    rate_of_own: bool = False  # whether that holds for what this machine asks for itself
    concurrent: int = 8  # syntheses
    waiting: int = 64  # requests for one
    connections: int = 256
    request_timeout: float = 20.0  # for a request to arrive
    send_timeout: float = 60.0  # without anything taken by the client
    keep_alive: float = 15.0  # of an idle connection
    jobs_folder: str = ""  # path or fsspec address; "": in the state directory
    database: str = ""  # SQLAlchemy address; "": SQLite in the state directory
    job_timeout: float = 600.0


def configure(
    settings: Settings, host: str | None = None, port: int | None = None, token_file: str | None = None
) -> HttpConfiguration:
    """Return what holds, flags before settings. Raises UsageError."""
    chosen = _host(settings.text("http_host") if host is None else host)
    token = _checked_token(settings.text("http_token"), "http_token") if token_file is None else _token_in(token_file)
    if not token and not is_loopback(chosen):
        raise UsageError(
            f"at {chosen or 'every address'} others than this machine can ask, and no token is set",
            "Set SAY_HTTP_TOKEN or name a file with --http-token-file, or listen at 127.0.0.1.",
        )
    if port is not None:
        parse(BY_NAME["http_port"], port, "--http-port")
    return HttpConfiguration(
        host=chosen,
        port=settings.integer("http_port") if port is None else port,
        token=token,
        names=_names(settings.text("http_names")),
        text_limit=settings.integer("http_text_limit"),
        body_limit=settings.integer("http_body_limit") << 20,
        rate=settings.number("http_rate"),
        rate_of_own="http_rate" in settings.explicit,
        concurrent=settings.integer("http_concurrent"),
        waiting=settings.integer("http_waiting"),
        connections=settings.integer("http_connections"),
        request_timeout=settings.number("http_request_timeout"),
        send_timeout=settings.number("http_send_timeout"),
        keep_alive=settings.number("http_keep_alive"),
        jobs_folder=settings.text("http_jobs_folder"),
        database=settings.text("http_database"),
        job_timeout=settings.number("http_job_timeout"),
    )


def _host(text: str) -> str:
    """Return it without an IPv6 address's brackets. Raises UsageError for what is more than a name or an address."""
    host = text.strip()
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if "/" in host or "]" in host or host.count(":") == 1:
        raise UsageError(f"http_host: {text!r} is no address", "Write it alone; the port is --http-port.")
    return host


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches that address or name."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _token_in(path: str) -> str:
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--http-token-file {path} cannot be read: {reason_of(error)}",
            "Let the user who runs this read it, or name another.",
        ) from None
    if not text:
        raise UsageError(f"--http-token-file {path} is empty", "Write a token into it: openssl rand -hex 32")
    return _checked_token(text, f"--http-token-file {path}")


def _checked_token(token: str, source: str) -> str:
    """Return it. Raises UsageError, which does not show it."""
    if token and (len(token) < _SHORTEST_TOKEN or _TOKEN.fullmatch(token) is None):
        raise UsageError(
            f"{source}: a token has {_SHORTEST_TOKEN} characters or more, letters, digits and . _ ~ + / = -",
            "Make one: openssl rand -hex 32",
        )
    return token


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    for name in names:
        if _NAME.fullmatch(name) is None:
            raise UsageError(f"http_names: {name!r} is no host name", "Write names alone, without scheme and port.")
    return names
