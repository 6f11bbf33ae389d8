"""Who may ask, and how much: pure ASGI, in front of everything else. What it refuses reaches no route and no engine.

A page of another site can make a browser send requests to this machine. Three things keep it out: the name in Host must be
ours (so that no foreign name that was made to point here is taken), Origin and Sec-Fetch-Site must not tell of another
site, and a body must call itself JSON, which a form cannot. No CORS header is ever sent.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.failures import RETRY, Refused, answer
from say.gateways.http.headers import with_headers
from say.gateways.http.metrics import Metrics
from say.gateways.http.peer import CROWDED
from say.gateways.http.rates import Rates, address_of, is_own

# Nothing about anybody, and what a browser needs to load before it can show a token.
_OPEN_PATHS = ("/", "/docs", "/healthz")
_OPEN_FOLDER = "/page/"
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_BODILESS = ("GET", "HEAD", "OPTIONS", "TRACE", "DELETE")
_HEAD = 16 << 10  # bytes of address and headers; the server itself takes all that one read brings
_DISCARDED = 16 << 20  # bytes of a refused body: a client that is not interrupted reads why
_DISCARDING = 2.0  # seconds


class _Gone(Exception):
    """The client went away before its request was complete."""


class _Answered(Exception):
    """The answer to a HEAD is complete, though its route would go on."""


class Guard:
    """Lets through what may pass, with its whole body, which is small, in hand."""

    def __init__(self, app: ASGIApp, configuration: HttpConfiguration, metrics: Metrics) -> None:
        self._app = app
        self._configuration = configuration
        self._metrics = metrics
        self._rates = Rates(configuration.rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not served here")
        sending = with_headers(send)
        headers = _read_headers(scope)
        try:
            self._check(scope, headers)
            body = await self._body(receive)
        except _Gone:
            return
        except Refused as refused:
            self._metrics.refused.labels(refused.reason).inc()
            if refused.status != 408 and "expect" not in headers:
                await _discard(receive)
            await answer(scope["path"], refused)(scope, receive, sending)
            return
        await self._pass(scope, _replay(body, receive), sending)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        try:  # as GET, without its body
            await self._app({**scope, "method": "GET"}, receive, _headers_alone(send))
        except _Answered:
            pass

    # What may pass

    def _check(self, scope: Scope, headers: Mapping[str, list[str]]) -> None:
        """Raise Refused, or let pass. In this order, so that a stranger learns nothing of tokens and limits."""
        _check_head(scope)
        host = self._check_host(scope, headers)
        _check_origin(scope, headers, host)
        if scope["path"] != "/healthz":
            _check_crowd(scope)
            self._check_rate(scope, headers)
        if not _is_open(scope["path"]):
            self._check_token(headers)
        self._check_body_headers(scope, headers)

    def _check_rate(self, scope: Scope, headers: Mapping[str, list[str]]) -> None:
        client = scope["client"][0] if scope.get("client") else ""
        if is_own(client, headers) and not self._configuration.rate_of_own:
            return
        if wait := self._rates.wait_of(client):
            raise Refused(
                429,
                f"more than {self._configuration.rate:g} requests a minute come from {client}",
                reason="too_many_requests",
                hint="Wait as Retry-After says; the setting is SAY_HTTP_RATE.",
                headers={"Retry-After": str(wait)},
            )

    def _check_host(self, scope: Scope, headers: Mapping[str, list[str]]) -> str:
        given = headers.get("host", [])
        host = given[0].lower() if len(given) == 1 else ""
        name, colon, port = host.rpartition(":") if host.rfind(":") > host.rfind("]") else (host, "", "")
        if name and (not colon or port.isdecimal()) and self._is_ours(name, scope):
            return host
        raise Refused(
            403,
            "the Host of this request is none by which this service is known",
            reason="foreign_host",
            hint="SAY_HTTP_NAMES adds names.",
        )

    def _is_ours(self, name: str, scope: Scope) -> bool:
        if name in _LOCAL_NAMES or name in self._configuration.names or name == self._configuration.host.lower():
            return True
        try:  # the address at which it came: no foreign name can be that
            return address_of(name.strip("[]")) == address_of((scope.get("server") or ("",))[0])
        except ValueError:
            return False

    def _check_token(self, headers: Mapping[str, list[str]]) -> None:
        token = self._configuration.token
        if not token:
            return
        given = headers.get("authorization", [])
        scheme, _, shown = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        right = hmac.compare_digest(shown.strip().encode(), token.encode())
        if scheme.lower() != "bearer" or not right:
            raise Refused(
                401,
                "this service wants its token" if not given else "this is not the token of this service",
                reason="wrong_token" if given else "missing_token",
                hint="Send it as 'Authorization: Bearer …'.",
                headers={"WWW-Authenticate": "Bearer"},
            )

    def _check_body_headers(self, scope: Scope, headers: Mapping[str, list[str]]) -> None:
        length = headers.get("content-length", ["0"])[0]
        if not length.isdecimal() or int(length[:20]) > self._configuration.body_limit:
            raise self._too_large()
        has_body = length.strip("0") != "" or "transfer-encoding" in headers
        if not has_body or (scope["method"] in _BODILESS and "content-type" not in headers):
            return
        kind = headers.get("content-type", [""])[0].partition(";")[0].strip().lower()
        if kind != "application/json" or "content-encoding" in headers:
            raise Refused(
                415,
                "a body must be JSON, as it is",
                reason="not_json",
                hint="Send 'Content-Type: application/json', without Content-Encoding.",
            )

    def _too_large(self) -> Refused:
        limit = self._configuration.body_limit
        return Refused(
            413,
            f"the body is larger than {limit >> 20} MiB"
            if limit >= 1 << 20
            else f"the body is larger than {limit} bytes",
            reason="body_too_large",
            hint="Send it in parts, or raise SAY_HTTP_BODY_LIMIT.",
        )

    async def _body(self, receive: Receive) -> bytes:
        """Return the whole of it. Raises Refused where it is too large or does not come in time, _Gone with its client."""
        parts = bytearray()
        try:
            async with asyncio.timeout(self._configuration.request_timeout):
                while len(parts) <= self._configuration.body_limit:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _Gone
                    parts += message.get("body", b"")
                    if not message.get("more_body", False) and len(parts) <= self._configuration.body_limit:
                        return bytes(parts)
        except TimeoutError:
            raise Refused(
                408,
                f"the body did not come within {self._configuration.request_timeout:g} s",
                reason="slow_body",
                headers={"Connection": "close"},
            ) from None
        raise self._too_large()


def _is_open(path: str) -> bool:
    return path in _OPEN_PATHS or path.startswith(_OPEN_FOLDER)


def _check_head(scope: Scope) -> None:
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    size += sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    if size > _HEAD:
        raise Refused(
            431,
            f"address and headers are larger than {_HEAD >> 10} KiB",
            reason="head_too_large",
            headers={"Connection": "close"},
        )


def _check_crowd(scope: Scope) -> None:
    if scope.get("state", {}).get(CROWDED):
        raise Refused(
            503,
            "too many connections are open",
            reason="too_many_connections",
            hint="Close those that you do not need, or come back later; the setting is SAY_HTTP_CONNECTIONS.",
            headers={"Retry-After": RETRY, "Connection": "close"},
        )


def _check_origin(scope: Scope, headers: Mapping[str, list[str]], host: str) -> None:
    """Raise Refused for what a page of another site made a browser send."""
    refused = Refused(403, "requests from pages of other sites are not served", reason="foreign_origin")
    for origin in headers.get("origin", []):
        scheme, _, place = origin.lower().partition("://")
        if scheme not in ("http", "https") or place != host:
            raise refused
    if all(site.lower() in ("same-origin", "none") for site in headers.get("sec-fetch-site", [])):
        return
    followed = headers.get("sec-fetch-mode", [""])[0] == "navigate" and headers.get("sec-fetch-dest") == ["document"]
    if not (followed and scope["method"] in ("GET", "HEAD")):  # a link
        raise refused


def _read_headers(scope: Scope) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


async def _discard(receive: Receive) -> None:
    """Take what still comes of a refused body, so that its client gets to the answer."""
    taken = 0
    try:
        async with asyncio.timeout(_DISCARDING):
            while taken < _DISCARDED:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body at once, and then what comes."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _headers_alone(send: Send) -> Send:
    """Return a `send` that ends the answer where its body would begin. It raises _Answered then."""

    async def sending(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        raise _Answered

    return sending
