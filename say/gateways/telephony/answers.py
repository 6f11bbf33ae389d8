"""Answers on their way to one caller: the sound of a text kept until its length is known, and a caller who takes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from types import TracebackType
from typing import IO

from common.errors import OutputFailed
from common.quoting import reason_of
from say.gateways.telephony.frames import answer_header, to_float

SAMPLE = 2  # bytes of a sample of s16le
_IN_MEMORY = 4 << 20  # bytes of sound of one text: a minute and a half
# Bytes of s16le sent at a time. A caller that takes less than that in `patience` seconds takes nothing.
_PORTION = 16 << 10
_UNSENT = 64 << 10  # bytes that wait in this process before sending does; the system has its own buffer beyond


class CallerTakesNothing(Exception):
    """The caller has not taken any sound for longer than it may."""


class SoundLost(Exception):
    """What was kept cannot be read back, midway through an answer whose length has been sent."""


class Answers:
    """Send answers, counting from 1; never faster than the caller takes them."""

    def __init__(self, writer: asyncio.StreamWriter, patience: float) -> None:
        """`patience` is in seconds."""
        self._writer = writer
        self._patience = patience
        self.sent = 0
        writer.transport.set_write_buffer_limits(high=_UNSENT)

    async def send(self, pcm: bytes) -> None:
        """Send s16le sound as one answer. Raises CallerTakesNothing, ConnectionError."""
        self._begin(len(pcm))
        for start in range(0, len(pcm), _PORTION):
            await self._pass_on(pcm[start : start + _PORTION])
        await self._drain()

    async def send_kept(self, kept: KeptSound) -> None:
        """Send what was kept as one answer. Raises as `send`; OutputFailed if nothing was sent; SoundLost."""
        kept.rewind()
        self._begin(kept.size)
        while pcm := kept.read(_PORTION):
            await self._pass_on(pcm)
        await self._drain()

    async def flush(self) -> None:
        """Return when the system has all that was sent. Raises as `send`."""
        self._writer.transport.set_write_buffer_limits(high=0)
        await self._drain()

    def _begin(self, size: int) -> None:
        self.sent += 1
        self._writer.write(answer_header(size // SAMPLE, self.sent))

    async def _pass_on(self, pcm: bytes) -> None:
        self._writer.write(to_float(pcm))
        await self._drain()

    async def _drain(self) -> None:
        limit = asyncio.timeout(self._patience)
        try:
            async with limit:
                await self._writer.drain()
        except OSError:  # TimeoutError is one, also where it is the caller's machine that answers no more
            raise (CallerTakesNothing if limit.expired() else ConnectionResetError) from None


class KeptSound:
    """The sound of one text, in memory or, where it is long, in a private file without a name. A context manager."""

    def __init__(self, most: int) -> None:
        """`most` is in bytes."""
        self._most = most
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed by `__exit__`
        self.size = 0  # bytes

    def add(self, pcm: bytes) -> None:
        """Add sound. Raises OutputFailed where there would be too much of it, or a disk is full."""
        if self.size + len(pcm) > self._most:
            remedy = "Send it in parts, use --sentences, or raise SAY_SPOOL_LIMIT."
            raise OutputFailed("it has more sound than one answer may have", remedy)
        try:
            self._file.write(pcm)
        except OSError as error:
            raise _not_kept(error) from None
        self.size += len(pcm)

    def rewind(self) -> None:
        """Begin again. Raises OutputFailed where the disk is too full for the last of it."""
        try:
            self._file.seek(0)
        except OSError as error:
            raise _not_kept(error) from None

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes more. Raises SoundLost."""
        try:
            return self._file.read(size)
        except OSError as error:
            raise SoundLost(f"its sound cannot be read back: {reason_of(error)}") from None

    def __enter__(self) -> KeptSound:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # a full disk, again
            self._file.close()


def _not_kept(error: OSError) -> OutputFailed:
    return OutputFailed(f"its sound cannot be kept: {reason_of(error)}", f"Free some space in {tempfile.gettempdir()}.")
