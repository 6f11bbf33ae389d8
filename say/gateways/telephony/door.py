"""The telephony door of `say-serve`: a Service on a SayClient, beside what it says of itself to its user."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, AsyncIterable, Callable

from common.descriptors import raise_limit
from common.errors import SayError
from common.quoting import reason_of
from common.settings import Settings
from say.client import SayClient
from say.gateways.differing import differences
from say.gateways.rendering import Rendering, Wanted
from say.gateways.telephony.database import ServiceDatabase
from say.gateways.telephony.keeping import Keeper
from say.gateways.telephony.service import Plan, Service
from say.gateways.telephony.status_file import StatusFile

_DESCRIPTORS_OF_A_TEXT = 6  # connections, and what wakes whoever waits for them: measured at 100 calls
_OTHER_DESCRIPTORS = 128  # files and connections of the other doors
_WRITE_EVERY = 0.5  # seconds; nothing is written where nothing changed


def texts_at_once(descriptors: int, calls: int) -> int:
    """Return how many texts may be in work where so many files may be open and so many calls may be under way."""
    return max(1, (descriptors - calls - _OTHER_DESCRIPTORS) // _DESCRIPTORS_OF_A_TEXT)


class TelephonyDoor:
    """Serve phone calls. Made within a running loop or before it; `control` is there once it serves."""

    name = "telephony"

    def __init__(
        self,
        plan: Plan,
        database: ServiceDatabase | None,
        device: str,
        settings: Settings,
        client: SayClient,
        tell: Callable[[str], None],
    ) -> None:
        """`device` is what callers believe Kokoro to run on, "" where nobody said. Raises DaemonBusy, DaemonError."""
        self._device = device
        self._settings = settings
        self._client = client
        self._tell = tell
        self._told: set[str] = set()
        self._room = asyncio.Semaphore(texts_at_once(raise_limit(), plan.most_calls))
        keeper = Keeper(database) if database is not None else None
        self.control = Service(plan, self._speak, self._prepare, tell, keeper)

    async def serve(self, leaving: asyncio.Event, opened: Callable[[str], None]) -> None:
        """Serve as `Door` says."""
        with StatusFile() as file:
            writing = asyncio.create_task(self._write(file))
            try:
                await self.control.serve(leaving, opened)
            finally:
                writing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await writing

    async def _write(self, file: StatusFile) -> None:
        while True:
            try:
                await asyncio.to_thread(file.write, await self.control.report())
            except OSError as error:  # a full disk stops no call
                self._tell_once(f"how telephony is cannot be written down: {reason_of(error)}")
            await asyncio.sleep(_WRITE_EVERY)

    @contextlib.asynccontextmanager
    async def _speak(self, text: str, call_id: str, voice: str) -> AsyncGenerator[AsyncIterable[object], None]:
        """Render a text, after others where the system allows too few files for so many at once."""
        wanted = Wanted(text, voice=voice, on_behalf_of=f"call {call_id}")
        async with self._room, Rendering(self._client, wanted) as items:
            yield items

    # Ahead of the first text

    def _prepare(self, voice: str) -> None:
        """Have the daemon ready, and say what it has otherwise than asked for; neither keeps calls waiting."""
        threading.Thread(target=self._warm, args=(voice,), name="warming", daemon=True).start()

    def _warm(self, voice: str) -> None:
        try:
            warmed = self._client.warm(voice)
            report = self._client.status()
        except SayError as error:
            self._tell_once(f"{voice} cannot be made ready: {error} Calls are taken all the same.")
            return
        for sentence in differences(self._settings, report, device=self._device, engine=warmed.engine):
            self._tell_once(sentence)

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._tell(line)
