"""The service as a whole: whether it listens, with which voice it speaks, and what it says of itself.

Settings come from a database that is looked at twice a second, or are kept in memory where there is none. Runs in the loop;
the database is read and written in a thread.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from common.errors import DaemonError, UnknownVoice
from common.voices import find_voice
from say.gateways.telephony.call import Manners
from say.gateways.telephony.database import ENABLED, ERROR, RUNNING, STARTING, STOPPED, VOICE, Row
from say.gateways.telephony.exchange import Exchange, Place
from say.gateways.telephony.keeping import Keeper
from say.gateways.telephony.statistics import ServiceReport, report_of

POLL = 0.5  # seconds between looks at the database: what it says is followed within two seconds
RETRY = 2.0  # seconds until ports that were taken are tried again

Speak = Callable[[str, str, str], AbstractAsyncContextManager[AsyncIterable[object]]]  # text, call id, voice


@dataclass(frozen=True)
class Plan:
    """How the service begins."""

    place: Place
    manners: Manners
    most_calls: int
    voice: str
    voice_is_chosen: bool  # by flag or environment; else the database has the word


class Service:
    """One telephony service. `keeper` has its database, None if it has none; then it is enabled from the beginning."""

    def __init__(
        self,
        plan: Plan,
        speak: Speak,
        prepare: Callable[[str], None],
        tell: Callable[[str], None],
        keeper: Keeper | None = None,
    ) -> None:
        """`prepare` is called with a voice that texts are about to be spoken with, and returns at once."""
        self._plan = plan
        self._prepare = prepare
        self._tell = tell
        self._keeper = keeper
        self._exchange = Exchange(
            plan.place,
            lambda text, call_id: speak(text, call_id, self._voice),
            plan.manners,
            plan.most_calls,
            tell,
        )
        self._enabled = keeper is None
        self._voice = plan.voice
        self._status = STOPPED
        self._seen: Row | None = None  # in the database
        self._database_problem = ""  # that was told last and is not over
        self._ports_problem = ""
        self._not_before = 0.0  # monotonic seconds; the ports are not tried again sooner
        self._opened: Callable[[str], None] = tell
        self._changing = asyncio.Lock()
        self._is_leaving = False  # for good

    # Life

    async def serve(self, leaving: asyncio.Event, opened: Callable[[str], None]) -> None:
        """Serve until `leaving`, then answer the texts that came. Raises DaemonError where there is no database to wait for."""
        self._opened = opened
        end = ERROR
        try:
            while not leaving.is_set():
                await self._turn()
                await self._rest(leaving)
            await self._drain()
            end = STOPPED
        except asyncio.CancelledError:  # in a hurry, and on purpose
            end = STOPPED
            raise
        finally:
            self._status = end
            if self._keeper is not None:
                await asyncio.to_thread(self._keeper.close, end)

    async def _drain(self) -> None:
        """Leave ports and database to whoever comes next; then answer the texts that came."""
        async with self._changing:
            self._is_leaving = True
            await self._exchange.free_ports()
            self._status, self._ports_problem = STOPPED, ""
            if self._keeper is not None:
                await asyncio.to_thread(self._keeper.close, STOPPED)
        await self._exchange.close(finish=True)

    async def _rest(self, leaving: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(POLL):  # also without a database: `change` may meet ports that are taken
                await leaving.wait()
        except TimeoutError:
            pass

    async def _turn(self) -> None:
        async with self._changing:
            if self._keeper is not None:
                await self._look(self._keeper)
            await self._apply()

    # What is wanted

    async def _look(self, keeper: Keeper) -> None:
        """Let the database say how we are, and do what it says. A database that fails changes nothing."""
        look = await asyncio.to_thread(keeper.look, self._status)
        problem = str(look.failure or "")
        if problem and problem != self._database_problem:
            self._tell(f"{problem} It is tried again; until then what was known last counts.")
        self._database_problem = problem
        if look.row is not None:
            self._follow(look.row)

    def _follow(self, row: Row) -> None:
        seen, self._seen = self._seen, row
        if seen is None and not row.enabled:
            self._tell(f"telephony waits: {ENABLED} is not 'true' in the database")
        self._enabled = row.enabled
        if row.voice != (seen.voice if seen else self._voice) and (seen or not self._plan.voice_is_chosen):
            self._take_voice(row.voice)

    def _take_voice(self, name: str) -> None:
        try:
            self._voice = find_voice(name).name
        except UnknownVoice as error:
            self._tell(f"{VOICE} in the database: {error} {self._voice} goes on.")
            return
        if self._exchange.is_open:
            self._prepare(self._voice)

    async def change(self, enabled: bool | None = None, voice: str | None = None) -> ServiceReport:
        """Set what is not None, for good where there is a database; return how things are then.

        Raises UnknownVoice, DatabaseFailed.
        """
        name = find_voice(voice).name if voice is not None else None
        async with self._changing:
            if self._keeper is not None:
                database = self._keeper.database
                if name is not None:
                    await asyncio.to_thread(database.write, VOICE, name)
                if enabled is not None:
                    await asyncio.to_thread(database.write, ENABLED, "true" if enabled else "false")
            if name is not None:
                self._take_voice(name)
                self._seen = replace(self._seen, voice=name) if self._seen else None
            if enabled is not None:
                self._enabled = enabled
                self._not_before = 0.0
            await self._apply()
        return await self.report()

    # What is done about it

    async def _apply(self) -> None:
        if self._is_leaving:
            if not self._enabled:
                await self._exchange.close(finish=False)
        elif self._enabled and not self._exchange.is_open:
            await self._open()
        elif not self._enabled and self._exchange.is_open:
            await self._exchange.close(finish=False)
            await self._be(STOPPED)
            self._tell("telephony is stopped, as it is told to be")
        elif not self._enabled and self._status != STOPPED:
            await self._be(STOPPED)

    async def _open(self) -> None:
        if time.monotonic() < self._not_before:
            return
        if self._status != ERROR:
            await self._be(STARTING)
        try:
            await self._exchange.open()
        except DaemonError as error:
            await self._fail(error)
            return
        await self._be(RUNNING)
        host = self._plan.place.host
        self._opened(f"TCP {_address(host, self._exchange.tcp_port)}, UDP {_address(host, self._exchange.udp_port)}")
        self._prepare(self._voice)

    async def _fail(self, error: DaemonError) -> None:
        """Go on without ports, if anybody is there who could free them. Raises what happened else."""
        is_news = self._status != ERROR
        self._ports_problem = str(error)
        await self._be(ERROR)
        self._not_before = time.monotonic() + RETRY
        if is_news and self._keeper is None and not self._exchange.totals.opened:
            raise error
        if is_news:
            self._tell(f"{error} It is tried again every {RETRY:g} s.")

    async def _be(self, status: str) -> None:
        self._status = status
        if status != ERROR:
            self._ports_problem = ""
        if self._keeper is not None:
            await asyncio.to_thread(self._keeper.look, status)  # a failure is told at the next look

    # What is said of it

    async def report(self) -> ServiceReport:
        """Return how everything is at this moment."""
        exchange, totals = self._exchange, self._exchange.totals
        registrations = exchange.registrations
        active = exchange.calls
        for call in active:
            call.figures.registered = call.figures.call_id in registrations
        return ServiceReport(
            enabled=self._enabled,
            voice=self._voice,
            status=self._status,
            problem=" ".join(filter(None, (self._ports_problem, self._database_problem))),
            host=self._plan.place.host,
            tcp_port=exchange.tcp_port,
            udp_port=exchange.udp_port,
            database=str(self._keeper.database.path) if self._keeper else "",
            uptime=round(time.monotonic() - totals.began, 1),
            calls=totals.calls,
            refused=totals.refused,
            texts=totals.texts,
            answers=totals.answers,
            unspoken=totals.unspoken,
            seconds=round(totals.seconds, 3),
            first_audio=round(totals.first_audio, 3),
            registered=len(registrations),
            junk=registrations.junk,
            active=tuple(report_of(call.figures) for call in active),
            recent=tuple(totals.recent),
        )


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
