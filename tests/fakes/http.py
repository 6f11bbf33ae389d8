"""The HTTP application on a fake SayClient, asked without a network; and what sound its answers hold."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import av
import httpx
import numpy as np
import numpy.typing as npt
from starlette.types import Message, Scope

from common.settings import Settings, load
from say.gateways.http.app import create_app
from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.services import Services, make_services
from tests.fakes.speech import RATE, FakeSpeech

T = TypeVar("T")

SPEECH = "/v1/audio/speech"
CAPTIONED = "/api/v1/tts/captioned"
JSON = {"Content-Type": "application/json"}


class Application:
    """One application; `ask` is a request to it and its whole answer."""

    def __init__(
        self, speech: FakeSpeech | None = None, *, settings: Settings | None = None, **changes: object
    ) -> None:
        """`changes` are fields of HttpConfiguration."""
        self.speech = speech or FakeSpeech()
        configuration = replace(HttpConfiguration(rate=0.0), **changes)  # type: ignore[arg-type]  # by their names
        self.services: Services = make_services(
            self.speech.as_client(), settings or load(environment={}), configuration
        )
        self.app = create_app(self.services)

    async def send(self, method: str, path: str, **request: object) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=("127.0.0.1", 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8880") as client:
            return await client.request(method, path, **request)  # type: ignore[arg-type]  # as httpx takes them

    def ask(self, method: str, path: str, **request: object) -> httpx.Response:
        return run(self.send(method, path, **request))

    def speak(self, path: str = SPEECH, **fields: object) -> httpx.Response:
        """Return the answer to a request for speech."""
        return self.ask("POST", path, json=fields)


def run(work: Coroutine[object, object, T]) -> T:
    """Return what it returns, within 50 s."""
    return asyncio.run(asyncio.wait_for(work, 50))


async def until(condition: Callable[[], bool]) -> None:
    """Return as soon as it holds; the deadline of `run` ends it else. Threads that work get their turns meanwhile."""
    while not condition():
        await asyncio.sleep(0.002)


@dataclass
class Exchange:
    """One request as the server's side of ASGI sees it: what was sent back so far, and a client that can leave."""

    path: str = SPEECH
    body: Mapping[str, object] = field(default_factory=dict)
    headers: tuple[tuple[bytes, bytes], ...] = ((b"host", b"localhost"), (b"content-type", b"application/json"))
    sent: list[Message] = field(default_factory=list)
    method: str = "POST"
    server: str = "127.0.0.1"
    client: str = "127.0.0.1"
    version: str = "1.1"
    state: dict[str, object] = field(default_factory=dict)
    taken: asyncio.Event | None = None  # until then the client takes no body

    def __post_init__(self) -> None:
        self.gone = asyncio.Event()
        self.news = asyncio.Event()

    async def run(self, application: Application) -> None:
        """Let the application answer."""
        raw = json.dumps(self.body).encode()
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": self.version,
            "state": self.state,
            "method": self.method,
            "path": self.path,
            "raw_path": self.path.encode(),
            "root_path": "",
            "query_string": b"",
            "scheme": "http",
            "server": (self.server, 8880),
            "client": (self.client, 5),
            "headers": [*self.headers, (b"content-length", str(len(raw)).encode())],
        }
        given = False

        async def receive() -> Message:
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": raw, "more_body": False}
            await self.gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            self.sent.append(message)
            self.news.set()
            if self.taken is not None and message["type"] == "http.response.body":
                await self.taken.wait()

        await application.app(scope, receive, send)

    async def until(self, messages: int) -> None:
        """Wait until so many messages were sent back."""
        while len(self.sent) < messages:
            self.news.clear()
            if len(self.sent) < messages:
                await self.news.wait()

    @property
    def is_complete(self) -> bool:
        last = self.sent[-1] if self.sent else {}
        return last.get("type") == "http.response.body" and not last.get("more_body", False)


def samples(pcm: bytes) -> npt.NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2").astype(np.float64)


def decoded(data: bytes) -> npt.NDArray[np.float64]:
    """Return the samples of a file at 24,000 Hz, as a player has them."""
    with av.open(io.BytesIO(data)) as container:
        converter = av.AudioResampler("s16", "mono", RATE)
        frames = [each for frame in container.decode(audio=0) for each in converter.resample(frame)]
        frames += converter.resample(None)
    parts = [frame.to_ndarray().ravel().astype(np.float64) for frame in frames]
    return np.concatenate([np.zeros(0), *parts])


def delay_and_likeness(heard: npt.NDArray[np.float64], made: npt.NDArray[np.float64]) -> tuple[int, float]:
    """Return by how many samples `heard` comes later, and how much alike they are then (correlation)."""
    size = 1 << (len(heard) + len(made)).bit_length()
    crossed = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(made, size)))
    delay = int(np.argmax(crossed))
    delay -= size if delay > size // 2 else 0
    one, other = heard[max(delay, 0) :], made[max(-delay, 0) :]
    length = min(len(one), len(other))
    return delay, float(np.corrcoef(one[:length], other[:length])[0, 1])
