"""Which loudspeaker sounds, by recordings of several null sinks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.playing import Player, playing
from tests.fakes.pulse import LOUD, RATE, NullSink, Recording, best_match, trim_silence
from tests.voice_server.test_speaker_pulse import in_a_quiet_moment, steady, voice_like
from voice_server.preroll import PREROLL

pytestmark = pytest.mark.usefixtures("no_process_left")

ROOM = "alsa_output.usb-Acme_Room-00.analog-stereo"
HEADPHONES = "bluez_output.00_11_22_33_44_55.1"


@pytest.fixture
def sinks(no_process_left: object) -> Iterator[NullSink]:
    """A sound server with three sinks, of which `t` is the default one."""
    with NullSink() as server:
        server.add_sink(ROOM, "Living Room")
        server.add_sink(HEADPHONES, "Acme Phones")
        server.set_default("t")
        yield server


class Recordings:
    """What sounds on each of the sinks."""

    def __init__(self, recordings: dict[str, Recording]) -> None:
        self.of = recordings

    def wait_for_silence(self) -> None:
        for recording in self.of.values():
            recording.wait_for_silence()

    @property
    def sounding(self) -> list[str]:
        """Return the sinks on which something was heard."""
        return [name for name, recording in self.of.items() if np.any(np.abs(recording.samples) > LOUD)]


def record_all(server: NullSink, stack: ExitStack) -> Recordings:
    return Recordings({name: stack.enter_context(server.record(name)) for name in ("t", ROOM, HEADPHONES)})


def play(player: Player, device: str = "", preroll: str = "never") -> None:
    """Play everything, and wait until it was heard."""
    player.tell("play", device=device, preroll=preroll)
    player.wait_for("closed")


def test_the_sinks_of_the_sound_server_are_devices(sinks: NullSink, tmp_path: Path) -> None:
    with playing([], tmp_path, sinks.full_environment) as player:
        devices = json.loads(player.ask("devices").detail)
    assert devices[:3] == [["t", "Null Output", True], [ROOM, "Living Room", False], [HEADPHONES, "Acme Phones", False]]
    assert ["pulse", "pulse", False] in devices
    assert sum(default for _, _, default in devices) == 1


@pytest.mark.parametrize("name", [ROOM, "living room", "usb-acme"])
def test_a_named_device_is_heard_alone_and_only_when_it_is_named(sinks: NullSink, tmp_path: Path, name: str) -> None:
    with ExitStack() as stack, playing([steady(0.3)], tmp_path, sinks.full_environment) as player:
        recordings = record_all(sinks, stack)
        play(player, name)
        recordings.wait_for_silence()
        assert recordings.sounding == [ROOM]
        play(player)
        recordings.wait_for_silence()
        assert recordings.sounding == ["t", ROOM]


def test_an_unknown_device_is_heard_nowhere(sinks: NullSink, tmp_path: Path) -> None:
    with ExitStack() as stack, playing([steady(0.3)], tmp_path, sinks.full_environment) as player:
        recordings = record_all(sinks, stack)
        for name, reason in (("kitchen", "there is no sound device 'kitchen'"), ("acme", "several sound devices fit")):
            player.tell("play", device=name)
            said = player.wait_for("no_sound").detail
            assert reason in said
            assert ROOM in said and HEADPHONES in said
        for recording in recordings.of.values():
            recording.wait_for_samples(RATE // 2)
        assert recordings.sounding == []


def test_a_device_that_comes_later_can_be_named(sinks: NullSink, tmp_path: Path) -> None:
    with playing([steady(0.2)], tmp_path, sinks.full_environment) as player:
        play(player)
        sinks.add_sink("kitchen")
        with sinks.record("kitchen") as recording:
            play(player, "kitchen")
            assert recording.first_sound_time() is not None


def test_speech_moves_to_another_default_device_and_nothing_is_lost(sinks: NullSink, tmp_path: Path) -> None:
    sound = voice_like(4.0, 1)

    lost = [1.0]  # seconds, in each try

    def attempt() -> None:
        sinks.set_default("t")
        with sinks.record() as before, sinks.record(ROOM) as after:
            with playing([sound], tmp_path, sinks.full_environment) as player:
                player.tell("play")
                player.wait_for("playing")
                before.wait_for_sound()
                before.wait_for_samples(RATE // 2)
                sinks.set_default(ROOM)
                player.wait_for("closed")
            before.wait_for_silence()
            after.wait_for_silence()
            first, second = before.samples, after.samples
        begin, _ = best_match(first, sound[: RATE // 4])
        moved = int(np.flatnonzero(np.abs(first) > LOUD)[-1]) + 1 - begin
        assert RATE // 4 < moved < len(sound)
        went_on = best_match(second, sound[-RATE // 4 :])[0] - (len(sound) - RATE // 4)
        heard_from = int(np.flatnonzero(np.abs(second) > LOUD)[0]) - went_on
        lost.append((heard_from - moved) / RATE)

    in_a_quiet_moment(sinks, attempt)
    assert lost[-1] < 0.01


def test_speech_on_a_device_that_is_taken_away_goes_on_where_others_are_heard(sinks: NullSink, tmp_path: Path) -> None:
    sound = voice_like(2.5, 1)
    with sinks.record() as before, sinks.record(ROOM) as after:
        with playing([sound], tmp_path, sinks.full_environment) as player:
            player.tell("play")
            before.wait_for_sound()
            before.wait_for_samples(RATE // 2)
            sinks.remove_sink("t")
            sinks.set_default(ROOM)
            assert player.wait_for("drained", "no_sound").name == "drained"
            player.wait_for("closed")
        after.wait_for_silence()
        second = after.samples
    assert best_match(second, sound[-RATE:])[1] > 0.99


def test_speech_on_a_named_device_that_is_taken_away_is_moved_by_the_sound_server(
    sinks: NullSink, tmp_path: Path
) -> None:
    sound = voice_like(2.5, 1)
    with sinks.record() as other, sinks.record(ROOM) as named:
        with playing([sound], tmp_path, sinks.full_environment) as player:
            player.tell("play", device="living")
            named.wait_for_sound()
            named.wait_for_samples(RATE // 2)
            sinks.remove_sink(ROOM)
            player.wait_for("closed")
        other.wait_for_silence()
        second = other.samples
    assert best_match(second, sound[-RATE:])[1] > 0.99


@pytest.mark.parametrize("preroll", ["always", "never"])
def test_a_pre_roll_is_silence_that_counts_as_nothing(sinks: NullSink, tmp_path: Path, preroll: str) -> None:
    late = [0.0]  # seconds from the opening to the first sound, in each try

    def attempt() -> None:
        with sinks.record() as recording, playing([steady(0.3)], tmp_path, sinks.full_environment) as player:
            player.tell("play", preroll=preroll)
            opened, said = player.wait_for("opened").at, player.wait_for("playing").at
            assert player.wait_for("drained").detail == str(int(0.3 * RATE))
            assert player.wait_for("closed").detail == "0 0 False"
            recording.wait_for_silence()
            heard = recording.first_sound_time()
            assert len(trim_silence(recording.samples)) == pytest.approx(0.3 * RATE, abs=10)
        assert heard is not None
        assert -0.1 < said - heard < 2.0  # not with the silence; a busy machine says it later
        late.append(heard - opened)

    for _ in range(1 if preroll == "always" else 5):  # a busy machine is late once or twice
        in_a_quiet_moment(sinks, attempt)
        if late[-1] <= PREROLL:
            break
    assert (late[-1] > PREROLL) == (preroll == "always")


def test_a_bluetooth_device_that_slept_is_woken_and_no_other(sinks: NullSink, tmp_path: Path) -> None:
    def preroll(device: str = "") -> float:
        player.tell("play", device=device, preroll="auto")
        seconds = float(player.wait_for("preroll").detail)
        player.wait_for("closed")
        return seconds

    # Nothing is recorded at first: what is recorded is awake.
    sinks.let_sleep()
    with playing([steady(0.1)], tmp_path, sinks.full_environment) as player:
        assert [preroll(), preroll("living"), preroll("phones")] == [0.0, 0.0, PREROLL]
        assert preroll("phones") == 0.0
    sinks.set_default(HEADPHONES)
    sinks.wait_for_sleep(HEADPHONES)
    with playing([steady(0.1)], tmp_path, sinks.full_environment) as player:
        assert preroll() == PREROLL
    with playing([steady(0.1)], tmp_path, sinks.full_environment) as player, sinks.record(HEADPHONES):
        assert preroll() == 0.0  # another program has it awake
