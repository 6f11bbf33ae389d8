"""Sound through real processes: what is heard is what a file would hold, also on a busy machine and after the sound server died."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from common.errors import EXIT_NO_SOUND
from tests.fakes.daemon import Daemon
from tests.fakes.lives import voice_servers, within
from tests.fakes.pulse import (
    LOUD,
    RATE,
    NullSink,
    Samples,
    best_match,
    end_process,
    trim_silence,
)
from tests.fakes.saying import saying
from tests.fakes.tones import followed, pieces_of, short_text, text_of_pieces, tones_of

pytestmark = [pytest.mark.sound, pytest.mark.timeout(240)]

SLOWLY = ("-s", "0.5")  # a piece of 4 s lasts longer than what is done meanwhile takes on a busy machine
# On a machine too busy to feed the sink in time a recording has holes, which prove nothing: it is made again.
PATIENCE = 120.0  # seconds, of which most tries take six


@pytest.fixture
def sink() -> Iterator[NullSink]:
    with NullSink() as sink:
        yield sink


def samples_of(path: Path) -> Samples:
    """Return the samples of a WAV file: float32 [samples], mono."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / np.float32(32767)


def record_say(sink: NullSink, daemon: Daemon, *arguments: str) -> Samples:
    """Return what is heard of one `say`."""
    return record(sink, daemon, lambda: daemon.run_say(*arguments))


def record(sink: NullSink, daemon: Daemon, speak: Callable[[], subprocess.CompletedProcess[bytes]]) -> Samples:
    """Return what is heard while a program speaks, again where the sink ran dry, or a piece came too late."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        before = sink.underruns, underruns(daemon)
        with sink.record() as recording:
            done = speak()
            recording.wait_for_silence()
            samples = recording.samples
        assert (done.returncode, done.stderr) == (0, b"")
        if (sink.underruns, underruns(daemon)) == before:
            return samples
    pytest.fail("the machine is too busy to play some seconds of sound")


def found_in(recorded: Samples, expected: Samples, likeness: float) -> Samples:
    """Return the part of `recorded` that is `expected`, after a look whether it is."""
    offset, found_likeness = best_match(recorded, expected)
    assert found_likeness > likeness
    return recorded[offset : offset + len(expected)]


def speak_and_write(sink: NullSink, daemon: Daemon, text: str) -> tuple[Samples, Samples]:
    """Return what is heard of a text, and what `-o` writes of it."""
    written = daemon.run_say("-s", "2", "-o", "out.wav", text)
    assert (written.returncode, written.stderr) == (0, b"")
    return record_say(sink, daemon, "-s", "2", text), samples_of(daemon.folder / "out.wav")


def test_what_is_heard_is_what_is_written(tmp_path: Path, sink: NullSink) -> None:
    text = text_of_pieces(4)
    with Daemon(tmp_path, environment=sink.environment) as daemon:
        recorded, written = speak_and_write(sink, daemon, text)
    found = found_in(recorded, written, 0.9999)
    assert np.max(np.abs(found - written)) < 0.001  # 16 bits and no resampling
    assert len(trim_silence(recorded)) == len(trim_silence(written))  # neither head nor tail is cut, nothing is added
    assert np.max(np.abs(np.diff(recorded))) <= np.max(np.abs(np.diff(written))) + 0.001  # no click


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_what_is_heard_on_another_rate_is_what_is_written(tmp_path: Path, rate: int) -> None:
    text = text_of_pieces(2)
    with NullSink(rate=rate) as sink, Daemon(tmp_path, environment=sink.environment) as daemon:
        recorded, written = speak_and_write(sink, daemon, text)
    found = found_in(recorded, written, 0.999)
    assert np.max(np.abs(found - written)) < 0.02
    assert abs(len(trim_silence(recorded)) - len(trim_silence(written))) < 0.005 * RATE


def test_the_shortest_speech_is_heard_whole(tmp_path: Path, sink: NullSink) -> None:
    with Daemon(tmp_path, environment=sink.environment) as daemon:
        recorded, written = speak_and_write(sink, daemon, "No.")
    assert len(trim_silence(recorded)) == len(trim_silence(written)) > 0


@contextlib.contextmanager
def busy_machine() -> Iterator[None]:
    """Keep two cores at work."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        yield
    finally:
        for loop in loops:
            end_process(loop)


def underruns(daemon: Daemon) -> int:
    status = json.loads(daemon.run_say("--status", "--json").stdout)
    figure = status["underruns"]
    assert isinstance(figure, int)
    return figure


def test_a_busy_machine_leaves_no_hole(tmp_path: Path, sink: NullSink) -> None:
    text = text_of_pieces(4)
    with Daemon(tmp_path, environment=sink.environment) as daemon, busy_machine():
        recorded, written = speak_and_write(sink, daemon, text)
    found_in(recorded, written, 0.9999)
    assert len(trim_silence(recorded)) == len(trim_silence(written))


def test_pieces_that_come_too_late_are_counted(tmp_path: Path, sink: NullSink) -> None:
    text = text_of_pieces(3)
    # Each comes two seconds after the one before has been heard, unless the sound device took as long to begin with that.
    with Daemon(tmp_path, environment=sink.environment, tone_delay=3.0) as daemon:
        counted = []
        while 2 not in counted and len(counted) < 5:  # a machine that stands still while a piece sounds adds to them
            before = underruns(daemon)
            assert daemon.run_say("-s", "2", text).returncode == 0
            counted.append(underruns(daemon) - before)
        assert counted[-1] == 2, counted  # the first piece has none to be late for
        assert f"underruns      {underruns(daemon)}".encode() in daemon.run_say("--status").stdout


def test_loud_sound_is_clipped_and_never_wrapped(tmp_path: Path, sink: NullSink) -> None:
    code = "import sys; from say import SayClient; SayClient().speak(sys.stdin.read(), volume=4.0)"
    text = short_text()
    with Daemon(tmp_path, environment=sink.environment) as daemon:
        recorded = record(sink, daemon, lambda: daemon.run_python(code, input=text))
    assert np.max(np.abs(recorded)) == pytest.approx(1.0, abs=0.001)
    piece = pieces_of(text)[0]
    tone = np.sin(2 * np.pi * tones_of(text)[0] / RATE * np.arange(int(0.02 * RATE * len(piece.text))))
    found_in(recorded, np.clip(1.2 * tone, -1, 1).astype(np.float32), 0.99)


def test_a_sink_that_nobody_hears_is_warned_of_once(tmp_path: Path) -> None:
    with NullSink("auto_null") as sink, Daemon(tmp_path, environment=sink.environment) as daemon:
        for _ in range(2):
            done = daemon.run_say("-s", "2", text_of_pieces(2))
            assert done.returncode == 0
            assert done.stderr.count(b"\n") == 1
            assert b"nothing will be heard" in done.stderr


def test_without_a_sound_server_it_is_said_at_once(tmp_path: Path) -> None:
    nowhere = NullSink()
    try:
        with Daemon(tmp_path, environment=nowhere.environment) as daemon:
            for _ in range(2):
                with within(30.0, "finding out that there is no sound device"):
                    done = daemon.run_say("hello")
                assert done.returncode == EXIT_NO_SOUND
                assert b"no sound device was found" in done.stderr
                assert b"-o" in done.stderr
                assert b"Traceback" not in done.stderr
            assert daemon.run_say("-o", "out.wav", "hello").returncode == 0
    finally:
        nowhere.end()


def test_a_sound_server_that_dies_ends_the_speech_in_a_sentence(tmp_path: Path, sink: NullSink) -> None:
    with Daemon(tmp_path, environment=sink.environment) as daemon:
        with sink.record() as recording, saying(daemon, *SLOWLY, text_of_pieces(4)) as client:
            recording.wait_for_sound()
            sink.kill()
            _, said = client.communicate(timeout=30)
        assert client.returncode == EXIT_NO_SOUND
        assert said.count(b"say:") == 1
        assert b"Traceback" not in said

        sink.start()
        assert_speaks(sink, daemon)


def test_a_sound_server_that_hangs_ends_the_speech_in_a_sentence(tmp_path: Path, sink: NullSink) -> None:
    with Daemon(tmp_path, environment=sink.environment) as daemon:
        with sink.record() as recording, saying(daemon, *SLOWLY, text_of_pieces(4)) as client:
            recording.wait_for_sound()
            sink.freeze()
            _, said = client.communicate(timeout=30)
            assert client.returncode == EXIT_NO_SOUND
            assert said.count(b"say:") == 1

        sink.thaw()
        assert_speaks(sink, daemon)  # from another voice server, for this one's sound library hangs


def test_a_sound_server_that_comes_back_is_spoken_through(tmp_path: Path, sink: NullSink) -> None:
    text = text_of_pieces(4)
    tones = tones_of(text)
    with Daemon(tmp_path, environment=sink.environment) as daemon, saying(daemon, *SLOWLY, text) as client:
        with sink.record() as recording:
            recording.wait_for_sound()
        sink.kill()
        sink.start()
        with sink.record() as recording:
            _, said = client.communicate(timeout=60)
            recording.wait_for_silence()
            recorded = recording.samples
    assert (client.returncode, said) == (0, b"")
    assert followed(recorded, tones)[-3:] == tones[1:]  # the first is under way


def assert_speaks(sink: NullSink, daemon: Daemon, **env: str) -> None:
    """Speak a word and look whether it is heard."""
    text = short_text()
    with sink.record() as recording:
        done = daemon.run_say(text, env=env)
        recording.wait_for_silence()
        recorded = recording.samples
    assert (done.returncode, done.stderr) == (0, b"")
    assert followed(recorded, tones_of(text)) == tones_of(text)


def test_a_daemon_that_knew_no_sound_server_learns_of_the_clients(tmp_path: Path, sink: NullSink) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        assert daemon.run_say("-o", "out.wav", "hello").returncode == 0
        before = voice_servers(daemon)

        assert_speaks(sink, daemon, **sink.environment)

        assert voice_servers(daemon) != before
        after = voice_servers(daemon)
        assert_speaks(sink, daemon, **sink.environment)
        assert voice_servers(daemon) == after  # it is not replaced for nothing


def test_clients_of_two_sound_servers_are_each_heard_on_their_own(tmp_path: Path, sink: NullSink) -> None:
    with NullSink() as other, Daemon(tmp_path, environment=sink.environment) as daemon:
        assert_speaks(sink, daemon)
        sink.kill()
        assert_speaks(other, daemon, **other.environment)


def test_silence_before_and_after_is_silent(tmp_path: Path, sink: NullSink) -> None:
    with Daemon(tmp_path, environment=sink.environment) as daemon:
        recorded = record_say(sink, daemon, short_text())
    edges = np.flatnonzero(np.abs(recorded) > LOUD)[[0, -1]]
    assert not np.any(recorded[: edges[0] - RATE // 100])
    assert not np.any(recorded[edges[1] + RATE // 100 :])


def test_text_on_a_file_is_not_heard(tmp_path: Path, sink: NullSink) -> None:
    with Daemon(tmp_path, environment=sink.environment) as daemon, sink.record() as recording:
        assert daemon.run_say("-o", "out.wav", short_text()).returncode == 0
        recording.wait_for_samples(RATE // 2)
        assert not np.any(recording.samples)
