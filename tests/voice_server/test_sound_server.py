from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from tests.fakes.pulse import NullSink
from voice_server.sound_server import DUMMY_SINK, Sink, SoundServer, ask_sound_server, silent_sink_warning


def warning(environment: dict[str, str], device_name: str = "") -> str | None:
    return asyncio.run(asyncio.wait_for(silent_sink_warning(environment, device_name), 60))


def ask(environment: dict[str, str]) -> SoundServer | None:
    return asyncio.run(asyncio.wait_for(ask_sound_server(environment), 60))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a real `pactl` as long as a busy machine lets it wait."""
    monkeypatch.setattr("voice_server.sound_server.PATIENCE", 30.0)


def fake_pactl(directory: Path, script: str) -> dict[str, str]:
    """Return an environment in which `pactl` is this shell script."""
    program = directory / "pactl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{directory}{os.pathsep}{os.environ['PATH']}"}


def test_a_dummy_output_is_warned_of(no_process_left: object, patient: None) -> None:
    with NullSink(DUMMY_SINK) as sink:
        assert "nothing will be heard" in (warning(sink.full_environment) or "")


def test_a_null_sink_that_somebody_chose_is_no_reason_to_warn(no_process_left: object, patient: None) -> None:
    with NullSink() as sink:
        assert warning(sink.full_environment, "default") is None


def test_a_dummy_output_is_no_matter_to_another_device(no_process_left: object, patient: None) -> None:
    with NullSink(DUMMY_SINK) as sink:
        assert warning(sink.full_environment, "room") is None
        assert warning(sink.full_environment, DUMMY_SINK) is not None


def test_another_language_changes_nothing(tmp_path: Path, patient: None) -> None:
    environment = fake_pactl(tmp_path, '[ "$LC_ALL" = C ] && echo "Default Sink: auto_null" || echo "Standard: x"')
    assert warning(environment | {"LC_ALL": "de_DE.UTF-8"}) is not None


def test_a_server_that_does_not_answer_costs_a_second_at_most(tmp_path: Path, no_process_left: object) -> None:
    began = time.monotonic()
    assert warning(fake_pactl(tmp_path, "exec sleep 600")) is None
    assert time.monotonic() - began < 30  # of six hundred


@pytest.mark.parametrize("script", ["exit 1", "printf '\\377\\376 Default Sink'", "echo", "exec /nonexistent"])
def test_nothing_that_pactl_does_can_fail(tmp_path: Path, script: str) -> None:
    assert warning(fake_pactl(tmp_path, script)) is None


def test_without_a_sound_server_the_device_name_decides(tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path)}
    assert warning(environment) is None
    assert warning(environment, "HDA Intel: ALC256 Analog") is None
    assert "nothing will be heard" in (warning(environment, "null") or "")


def test_a_sound_server_tells_its_sinks(no_process_left: object, patient: None) -> None:
    with NullSink() as sink:
        sink.add_sink("room", "Living Room: left")
        server = ask(sink.full_environment)
    assert server == SoundServer("t", (Sink("t", "Null Output"), Sink("room", "Living Room: left")))
    assert server.sink() == Sink("t", "Null Output")
    assert server.sink("room") == Sink("room", "Living Room: left")
    assert server.sink("kitchen") is None


def test_a_sink_that_was_let_go_of_sleeps(no_process_left: object, patient: None) -> None:
    with NullSink() as sink:
        sink.let_sleep()
        server = ask(sink.full_environment)
    assert server is not None
    assert [one.asleep for one in server.sinks] == [True]


@pytest.mark.parametrize(
    "script",
    ["exit 1", "printf '\\377\\376'; exit 1", "exec sleep 600", '[ "$1" = info ] && echo "Default Sink: x" || exit 1'],
)
def test_a_sound_server_that_cannot_be_asked_is_none(tmp_path: Path, script: str, no_process_left: object) -> None:
    began = time.monotonic()
    assert ask(fake_pactl(tmp_path, script)) is None
    assert time.monotonic() - began < 30  # of six hundred


def test_without_pactl_there_is_no_sound_server(tmp_path: Path) -> None:
    assert ask({"PATH": str(tmp_path)}) is None


def test_a_listing_of_nothing_names_no_sink(tmp_path: Path, patient: None) -> None:
    assert ask(fake_pactl(tmp_path, "echo Name; echo '  Name:'")) == SoundServer("", ())
