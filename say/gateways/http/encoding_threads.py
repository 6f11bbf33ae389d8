"""Encoding beside the loop, in threads; what an encoder holds is let go of as soon as nobody wants the rest."""

from __future__ import annotations

import asyncio
from types import TracebackType

from say.gateways.http.encoding import Encoder, Format


class Encoding:
    """An async context manager around one file in the making."""

    def __init__(self, kind: Format) -> None:
        self._kind = kind
        self._finished = False
        self._encoder: Encoder

    async def __aenter__(self) -> Encoding:
        self._encoder = self._kind.make()
        return self

    async def add(self, pcm: bytes) -> bytes:
        """Take whole samples; return what can be sent of the file."""
        return await asyncio.to_thread(self._encoder.add, pcm)

    async def finish(self) -> bytes:
        """Return the rest of the file."""
        rest = await asyncio.to_thread(self._encoder.finish)
        self._finished = True
        return rest

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished:  # a thread may still be at work for whoever was cancelled: it is closed behind that
            asyncio.get_running_loop().run_in_executor(None, self._encoder.close)
