from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from tests.fakes.pulse import NullSink
from voice_server.sound_server import DUMMY_SINK, silent_sink_warning


def warning(environment: dict[str, str], device_name: str = "") -> str | None:
    return asyncio.run(asyncio.wait_for(silent_sink_warning(environment, device_name), 10))


def fake_pactl(directory: Path, script: str) -> dict[str, str]:
    """Return an environment in which `pactl` is this shell script."""
    program = directory / "pactl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{directory}{os.pathsep}{os.environ['PATH']}"}


def test_a_dummy_output_is_warned_of(no_process_left: object) -> None:
    with NullSink(DUMMY_SINK) as sink:
        assert "nothing will be heard" in (warning(sink.full_environment) or "")


def test_a_null_sink_that_somebody_chose_is_no_reason_to_warn(no_process_left: object) -> None:
    with NullSink() as sink:
        assert warning(sink.full_environment, "default") is None


def test_another_language_changes_nothing(tmp_path: Path) -> None:
    environment = fake_pactl(tmp_path, '[ "$LC_ALL" = C ] && echo "Default Sink: auto_null" || echo "Standard: x"')
    assert warning(environment | {"LC_ALL": "de_DE.UTF-8"}) is not None


def test_a_server_that_does_not_answer_costs_a_second_at_most(tmp_path: Path, no_process_left: object) -> None:
    began = time.monotonic()
    assert warning(fake_pactl(tmp_path, "exec sleep 60")) is None
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("script", ["exit 1", "printf '\\377\\376 Default Sink'", "echo", "exec /nonexistent"])
def test_nothing_that_pactl_does_can_fail(tmp_path: Path, script: str) -> None:
    assert warning(fake_pactl(tmp_path, script)) is None


def test_without_a_sound_server_the_device_name_decides(tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path)}
    assert warning(environment) is None
    assert warning(environment, "HDA Intel: ALC256 Analog") is None
    assert "nothing will be heard" in (warning(environment, "null") or "")
