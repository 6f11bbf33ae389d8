"""Listening for the two servers: who connects must prove itself in time, and costs nobody else anything until then."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Awaitable, Callable

from common.async_connection import AUTHENTICATION_DEADLINE, READ_SIZE, AsyncConnection, no_delay
from common.connection import LOOPBACK
from common.errors import ConnectionLost, NotAuthentic, SayError, StartFailed
from common.frames import MAX_JSON_BEFORE_PROOF, FrameDecoder
from common.handshake import ServerHandshake
from common.messages.hello import Error, Hello, Proof
from common.quoting import reason_of

log = logging.getLogger(__name__)

# Peers that have not proved themselves yet. Beyond that the one waiting longest is cut off: ours need milliseconds, and
# neither memory nor open files may run out on strangers.
MOST_STRANGERS = 128
ACCEPT_PAUSE = 0.2  # seconds until the next try where the system has no file or memory left for a connection
_BACKLOG = 512

Serve = Callable[[AsyncConnection], Awaitable[None]]


class FrameServer:
    """Listen on loopback, authenticate each peer, and hand it to `serve`. One bad peer costs its own connection only."""

    def __init__(self, secret: str, role: str, serve: Serve) -> None:
        self._secret = secret
        self._role = role
        self._serve = serve
        self._listener: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._strangers: dict[asyncio.Task[None], None] = {}  # of the tasks, in the order of their coming

    @property
    def connections(self) -> int:
        return len(self._tasks)

    async def listen(self, port: int) -> int:
        """Listen on `port` (0: any free one) and return it. Raises StartFailed."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            # Only a port that was asked for by number may still be in TIME_WAIT from its last life.
            if port:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setblocking(False)
            listener.bind((LOOPBACK, port))
            listener.listen(_BACKLOG)
        except OSError as error:
            listener.close()
            raise _cannot_listen(port, error) from error
        self._listener = listener
        self._resume_accepting()
        return int(listener.getsockname()[1])

    def stop_listening(self) -> None:
        """Accept nobody new; those connected stay."""
        if self._listener is not None:
            # The loop must forget the descriptor first: another socket may get its number at once.
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    async def close(self) -> None:
        """Accept nobody new and end every connection."""
        self.stop_listening()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2.0)

    def _resume_accepting(self) -> None:
        if self._listener is not None:
            asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    def _accept(self, listener: socket.socket) -> None:
        """Accept one peer. asyncio's own server logs some hundred errors a second while no file is left; its
        `sock_accept`, cancelled just when a peer comes, loses that peer and logs a fault."""
        try:
            stream, _ = listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # the peer went away again
        except OSError as error:
            log.warning("a connection cannot be accepted: %s", error.strerror or error)
            loop = asyncio.get_running_loop()
            loop.remove_reader(listener)
            loop.call_later(ACCEPT_PAUSE, self._resume_accepting)
        else:
            self._welcome(stream)

    def _welcome(self, stream: socket.socket) -> None:
        task = asyncio.create_task(self._serve_stream(stream))
        self._tasks.add(task)
        self._strangers[task] = None
        task.add_done_callback(self._forget)
        if len(self._strangers) > MOST_STRANGERS:
            longest = next(iter(self._strangers))
            del self._strangers[longest]
            longest.cancel()

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._strangers.pop(task, None)

    async def _serve_stream(self, stream: socket.socket) -> None:
        task = asyncio.current_task()
        assert task is not None
        reader, writer = await asyncio.open_connection(sock=stream, limit=READ_SIZE)
        no_delay(writer)
        connection = AsyncConnection(reader, writer, FrameDecoder(MAX_JSON_BEFORE_PROOF))
        try:
            await self._authenticate(connection)
            self._strangers.pop(task, None)
            await self._serve(connection)
        except ConnectionLost:
            pass  # peers come and go
        except asyncio.CancelledError:
            pass  # `close`, or one stranger too many
        except SayError as error:
            log.info("a connection ended: %s", error)
            connection.send_soon(Error(error.code, error.message, error.hint))
        except Exception:
            log.exception("a connection ended by a fault of ours")
            connection.send_soon(
                Error("failed", "the daemon met an error of its own", "'say --debug' and its logs tell more.")
            )
        finally:
            connection.close()

    async def _authenticate(self, connection: AsyncConnection) -> None:
        handshake = ServerHandshake(self._secret, self._role)
        try:
            async with asyncio.timeout(AUTHENTICATION_DEADLINE):
                hello, _ = await connection.receive()
                if not isinstance(hello, Hello):
                    raise NotAuthentic("a connection begins with hello")
                await connection.send(handshake.answer(hello))
                proof, _ = await connection.receive()
        except TimeoutError:
            raise NotAuthentic("the client did not prove itself in time") from None
        if not isinstance(proof, Proof):
            raise NotAuthentic("proof follows hello")
        handshake.check(proof)
        connection.trust(hello.protocol)


def _cannot_listen(port: int, error: OSError) -> StartFailed:
    if error.errno == errno.EADDRINUSE:
        return StartFailed(
            f"port {port} is taken by another program",
            "Set model_port or voice_port_base to another, or to 0 for any free one.",
        )
    if error.errno == errno.EACCES:
        return StartFailed(f"port {port} may not be used", "Choose one above 1023, or 0 for any free one.")
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return StartFailed("too many files are open", "Raise the limit with 'ulimit -n', or end some programs.")
    return StartFailed(f"cannot listen on the loopback address: {reason_of(error)}")
