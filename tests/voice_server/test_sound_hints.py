from __future__ import annotations

from pathlib import Path

import pytest

from voice_server.sound_hints import missing_library_hint, no_device_hint


def only(*programs: str):  # type: ignore[no-untyped-def]  # stands in for shutil.which
    return lambda name: f"/usr/bin/{name}" if name in programs else None


def test_the_library_is_installed_with_the_manager_that_is_there() -> None:
    assert "sudo apt install libportaudio2" in missing_library_hint("linux", only("apt-get"))
    assert "sudo dnf install portaudio" in missing_library_hint("linux", only("dnf"))
    assert "libportaudio2" in missing_library_hint("linux", only())
    assert "pip install" in missing_library_hint("darwin", only())


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_hint_names_the_way_to_a_file(platform: str) -> None:
    assert "say -o out.wav" in missing_library_hint(platform, only("apt-get"))
    assert "say -o out.wav" in no_device_hint({}, platform, only())


def test_a_login_that_cannot_reach_the_desktop_is_told_so() -> None:
    assert "XDG_RUNTIME_DIR" in no_device_hint({}, "linux", only())
    assert "XDG_RUNTIME_DIR" not in no_device_hint({"PULSE_SERVER": "tcp:host"}, "linux", only())


def test_a_sound_server_out_of_alsas_reach_is_told_so() -> None:
    runtime = {"XDG_RUNTIME_DIR": "/run/user/1000"}
    sockets = {Path("/run/user/1000/pulse/native")}
    assert "libasound2-plugins" in no_device_hint(runtime, "linux", only("apt-get"), sockets.__contains__)
    assert "libasound2-plugins" not in no_device_hint(runtime, "linux", only("apt-get"), lambda path: False)
