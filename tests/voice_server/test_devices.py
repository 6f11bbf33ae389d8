from __future__ import annotations

import pytest

from common.errors import NoSound
from voice_server.devices import MOST_NAMED, Device, all_devices, choose, may_sleep
from voice_server.sound_server import Sink, SoundServer

CARD = Sink("alsa_output.pci-0000_00_1f.3.analog-stereo", "Built-in Audio Analog Stereo")
SCREEN = Sink("alsa_output.pci-0000_00_1f.3.hdmi-stereo", "Built-in Audio Digital Stereo (HDMI)")
SERVER = SoundServer(CARD.name, (CARD, SCREEN))
ALSA = ["HDA Intel: ALC256 Analog (hw:0,0)", "HDA Intel: HDMI 0 (hw:0,3)", "pulse", "default"]


def names(devices: list[Device]) -> list[str]:
    return [device.name for device in devices]


def test_the_sound_servers_sinks_come_before_portaudios_devices() -> None:
    assert names(all_devices(ALSA, "default", SERVER)) == [CARD.name, SCREEN.name, *ALSA]
    assert names(all_devices(ALSA, "default", None)) == ALSA


@pytest.mark.parametrize(
    ("default", "server", "expected"),
    [
        ("default", SERVER, CARD.name),  # ALSA's default is the sound server
        (ALSA[0], SERVER, ALSA[0]),  # ALSA was told otherwise
        ("default", None, "default"),
        ("default", SoundServer("gone", (CARD,)), "default"),
        ("default", SoundServer("", ()), "default"),
    ],
)
def test_one_device_is_the_default_one(default: str, server: SoundServer | None, expected: str) -> None:
    assert names([device for device in all_devices(ALSA, default, server) if device.default]) == [expected]


def test_without_any_default_device_there_is_none() -> None:
    assert not any(device.default for device in all_devices(["USB Box"], "", None))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CARD.name, CARD.name),
        (CARD.name.upper(), CARD.name),
        ("built-in audio analog stereo", CARD.name),
        ("digital", SCREEN.name),
        (" hdmi ", SCREEN.name),  # the card that ALSA lists is the same
        ("hw:0,3", ALSA[1]),
        ("alc256", ALSA[0]),
        ("pulse", "pulse"),
        ("DEFAULT", "default"),
    ],
)
def test_a_name_in_full_or_in_part_means_one_device(wanted: str, expected: str) -> None:
    assert choose(wanted, all_devices(ALSA, "default", SERVER)).name == expected


def test_a_name_in_full_is_preferred_to_the_same_in_part() -> None:
    devices = all_devices(["USB", "USB Box", "USB Box 2"], "USB", None)
    assert choose("usb", devices).name == "USB"
    assert choose("usb box", devices).name == "USB Box"


@pytest.mark.parametrize("wanted", ["kitchen", "built-in", "stereo", "hda"])
def test_a_name_that_means_none_or_several_is_refused_with_the_names(wanted: str) -> None:
    with pytest.raises(NoSound, match=wanted) as caught:
        choose(wanted, all_devices(ALSA, "default", SERVER))
    assert caught.value.exit_status == 3
    assert "say --devices" in caught.value.hint
    assert (ALSA[0] if wanted == "hda" else CARD.name) in caught.value.hint


def test_a_hint_does_not_list_devices_without_end() -> None:
    with pytest.raises(NoSound) as caught:
        choose("kitchen", all_devices([f"card {number}" for number in range(50)], "card 0", None))
    assert caught.value.hint.count("card") == MOST_NAMED
    assert f"and {50 - MOST_NAMED} more" in caught.value.hint


def test_where_there_is_no_device_none_is_named() -> None:
    with pytest.raises(NoSound, match="no sound device 'kitchen'") as caught:
        choose("kitchen", [])
    assert "none at all" in caught.value.hint


@pytest.mark.parametrize(
    "name",
    [
        "bluez_output.00_11.1",
        "bluez_sink.00_11.a2dp_sink",
        "Anna's AirPods",
        "Pixel Buds",
        SCREEN.description,
        "USB Headset",
    ],
)
def test_bluetooth_and_screens_may_sleep(name: str) -> None:
    assert may_sleep(name)


@pytest.mark.parametrize("name", [*CARD.name.split(), CARD.description, "default", "pulse", "MacBook Pro Speakers", ""])
def test_ordinary_devices_do_not_sleep(name: str) -> None:
    assert not may_sleep(name)
