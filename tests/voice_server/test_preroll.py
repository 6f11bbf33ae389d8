from __future__ import annotations

import pytest

from voice_server.preroll import ALWAYS, AUTO, AWAKE, NEVER, PREROLL, is_awake, preroll
from voice_server.sound_server import Sink

ASLEEP = Sink("bluez_output.1", "Acme Phones", True)
AWAKE_ONE = Sink("bluez_output.1", "Acme Phones", False)
CARD = Sink("alsa_output.1", "Built-in", True)


@pytest.mark.parametrize(("idle", "awake"), [(None, False), (0.0, True), (AWAKE - 0.1, True), (AWAKE + 0.1, False)])
def test_a_device_stays_awake_for_some_seconds(idle: float | None, awake: bool) -> None:
    assert is_awake(idle) == awake


@pytest.mark.parametrize(
    ("mode", "awake", "sink", "expected"),
    [
        (AUTO, False, ASLEEP, True),
        (AUTO, False, AWAKE_ONE, False),  # somebody else plays on it
        (AUTO, True, ASLEEP, False),
        (AUTO, False, CARD, False),
        (ALWAYS, False, CARD, True),
        (ALWAYS, False, None, True),
        (ALWAYS, True, CARD, False),  # it has just been used: no first syllable is in danger
        (NEVER, False, ASLEEP, False),
    ],
)
def test_a_pre_roll_is_for_devices_that_sleep(mode: str, awake: bool, sink: Sink | None, expected: bool) -> None:
    assert preroll(mode, awake, "default", sink) == (PREROLL if expected else 0.0)


@pytest.mark.parametrize(("name", "expected"), [("default", 0.0), ("AirPods", PREROLL), ("HDA Intel: HDMI 0", PREROLL)])
def test_without_a_sound_server_portaudios_name_decides(name: str, expected: float) -> None:
    assert preroll(AUTO, False, name, None) == expected
