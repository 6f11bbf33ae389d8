"""Loudspeakers by name, and a default one that changes, through real processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from common.errors import EXIT_NO_SOUND
from tests.fakes.daemon import Daemon
from tests.fakes.lives import within
from tests.fakes.pulse import LOUD, RATE, NullSink, Recording
from tests.fakes.saying import saying
from tests.fakes.tones import followed, short_text, text_of_pieces, tones_of

pytestmark = pytest.mark.sound

ROOM = "alsa_output.usb-Acme_Room-00.analog-stereo"


@pytest.fixture
def sinks() -> Iterator[NullSink]:
    """A sound server with two sinks, of which `t` is the default one."""
    with NullSink() as server:
        server.add_sink(ROOM, "Living Room")
        server.set_default("t")
        yield server


def is_silent(recording: Recording) -> bool:
    recording.wait_for_samples(RATE // 4)
    return not np.any(np.abs(recording.samples) > LOUD)


def test_devices_are_listed_with_the_default_one_marked(tmp_path: Path, sinks: NullSink) -> None:
    with Daemon(tmp_path, environment=sinks.environment) as daemon:
        done = daemon.run_say("--devices")
        lines = [line.split() for line in done.stdout.decode().splitlines()]
        assert (done.returncode, done.stderr) == (0, b"")
        assert ["*", "t", "Null", "Output"] in lines
        assert [ROOM, "Living", "Room"] in lines
        assert sum(line[0] == "*" for line in lines) == 1
        assert daemon.run_say("-a", "?").stdout == done.stdout


def test_speech_is_heard_on_the_named_device_alone(tmp_path: Path, sinks: NullSink) -> None:
    text = short_text()
    with Daemon(tmp_path, environment=sinks.environment) as daemon, ExitStack() as stack:
        other, named = stack.enter_context(sinks.record()), stack.enter_context(sinks.record(ROOM))
        for arguments, env in ((("-a", "living room"), {}), ((), {"SAY_AUDIO_DEVICE": "usb-acme"})):
            before = len(named.samples)
            done = daemon.run_say(*arguments, text, env=env)
            assert (done.returncode, done.stderr) == (0, b"")
            named.wait_for_silence()
            assert followed(named.samples[before:], tones_of(text)) == tones_of(text)
        assert is_silent(other)
        done = daemon.run_say(text)  # what one utterance asked for is no matter of the next
        assert (done.returncode, done.stderr) == (0, b"")
        other.wait_for_silence()
        assert followed(other.samples, tones_of(text)) == tones_of(text)


def test_an_unknown_device_is_said_at_once_and_heard_nowhere(tmp_path: Path, sinks: NullSink) -> None:
    with Daemon(tmp_path, environment=sinks.environment) as daemon, ExitStack() as stack:
        recordings = [stack.enter_context(sinks.record(sink)) for sink in ("t", ROOM)]
        for name in ("kitchen", "n"):  # none, several
            with within(15.0, "finding out that there is no such device"):
                done = daemon.run_say("-a", name, "hello")
            assert done.returncode == EXIT_NO_SOUND
            assert done.stderr.count(b"say:") == 1
            assert ROOM.encode() in done.stderr
            assert b"say --devices" in done.stderr
        assert all(is_silent(recording) for recording in recordings)


def test_a_default_device_that_changes_is_followed_and_nothing_is_lost(tmp_path: Path, sinks: NullSink) -> None:
    text = text_of_pieces(4)
    tones = tones_of(text)
    with Daemon(tmp_path, environment=sinks.environment) as daemon, ExitStack() as stack:
        first, second = stack.enter_context(sinks.record()), stack.enter_context(sinks.record(ROOM))
        with saying(daemon, text) as client:
            first.wait_for_sound()
            first.wait_for_samples(RATE // 2)
            sinks.set_default(ROOM)
            _, said = client.communicate(timeout=30)
        second.wait_for_silence()
        both = [tone for recording in (first, second) for tone in followed(recording.samples, tones)]
    assert (client.returncode, said) == (0, b"")
    moved = len(followed(first.samples, tones))
    # The tone that sounded then is heard on both, unless it was a pause.
    assert both in ([*tones[:moved], *tones[moved - 1 :]], tones) and 0 < moved < len(both)


def test_a_pre_roll_takes_nothing_from_the_speech(tmp_path: Path, sinks: NullSink) -> None:
    text = short_text()
    with Daemon(tmp_path, environment=sinks.environment) as daemon, sinks.record() as recording:
        done = daemon.run_say(text, env={"SAY_PREROLL": "always"})
        recording.wait_for_silence()
        samples = recording.samples
    assert (done.returncode, done.stderr) == (0, b"")
    assert followed(samples, tones_of(text)) == tones_of(text)
