"""A hub on 127.0.0.1 that serves given bytes, writes down what it was asked, and misbehaves on demand.

By hand: `python -m tests.fakes.hub FOLDER [RELEASE.json]` serves a folder in the published layout and writes the pins.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Self
from urllib.parse import urlsplit

from common.hub_cache import REPO, REVISION
from model_server.release import PATHS, Pin, Release

ALWAYS = 1_000_000
_CHUNK = 4096


@dataclass(frozen=True)
class Request:
    """What a client asked for."""

    method: str
    path: str  # as sent
    range: str  # header, "" without one
    authorization: str  # header, "" without one


class _Fault:
    """One way to misbehave, a number of times."""

    def __init__(self, act: Callable[[_Handler, bytes], None], times: int) -> None:
        self.act = act
        self.times = times


class FakeHub:
    """Serves `files` (path in the repository -> bytes) as the one repository at the one revision.

    Faults are set by path; "" stands for every path. Each lasts for `times` requests, HEAD not counted.
    """

    def __init__(self, files: Mapping[str, bytes], repo: str = REPO, revision: str = REVISION) -> None:
        self.files = dict(files)
        self.repo = repo
        self.revision = revision
        self.requests: list[Request] = []
        self.sending = threading.Event()  # set once the first bytes of a body have been sent
        self.hold = threading.Event()  # a stalled body goes on when this is set, and a slow one as fast as it can
        self.ended = threading.Event()
        self._faults: dict[str, _Fault] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.hub = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="fake hub", daemon=True)

    @property
    def endpoint(self) -> str:
        """Return the value for `HF_ENDPOINT`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End; from now on connections are refused."""
        if not self.ended.is_set():
            self.ended.set()
            self.hold.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def release(self) -> Release:
        """Return the release that this hub serves when it behaves."""
        return self.release_of(self.files, self.repo, self.revision)

    @staticmethod
    def release_of(files: Mapping[str, bytes], repo: str = REPO, revision: str = REVISION) -> Release:
        pins = {path: Pin(len(data), hashlib.sha256(data).hexdigest()) for path, data in files.items()}
        return Release(repo, revision, MappingProxyType(pins))

    def write_release(self, path: Path) -> Path:
        """Write the release for `--release`, and return `path`."""
        release = self.release()
        files = {name: {"bytes": pin.bytes, "sha256": pin.sha256} for name, pin in release.pins.items()}
        table = {"repo": release.repo, "revision": release.revision, "files": files}
        path.write_text(json.dumps(table, indent=1), encoding="utf-8")
        return path

    def gets(self, path: str) -> list[Request]:
        """Return the GET requests for one file, in order."""
        return [each for each in self.requests if each.method == "GET" and each.path.endswith(f"/{path}")]

    # Faults.

    def hang_up(self, path: str = "", times: int = ALWAYS) -> None:
        """Close the connection without an answer."""
        self._set(path, lambda handler, data: handler.hang_up(), times)

    def not_found(self, path: str = "", times: int = ALWAYS) -> None:
        self._set(path, lambda handler, data: handler.status(404, {"X-Error-Code": "EntryNotFound"}), times)

    def denied(self, path: str = "", status: int = 401, times: int = ALWAYS) -> None:
        self._set(path, lambda handler, data: handler.status(status, {}), times)

    def too_many(self, path: str = "", retry_after: str = "1", times: int = ALWAYS) -> None:
        self._set(path, lambda handler, data: handler.status(429, {"Retry-After": retry_after}), times)

    def unavailable(self, path: str = "", times: int = ALWAYS) -> None:
        self._set(path, lambda handler, data: handler.status(503, {}), times)

    def stall(self, path: str = "", after_bytes: int = 0, times: int = ALWAYS) -> None:
        """Send so many bytes of the body, then nothing until `hold` is set."""
        self._set(path, lambda handler, data: handler.body(data, stall_at=after_bytes), times)

    def silent(self, path: str = "", times: int = ALWAYS) -> None:
        """Take the request and answer nothing until `hold` is set."""
        self._set(path, lambda handler, data: handler.silent(), times)

    def cut(self, path: str = "", at_byte: int = 0, times: int = ALWAYS) -> None:
        """Close the connection when the body has come to this byte of the file."""
        self._set(path, lambda handler, data: handler.body(data, cut_at=at_byte), times)

    def wrong_bytes(self, path: str = "", times: int = ALWAYS) -> None:
        """Send a file of the same length with one bit flipped."""
        self._set(path, lambda handler, data: handler.body(bytes([data[0] ^ 1]) + data[1:]), times)

    def another_file(self, data: bytes, path: str = "", times: int = ALWAYS, stall_at: int | None = None) -> None:
        """Send other bytes, correctly announced; `stall_at` as in `stall`."""
        self._set(path, lambda handler, _: handler.body(data, stall_at=stall_at), times)

    def endless(self, path: str = "", times: int = ALWAYS) -> None:
        """Send zeros of unknown number until the client has had enough."""
        self._set(path, lambda handler, _: handler.endless(), times)

    def slow(self, path: str = "", bytes_per_second: float = 1e5, times: int = ALWAYS) -> None:
        self._set(path, lambda handler, data: handler.body(data, rate=bytes_per_second), times)

    def redirect_loop(self, path: str = "", times: int = ALWAYS) -> None:
        self._set(path, lambda handler, data: handler.status(302, {"Location": handler.path}), times)

    def redirect(self, location: str, path: str = "", times: int = ALWAYS) -> None:
        self._set(path, lambda handler, data: handler.status(302, {"Location": location}), times)

    def html(self, path: str = "", times: int = ALWAYS) -> None:
        """Answer with a log-in page, as the networks of hotels and trains do."""
        page = b"<html><body>Please log in.</body></html>"
        self._set(path, lambda handler, data: handler.body(page, kind="text/html; charset=utf-8"), times)

    def behave(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def _set(self, path: str, act: Callable[[_Handler, bytes], None], times: int) -> None:
        with self._lock:
            self._faults[path] = _Fault(act, times)

    def take_fault(self, path: str) -> Callable[[_Handler, bytes], None] | None:
        with self._lock:
            fault = self._faults.get(path) or self._faults.get("")
            if fault is None or fault.times == 0:
                return None
            fault.times -= 1
            return fault.act


class _Server(ThreadingHTTPServer):
    hub: FakeHub

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), OSError):  # a client may leave at any time
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as it came


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 30.0  # seconds; a forgotten connection does not outlive a test by more

    def do_HEAD(self) -> None:
        self._answer(head=True)

    def do_GET(self) -> None:
        self._answer(head=False)

    def _answer(self, head: bool) -> None:
        hub = self.server.hub
        headers = self.headers
        if hub.ended.is_set():  # a kept connection outlives the listening socket
            self.close_connection = True
            return
        hub.requests.append(
            Request(self.command, self.path, headers.get("Range", ""), headers.get("Authorization", ""))
        )
        # A client that takes this for a proxy sends the whole address.
        path = urlsplit(self.path).path.removeprefix(f"/{hub.repo}/resolve/{hub.revision}/")
        data = hub.files.get(path)
        fault = None if head else hub.take_fault(path)
        if fault is not None:
            fault(self, data or b"")
        elif data is None:
            self.status(404, {"X-Error-Code": "EntryNotFound"})
        else:
            self.body(data, head=head)

    def status(self, code: int, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def hang_up(self) -> None:
        self.close_connection = True

    def silent(self) -> None:
        self.server.hub.hold.wait(self.timeout)
        self.close_connection = True

    def endless(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        while not self.server.hub.ended.is_set():
            self.wfile.write(bytes(_CHUNK))

    def body(
        self,
        data: bytes,
        *,
        head: bool = False,
        cut_at: int | None = None,
        stall_at: int | None = None,
        rate: float | None = None,  # bytes per second
        kind: str = "application/octet-stream",
    ) -> None:
        """Answer with the bytes, or with the range that was asked for; positions count in the whole file."""
        hub = self.server.hub
        start = self._range_start(data)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.send_header("Content-Type", kind)
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", hub.revision)
        self.send_header("X-Linked-Size", str(len(data)))
        self.end_headers()
        if head:
            return
        chunk = _CHUNK if rate is None else max(1, round(rate / 50))
        at = start
        while at < len(data):
            if stall_at is not None and at >= stall_at:
                hub.hold.wait(self.timeout)
                stall_at = None
            if cut_at is not None and at >= cut_at:
                self.close_connection = True
                return
            end = min([at + chunk, len(data), *(stop for stop in (stall_at, cut_at) if stop is not None)])
            self.wfile.write(data[at:end])
            hub.sending.set()
            at = end
            if rate is not None:
                hub.hold.wait(chunk / rate)
                if hub.ended.is_set():
                    return

    def _range_start(self, data: bytes) -> int:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(asked[1]) if asked and int(asked[1]) < len(data) else 0

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    folder = Path(sys.argv[1])
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with FakeHub({path: data for path, data in files.items() if path in PATHS}) as hub:
        print(f"HF_ENDPOINT={hub.endpoint}")
        if len(sys.argv) > 2:
            print(f"--release {hub.write_release(Path(sys.argv[2]))}")
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
