"""An answer whose body is made as speech is. Its status goes out with its first bytes, so that errors before have theirs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from common.errors import FatalText, SayError, Unspeakable
from say.gateways.http.failures import Refused
from say.gateways.http.metrics import Metrics
from say.gateways.http.peer import RESET
from say.gateways.http.reader import Reader

LOG = logging.getLogger("say.http")
_SENT_AT_ONCE = 64 << 10  # bytes


@dataclass(frozen=True)
class Whole:
    """A body that is complete: its length can be told."""

    body: bytes


Chunks = AsyncGenerator[bytes | Whole, None]


class Streamed(Response):
    """Sends what `chunks` yields, and closes it as soon as the client is gone.

    What it raises before the first chunk is raised: nothing was sent. Later the connection is broken off, so that nobody
    takes what there is for all; so it is where the reader is given up.
    """

    def __init__(
        self,
        chunks: Chunks,
        media_type: str,
        metrics: Metrics,
        headers: Mapping[str, str],
        late_headers: Callable[[], Mapping[str, str]] = dict,
        reader: Reader | None = None,
    ) -> None:
        """`late_headers` gives those that are known with the first chunk; `reader` learns what is taken."""
        super().__init__(media_type=media_type, headers=headers)
        del self.headers["content-length"]
        self._chunks = chunks
        self._metrics = metrics
        self._late_headers = late_headers
        self._reader = reader or Reader()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(scope, send))
        gone = asyncio.create_task(_until_gone(receive))
        given_up = asyncio.create_task(self._reader.given_up.wait())
        tasks = (sending, gone, given_up)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done() and given_up.done():
                self._metrics.broken.labels("unread").inc()
                idle = self._reader.idle_for
                LOG.warning("an answer broke off for others who waited: nothing of it was taken for %.0f s", idle)
                _reset(scope)
            elif not sending.done():
                self._metrics.broken.labels("client_gone").inc()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        if not sending.cancelled():
            sending.result()

    async def _send(self, scope: Scope, send: Send) -> None:
        async with contextlib.aclosing(self._chunks):
            first = await anext(self._chunks, Whole(b""))
            self.headers.update(self._late_headers())
            if isinstance(first, Whole):
                self.headers["content-length"] = str(len(first.body))
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            try:
                await self._send_body(send, first)
                async for chunk in self._chunks:
                    await self._send_body(send, chunk)
            except (Refused, SayError) as error:
                reason = error.reason if isinstance(error, Refused) else error.code
                self._metrics.broken.labels(reason).inc()
                LOG.error("an answer broke off: %s", _without_text(error))
                _break_off(scope)
                return
            except Exception:  # it is told by whoever measures; here it is the end of an answer all the same
                _break_off(scope)
                raise
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_body(self, send: Send, chunk: bytes | Whole) -> None:
        data = memoryview(chunk.body if isinstance(chunk, Whole) else chunk)
        self._reader.offer(len(data))
        for start in range(0, len(data), _SENT_AT_ONCE):
            part = bytes(data[start : start + _SENT_AT_ONCE])
            with self._reader.taking():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(0)  # `send` itself may never wait, not even to hear that the client is gone


def _without_text(error: Refused | SayError) -> str:
    """Return what a log may hold of it: hints quote what was not spoken, and some errors what cannot be."""
    if isinstance(error, Refused):
        return error.reason
    return error.code if isinstance(error, (Unspeakable, FatalText)) else error.message


def _break_off(scope: Scope) -> None:
    """Leave an answer without its end, upon which the server closes the connection.

    In HTTP/1.0, which proxies speak, that is how every answer ends that does not tell its length: there it is reset.
    """
    if scope["http_version"] == "1.0":
        _reset(scope)


def _reset(scope: Scope) -> None:
    reset = scope.get("state", {}).get(RESET)
    if reset is not None:
        reset()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
