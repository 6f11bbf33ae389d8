"""`say-bridge --lines`: many payloads, one a line, several of them in work, each answered by a line with its `id`.

One thread, that of `serve`, reads, starts work and answers; a thread for each order in work fills its file.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from common.errors import SayError, Stopped, UsageError
from common.quoting import quoted
from say.console import answer_bytes
from say.control import Control
from say.gateways.bridge.incoming import LineReader, read_block
from say.gateways.bridge.orders import MOST_BYTES, Order, order_of, read_object, too_long
from say.gateways.bridge.telling import explained
from say.gateways.telling import no_thread
from say.json_bytes import json_bytes

AT_ONCE = 8  # orders in work; a voice server takes many more, and none of them becomes faster by it
# Orders that wait for that, and bytes of their lines: then the writer waits. What it writes in a block may go beyond.
_MOST_WAITING = 1000
_MOST_WAITING_BYTES = 4 * MOST_BYTES
_FAREWELL = 3.0  # seconds for what is in work to fall silent when the program is told to end

Id = str | int
Fill = Callable[[Order, Control], float]


class _Job:
    """An order that was taken, and is not answered yet."""

    def __init__(self, key: Id, order: Order, size: int) -> None:
        self.key = key  # the line's id
        self.order = order
        self.size = size  # bytes of its line
        self.control = Control()


class Lines:
    """Serves one standard input to its end."""

    def __init__(
        self, fill: Fill, environment: Mapping[str, str], answer: Callable[[bytes], None] = answer_bytes
    ) -> None:
        """`fill` makes a file and is called in threads; `answer` takes a line and is called by `serve` alone."""
        self._fill = fill
        self._environment = environment
        self._answer_with = answer
        self._jobs: dict[Id, _Job] = {}
        self._waiting: deque[_Job] = deque()
        self._waiting_bytes = 0
        self._in_work = 0
        self._done: deque[tuple[_Job, dict[str, object]]] = deque()
        self._news, self._news_in = os.pipe()

    def serve(self, descriptor: int) -> None:
        """Answer every line up to the end of the input, and return. Raises OutputFailed, OutputClosed.

        What ends it early (a signal, a reader that went away) stops what is in work first.
        """
        try:
            self._serve(descriptor)
        except BaseException:
            self._abandon()  # whoever is late still writes to our pipe
            raise
        os.close(self._news)
        os.close(self._news_in)

    def _serve(self, descriptor: int) -> None:
        reader, reading = LineReader(), True
        while reading or self._jobs:
            listens = reading and self._has_room()
            ready, _, _ = select.select([self._news, descriptor] if listens else [self._news], [], [])
            if self._news in ready:
                self._collect()
            if descriptor in ready:
                block = read_block(descriptor)
                reading = bool(block)
                for line in reader.feed(block) if block else reader.end():
                    self._take(line)

    def _has_room(self) -> bool:
        return len(self._waiting) < _MOST_WAITING and self._waiting_bytes < _MOST_WAITING_BYTES

    # A line

    def _take(self, line: bytes | None) -> None:
        key: Id | None = None
        try:
            if line is None:
                raise too_long()
            payload = read_object(line)
            key = _id_of(payload)
            if "cancel" in payload:
                return self._answer(key, cancelled=self._cancel(payload["cancel"]))
            if key in self._jobs:
                raise UsageError(f"id: {quoted(str(key))} is in work", "Give each order an id of its own.")
            order = order_of(payload, self._environment)
        except SayError as error:
            return self._answer(key, **_failure(error))
        job = self._jobs[key] = _Job(key, order, len(line))
        self._waiting.append(job)
        self._waiting_bytes += job.size
        self._begin_more()

    def _cancel(self, key: object) -> bool:
        """Stop an order; return whether there was one. It is answered as one that failed."""
        job = self._jobs.get(_checked_id("cancel", key))
        if job is None:
            return False
        job.control.stop()
        if job in self._waiting:
            self._waiting.remove(job)
            self._waiting_bytes -= job.size
            self._finish(job, _failure(Stopped("stopped")))
        return True

    # Work

    def _begin_more(self) -> None:
        while self._waiting and self._in_work < AT_ONCE:
            job = self._waiting.popleft()
            self._waiting_bytes -= job.size
            try:
                threading.Thread(target=self._work, args=(job,), name="order", daemon=True).start()
            except RuntimeError:  # what is in work goes on, and others may still find one
                self._finish(job, _failure(no_thread()))
            else:
                self._in_work += 1

    def _work(self, job: _Job) -> None:
        try:
            outcome: dict[str, object] = {"duration": self._fill(job.order, job.control)}
        except SayError as error:
            outcome = _failure(error)
        except Exception as error:  # noqa: BLE001  # the thread's outermost boundary: the line must be answered
            outcome = _failure(explained(error))
        self._done.append((job, outcome))
        os.write(self._news_in, b"!")

    def _collect(self) -> None:
        for _ in os.read(self._news, _MOST_WAITING):
            job, outcome = self._done.popleft()
            self._in_work -= 1
            self._finish(job, outcome)
        self._begin_more()

    def _finish(self, job: _Job, outcome: dict[str, object]) -> None:
        del self._jobs[job.key]
        self._answer(job.key, **outcome)

    def _answer(self, key: Id | None, **outcome: object) -> None:
        self._answer_with(json_bytes({"id": key, **outcome}) + b"\n")

    def _abandon(self) -> None:
        """Stop what is in work and let it tidy up; nobody is told of it any more."""
        self._answer_with = lambda line: None
        self._waiting.clear()
        for job in self._jobs.values():
            job.control.stop()
        deadline = time.monotonic() + _FAREWELL
        while self._in_work and (left := deadline - time.monotonic()) > 0:
            if select.select([self._news], [], [], left)[0]:
                self._collect()


def _id_of(payload: Mapping[str, object]) -> Id:
    if "id" not in payload:
        raise UsageError("id: is missing", "Give each order a string or a whole number by which it is answered.")
    return _checked_id("id", payload["id"])


def _checked_id(name: str, key: object) -> Id:
    if isinstance(key, (str, int)) and not isinstance(key, bool):
        return key
    raise UsageError(f"{name}: is neither a string nor a whole number", "Give one of these.")


def _failure(error: SayError) -> dict[str, object]:
    return {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
