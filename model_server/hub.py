"""Fetches one file from the hub over HTTP. Knows time-outs and retries; neither where files lie nor who waits for them.

huggingface_hub builds the address and the headers and holds the session: endpoint, token, proxies and offline mode
are its own. Its `hf_hub_download` is not used, since (2.4.0) it retries a dead hub for 23 s, honours any Retry-After,
can be interrupted only every 10 MB, and gives a file its final name before anyone has checked the content.
"""

from __future__ import annotations

import email.utils
import importlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from model_server import hub_faults
from model_server.hub_faults import HubFault
from model_server.release import Pin, Release

if TYPE_CHECKING:
    import httpx2

STALL = 10.0  # seconds; fewer than TRICKLE bytes in such a time count as none
TRICKLE = 1024  # bytes
LONGEST_PAUSE = 10.0  # seconds that a hub may ask us to wait; beyond that the user is told instead
PAUSES = (0.5, 1.0, 2.0)  # seconds before each new attempt after a busy hub's refusal
CUTS = 2  # broken connections that are mended, and again so many after each HEADWAY
HEADWAY = 1 << 20  # bytes
BUSY = (408, 429, 500, 502, 503, 504)
LOOK_VALID = 60.0  # seconds for which a hub that answered is taken to be there


class Abandoned(Exception):
    """Nobody waits for this file any more."""


@dataclass
class Transfer:
    """How far a file is: written by the thread that fetches it, read by those who wait for it."""

    stage: str = "connecting"
    done: int = 0  # bytes
    due: float = float("inf")  # clock time by which the fetching thread shows a sign of life
    abandoned: bool = False  # set from outside: stop soon


class Part(Protocol):
    """Where the bytes go."""

    size: int  # bytes so far

    def write(self, data: bytes) -> None: ...

    def restart(self) -> None: ...


class _Again(Exception):
    """An attempt failed in a way that may pass. `fault` is raised when patience is at an end."""

    def __init__(self, fault: HubFault, pause: float | None) -> None:
        self.fault = fault
        self.pause = pause  # seconds the hub asked for


class _Cut(Exception):
    """The connection broke."""


class Hub:
    """One hub and one release on it. Threads may use it together."""

    def __init__(
        self,
        release: Release,
        endpoint: str | None = None,
        *,
        connect_timeout: float = 3.0,
        stall: float = STALL,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`endpoint` defaults to `HF_ENDPOINT` or the public hub; times are in seconds."""
        self._release = release
        self.endpoint = (endpoint or os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
        # For messages; an endpoint may hold a password.
        self.host = self.endpoint.partition("://")[2].partition("/")[0].rpartition("@")[2] or self.endpoint
        self._connect_timeout = connect_timeout
        self.stall = stall
        self.clock = clock
        self._sleep = sleep
        self._seen = float("-inf")  # clock time at which the hub last answered

    def look(self, transfer: Transfer) -> None:
        """Make sure that a connection to the hub can be made, unless it answered just now. Raises HubFault."""
        if self.clock() - self._seen < LOOK_VALID:
            return
        transfer.due = self.clock() + 2 * self._connect_timeout
        from model_server.hub_look import connect_once  # with an HTTP client, for proxies; most starts fetch nothing

        connect_once(self.endpoint, self.host, self._connect_timeout)

    def stream(self, path: str, pin: Pin, part: Part, transfer: Transfer) -> None:
        """Write what the hub has under `path` to `part`, going on after a break. Its content is not judged here.

        Ends early where it is longer than `pin` says. Raises HubFault, or Abandoned.
        """
        pauses, cuts, mark = list(PAUSES), CUTS, 0
        while True:
            try:
                return self._attempt(path, pin, part, transfer)
            except _Again as again:
                if not pauses:
                    raise again.fault from None
                pause = pauses.pop(0)
                self._pause(pause if again.pause is None else again.pause, transfer)
            except _Cut as broken:
                if part.size - mark >= HEADWAY:
                    cuts, mark = CUTS, part.size
                if cuts == 0:
                    raise hub_faults.cut(self.host, path, part.size, pin.bytes) from broken
                cuts -= 1
                self._pause(PAUSES[0], transfer)

    def _pause(self, seconds: float, transfer: Transfer) -> None:
        transfer.due = self.clock() + seconds + self.stall
        if not transfer.abandoned:
            self._sleep(seconds)

    def _attempt(self, path: str, pin: Pin, part: Part, transfer: Transfer) -> None:
        if transfer.abandoned:
            raise Abandoned
        transfer.due = self.clock() + self._connect_timeout + self.stall + 1
        with self._response(path, part.size) as response:
            self._seen = self.clock()
            self._judge(response, path, part)
            if _foretold(response) not in (None, pin.bytes):
                return  # not our file: no need to read it
            transfer.stage = "downloading"
            self._read(response, pin, part, transfer)

    @contextmanager
    def _response(self, path: str, start: int) -> Iterator[httpx2.Response]:
        """Ask for `path` from byte `start`, and put whatever HTTP and sockets raise meanwhile into our own words."""
        silence_library()
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # re-exported lazily

        headers = {**build_hf_headers(library_name="kokoro-say"), "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        session = get_session()
        http = importlib.import_module(type(session).__module__.partition(".")[0])  # httpx2, in older versions httpx
        timeout = http.Timeout(self.stall, connect=self._connect_timeout)
        try:
            url = hf_hub_url(self._release.repo, path, revision=self._release.revision, endpoint=self.endpoint)
            with session.stream("GET", url, headers=headers, timeout=timeout, follow_redirects=True) as response:
                yield response
        except (http.ConnectError, http.ConnectTimeout, http.ProxyError, http.UnsupportedProtocol) as error:
            raise hub_faults.unreachable(self.host, error, self._connect_timeout) from error
        except http.TimeoutException as error:
            raise hub_faults.stalled(self.host, self.stall) from error
        except http.TooManyRedirects as error:
            raise hub_faults.astray(self.host) from error
        except http.InvalidURL as error:
            raise hub_faults.bad_endpoint("HF_ENDPOINT", self.endpoint) from error
        except (http.HTTPError, OSError) as error:
            raise _Cut(str(error)) from error

    def _judge(self, response: httpx2.Response, path: str, part: Part) -> None:
        """Return if a body follows that continues `part`. Raises HubFault or _Again."""
        status = response.status_code
        if status in BUSY:
            pause = _retry_after(response)
            fault = hub_faults.refused(self.host, path, status, pause)
            raise fault if pause is not None and pause > LONGEST_PAUSE else _Again(fault, pause)
        if status == 416 and part.size:
            part.restart()
            raise _Again(hub_faults.refused(self.host, path, status, None), None)
        if status not in (200, 206):
            raise hub_faults.refused(self.host, path, status, None)
        if "html" in response.headers.get("Content-Type", ""):
            raise hub_faults.web_page(self.host)
        if status == 200 or _range_start(response) != part.size:
            # The whole file comes, whatever was asked for; a range that nobody asked for spoils it, which is noticed.
            part.restart()

    def _read(self, response: httpx2.Response, pin: Pin, part: Part, transfer: Transfer) -> None:
        mark, mark_size = self.clock(), part.size
        for chunk in response.iter_bytes():
            part.write(chunk)
            transfer.done = min(part.size, pin.bytes)
            now = self.clock()
            transfer.due = now + self.stall + 1
            if transfer.abandoned:
                raise Abandoned
            if part.size > pin.bytes:
                return
            if part.size - mark_size >= TRICKLE:
                mark, mark_size = now, part.size
            elif now - mark > self.stall and part.size < pin.bytes:
                raise hub_faults.stalled(self.host, self.stall)


def silence_library() -> None:
    """Turn off huggingface_hub's telemetry, bars and update checks, whether or not it is imported already.

    Also the log of its requests: a hub redirects to addresses that hold a signature.
    """
    quiet = ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_PROGRESS_BARS", "HF_HUB_DISABLE_UPDATE_CHECK")
    for variable in quiet:
        os.environ[variable] = "1"
    for library in ("httpx", "httpx2"):
        logging.getLogger(library).setLevel(logging.WARNING)
    from huggingface_hub import constants

    for variable in quiet:
        setattr(constants, variable, True)


def _foretold(response: httpx2.Response) -> int | None:
    """Return the length of the whole file as the hub states it, in bytes."""
    if response.status_code == 206:
        total = response.headers.get("Content-Range", "").rpartition("/")[2]
    else:
        total = "" if "Content-Encoding" in response.headers else response.headers.get("Content-Length", "")
    return int(total) if total.isascii() and total.isdigit() else None


def _range_start(response: httpx2.Response) -> int | None:
    found = re.match(r"bytes (\d{1,18})-", response.headers.get("Content-Range", ""), re.ASCII)
    return int(found[1]) if found else None


def _retry_after(response: httpx2.Response) -> float | None:
    """Return for how many seconds the hub asks to be left alone: RFC 9110 §10.2.3, or the RateLimit draft's `t`."""
    said = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", said, re.ASCII):
        return float(said)
    if limited := re.search(r";\s*t=(\d{1,9})", response.headers.get("RateLimit", ""), re.ASCII):
        return float(limited[1])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except ValueError:
        return None
