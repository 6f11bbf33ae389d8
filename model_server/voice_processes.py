"""The voice servers of this daemon: started when a voice is asked for, watched, restarted, let go."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from common.async_connection import AsyncConnection
from common.errors import BadFrame, ConnectionLost, PeerLeaving, StartFailed
from common.messages.control import Located, VoiceServerReport
from common.messages.synthesis import AskToLeave, AskVoiceStatus, Leave, Register, Registered, Retire, VoiceStatus
from model_server.crashes import CrashRecord
from model_server.spawning import Child

log = logging.getLogger(__name__)

START_DEADLINE = 20.0  # seconds from spawning to registering; a busy machine takes a few
ASK_PERIOD = 2.0  # seconds between two proofs of life
ASK_DEADLINE = 8.0  # seconds without one: it hangs
PROMISE = 1.0  # seconds that a voice server is kept for a client who was sent there and is not there yet


Spawn = Callable[[str, int, Mapping[str, str]], Awaitable[Child]]  # voice, port, audio environment
End = Callable[[Child], Awaitable[None]]


@dataclass(eq=False)
class VoiceServer:
    """One voice server from being spawned to being reaped."""

    voice: str
    process: Child
    fixed_port: int
    registered: asyncio.Future[int]  # its port, or why it never came
    connection: AsyncConnection | None = None
    leaving: bool = False
    status: VoiceStatus | None = None
    answered: float = 0.0  # monotonic, of the last proof of life
    promised: float = 0.0  # monotonic, when a client was last sent there
    asking: asyncio.Event = field(default_factory=asyncio.Event)


class VoiceProcesses:
    """All voice servers. `most` may be exceeded only while more than that are busy."""

    def __init__(self, spawn: Spawn, end: End, log_tail: Callable[[str], str], most: int, port_base: int) -> None:
        self._spawn = spawn
        self._end = end
        self._log_tail = log_tail
        self._most = most
        self._port_base = port_base
        self._servers: dict[str, VoiceServer] = {}
        self._starting: dict[str, asyncio.Lock] = {}
        self._crashes: dict[str, CrashRecord] = {}
        self._watchers: set[asyncio.Task[None]] = set()
        self._past_underruns = 0

    async def locate(self, voice: str, audio: Mapping[str, str]) -> Located:
        """Return where the server of `voice` listens, started if need be. Raises StartFailed."""
        async with self._starting.setdefault(voice, asyncio.Lock()):
            server = self._servers.get(voice)
            if server is None or server.leaving:
                server = await self._start(voice, audio)
            server.promised = time.monotonic()
            return Located(voice, await asyncio.shield(server.registered), server.process.pid)

    async def _start(self, voice: str, audio: Mapping[str, str]) -> VoiceServer:
        """Start the server of `voice` and return it once it listens. Raises StartFailed.

        One that was killed while it started gets another try; one that ended with a status has said why in its log.
        """
        crashes = self._crashes.setdefault(voice, CrashRecord(time.monotonic))
        while not crashes.hopeless:
            await asyncio.sleep(crashes.pause())
            server = await self._start_once(voice, audio)
            try:
                async with asyncio.timeout(START_DEADLINE):
                    await asyncio.shield(server.registered)
                return server
            except TimeoutError:
                await self._end(server.process)
                raise StartFailed(
                    f"the server of {voice} did not start in {START_DEADLINE:g} s", self._last_lines(voice)
                ) from None
            except StartFailed:
                if await server.process.wait() >= 0:
                    raise
        raise StartFailed(f"the server of {voice} crashed again and again", self._last_lines(voice))

    async def _start_once(self, voice: str, audio: Mapping[str, str]) -> VoiceServer:
        self._make_room(self._most - 1)
        port = self._free_port()
        process = await self._spawn(voice, port, audio)
        server = VoiceServer(voice, process, port, asyncio.get_running_loop().create_future())
        server.answered = time.monotonic()
        self._servers[voice] = server
        watcher = asyncio.create_task(self._watch(server), name=f"watch {voice}")
        self._watchers.add(watcher)
        watcher.add_done_callback(self._watchers.discard)
        return server

    def _free_port(self) -> int:
        if not self._port_base:
            return 0
        taken = {server.fixed_port for server in self._servers.values()}
        return next(port for port in range(self._port_base, 65536) if port not in taken)

    def _last_lines(self, voice: str) -> str:
        tail = self._log_tail(voice)
        return f"The last lines of its log:\n{tail}" if tail else ""

    async def _watch(self, server: VoiceServer) -> None:
        """Reap the process, whenever it ends, and draw the conclusions."""
        status = await server.process.wait()
        log.info("the server of %s (pid %d) ended with status %d", server.voice, server.process.pid, status)
        self._forget(server)
        if not server.registered.done():
            hint = self._last_lines(server.voice)
            server.registered.set_exception(StartFailed(f"the server of {server.voice} did not start", hint))
            server.registered.exception()  # whoever waits gets it too; nobody may
        if status != 0:
            self._crashes[server.voice].crashed()
        if server.connection is not None:
            server.connection.close()

    def _forget(self, server: VoiceServer) -> None:
        if self._servers.get(server.voice) is server:
            del self._servers[server.voice]
            if server.status is not None:
                self._past_underruns += server.status.underruns

    async def handle_register(self, connection: AsyncConnection, register: Register) -> None:
        """Serve a voice server's control connection until it ends."""
        server = self._servers.get(register.voice)
        if server is None or server.process.pid != register.pid or server.registered.done():
            raise BadFrame(f"no server of {register.voice!r} with pid {register.pid} is expected")
        server.connection = connection
        server.registered.set_result(register.port)
        await connection.send(Registered())
        asking = asyncio.create_task(self._keep_asking(server, connection))
        try:
            while True:
                message, _ = await connection.receive()
                self._handle(server, message)
        except ConnectionLost:
            pass
        finally:
            asking.cancel()
            # Its process is ending, hangs without its connection, or makes no sense: it must be gone soon.
            server.leaving = True
            await self._end(server.process)

    def _handle(self, server: VoiceServer, message: object) -> None:
        if isinstance(message, VoiceStatus):
            if message.spoken > (server.status.spoken if server.status else 0):
                self._crashes[server.voice].finished_an_utterance()
            server.status = message
            server.answered = time.monotonic()
            server.asking.set()
            self._make_room(self._most)  # more than that could only be while all were busy
        elif isinstance(message, AskToLeave):
            if time.monotonic() - server.promised > PROMISE:
                self._let_go(server)
        elif isinstance(message, Retire):
            self._let_go(server)
        else:
            raise BadFrame(f"a voice server does not send {type(message).__name__} here")

    def _let_go(self, server: VoiceServer) -> None:
        server.leaving = True
        if server.connection is not None:
            server.connection.send_soon(Leave())

    def _make_room(self, most: int) -> None:
        """Let the voice server go that is unused longest, where more than `most` stay. Busy ones, and those that a
        client is on its way to, are left alone."""
        staying = [server for server in self._servers.values() if not server.leaving]
        now = time.monotonic()
        idle = [server for server in staying if _is_idle(server) and now - server.promised > PROMISE]
        if len(staying) > most and idle:
            self._let_go(max(idle, key=lambda server: server.status.idle if server.status else 0.0))

    async def _keep_asking(self, server: VoiceServer, connection: AsyncConnection) -> None:
        while time.monotonic() - server.answered < ASK_DEADLINE:
            connection.send_soon(AskVoiceStatus())
            await asyncio.sleep(ASK_PERIOD)
        log.error("the server of %s (pid %d) hangs", server.voice, server.process.pid)
        server.leaving = True
        await self._end(server.process)

    async def reports(self) -> tuple[VoiceServerReport, ...]:
        """Ask every voice server how it is, and return what they say, or said last."""
        servers = [server for server in self._servers.values() if server.connection is not None]
        for server in servers:
            server.asking.clear()
            assert server.connection is not None
            server.connection.send_soon(AskVoiceStatus())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                for server in servers:
                    await server.asking.wait()
        return tuple(_report(server) for server in servers if server.registered.done() and not server.leaving)

    def underruns(self) -> int:
        """Return the underruns of all voice servers since the daemon started."""
        return self._past_underruns + sum(server.status.underruns for server in self._servers.values() if server.status)

    def let_all_go(self) -> None:
        """Tell every voice server to take nothing new and to leave once its work is done."""
        for server in self._servers.values():
            self._let_go(server)
            if server.connection is None:
                _refuse(server)

    async def end_all(self) -> None:
        """Ask every voice server to leave, and see to it that it does."""
        servers = list(self._servers.values())
        self.let_all_go()
        await asyncio.gather(*(self._end(server.process) for server in servers))
        if self._watchers:
            await asyncio.wait(self._watchers, timeout=1.0)


def _is_idle(server: VoiceServer) -> bool:
    return server.status is not None and not server.status.busy


def _refuse(server: VoiceServer) -> None:
    if not server.registered.done():
        server.registered.set_exception(PeerLeaving("the daemon is leaving"))
        server.registered.exception()


def _report(server: VoiceServer) -> VoiceServerReport:
    status = server.status or VoiceStatus(0, 0.0, 0, 0, 0)
    port = server.registered.result()
    return VoiceServerReport(
        server.voice, server.process.pid, port, status.memory, status.busy, status.idle, status.spoken, status.underruns
    )
