from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from common.audio_environment import audio_environment, with_audio_environment


def test_only_what_a_player_needs_travels() -> None:
    environment = {
        "XDG_RUNTIME_DIR": "/run/user/1",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/bus",
        "PULSE_SERVER": "unix:/p",
        "PULSE_SINK": "null",
        "PIPEWIRE_REMOTE": "pipewire-0",
        "ALSA_CONFIG_PATH": "/a",
        "HOME": "/home/a",
        "PATH": "/bin",
        "SECRET": "s",
        "LD_PRELOAD": "/x.so",
        "PYTHONPATH": "/x",
    }

    assert set(environment) - set(audio_environment(environment)) == {"PATH", "SECRET", "LD_PRELOAD", "PYTHONPATH"}


def test_the_clients_part_replaces_ours_whole() -> None:
    ours = {"PATH": "/bin", "HOME": "/home/a", "PULSE_SERVER": "old", "PULSE_SINK": "old"}

    merged = with_audio_environment(ours, {"PULSE_SERVER": "new", "PATH": "/evil", "LD_PRELOAD": "/x.so"})

    assert merged == {"PATH": "/bin", "HOME": "/home/a", "PULSE_SERVER": "new"}


def test_there_is_always_a_home() -> None:
    assert with_audio_environment({}, {})["HOME"] == "/"


ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=8)


@given(
    st.dictionaries(
        st.sampled_from(["PULSE_", "HOME", "PIPEWIRE_"]).flatmap(lambda start: ANY_TEXT.map(start.__add__)), ANY_TEXT
    )
)
def test_what_comes_out_is_what_a_process_can_have(audio: dict[str, str]) -> None:
    for name, value in with_audio_environment({}, audio).items():
        assert name and "=" not in name
        assert b"\0" not in name.encode(errors="surrogateescape") + value.encode(errors="surrogateescape")


def test_a_process_can_be_started_with_it() -> None:
    odd = {
        "PULSE_SERVER": "a\0b",
        "PULSE_=": "x",
        "PULSE_\0": "x",
        "PULSE_A": "\ud800",
        "PULSE_B": "\udcff",
        "HOME": "/ö",
    }

    environment = with_audio_environment({}, odd)

    assert set(environment) == {"PULSE_B", "HOME"}
    subprocess.run([sys.executable, "-S", "-c", ""], env=environment, check=True)
