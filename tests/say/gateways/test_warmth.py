"""What is kept ready is used again before it falls idle, and what fails is told once."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from common import state
from common.errors import EngineError
from common.handshake import MODEL_ROLE
from common.paths import model_state_file
from common.settings import load
from say.gateways.warmth import Warmth, interval_for, settings_in_force


class FakeClient:
    """Notes what is warmed, and when; fails with what it is given, in turn."""

    def __init__(self, *failures: str) -> None:
        self.warmed: queue.Queue[str | None] = queue.Queue()
        self.now = 0.0  # seconds
        self.times: dict[str | None, list[float]] = {}
        self._failures = list(failures)

    def warm(self, voice: str | None = None) -> object:
        self.warmed.put(voice)
        self.times.setdefault(voice, []).append(self.now)
        if self._failures and (failure := self._failures.pop(0)):
            raise EngineError(failure)
        return None


def take(client: FakeClient, count: int) -> list[str | None]:
    return [client.warmed.get(timeout=10) for _ in range(count)]


def test_all_voices_are_warmed_again_and_again() -> None:
    client = FakeClient()
    with Warmth(client, ["af_sky", None], lambda: 0.001, lambda line: None):
        assert take(client, 5) == ["af_sky", None, "af_sky", None, "af_sky"]


def test_a_reason_is_told_once_until_there_is_another() -> None:
    client, told = FakeClient("no model", "no model", "", "no model", "no disk"), list[str]()
    with Warmth(client, ["af_sky"], lambda: 0.001, told.append):
        take(client, 7)
    assert told == ["af_sky is not kept ready: no model", "af_sky is not kept ready: no disk"]


def test_the_end_waits_for_no_interval() -> None:
    client = FakeClient()
    with Warmth(client, [None], lambda: 3600.0, lambda line: None) as warmth:
        take(client, 1)
    warmth._thread.join(10)
    assert not warmth._thread.is_alive()


def test_no_voice_server_is_unused_for_as_long_as_it_stays() -> None:
    client, done = FakeClient(), threading.Event()

    def wait(left: threading.Event, seconds: float) -> None:
        client.now += seconds
        if client.now > 1000:
            done.set()
            left.wait(10)

    settings = load({"voice_idle": 30.0}, environment={})
    with Warmth(client, ["af_sky", None], lambda: interval_for(settings, {}), lambda line: None, wait):
        assert done.wait(20)
    for times in (client.times["af_sky"], client.times[None]):
        assert times[0] == 0
        assert max(later - earlier for earlier, later in zip(times, times[1:], strict=False)) < 30


@pytest.mark.parametrize(
    ("settings", "in_force", "seconds"),
    [
        ({}, {}, 300.0),
        ({"idle_unload": 100.0}, {}, 50.0),
        ({"voice_idle": 0.0, "model_idle": 0.0, "idle_unload": 0.0}, {}, 300.0),
        ({"voice_idle": 0.1}, {}, 1.0),
        ({}, {"voice_idle": 60.0}, 30.0),
        ({"voice_idle": 60.0}, {"voice_idle": 0.0}, 300.0),
        ({"voice_idle": 60.0}, {"voice_idle": "soon"}, 30.0),
    ],
)
def test_nothing_falls_idle_in_between(settings: dict[str, float], in_force: dict[str, object], seconds: float) -> None:
    assert interval_for(load(settings, environment={}), in_force) == seconds


def test_settings_in_force_are_those_of_the_daemon_on_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAY_HOME", str(tmp_path))
    assert settings_in_force() == {}
    state.write(
        model_state_file(tmp_path),
        state.of_this_process(MODEL_ROLE, 1, "secret", {"voice_idle": 5.0}),
    )
    assert settings_in_force() == {"voice_idle": 5.0}
