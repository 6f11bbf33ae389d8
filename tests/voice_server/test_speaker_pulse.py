"""The speaker against a real sound server: what it plays is recorded from the monitor of a null sink."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.playing import Event, playing
from tests.fakes.pulse import LOUD, RATE, NullSink, best_match, block_levels, trim_silence
from voice_server.joins import Samples, join_piece

pytestmark = [pytest.mark.usefixtures("no_process_left"), pytest.mark.timeout(600)]

_TRIES = 5
_BUSY = 100.0  # seconds after which a machine is too busy


@pytest.fixture
def sink(no_process_left: object) -> Iterator[NullSink]:
    with NullSink() as sink:
        yield sink


def voice_like(seconds: float, seed: int) -> Samples:
    """Return noise below 5 kHz with the swell of syllables: nothing in it repeats, so it can be found again."""
    rng = np.random.default_rng(seed)
    count = int(seconds * RATE)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    spectrum[int(5_000 * seconds) :] = 0
    noise = np.fft.irfft(spectrum, count)
    swell = 0.6 + 0.4 * np.sin(np.arange(count) * 2 * np.pi * 4 / RATE)
    sound: Samples = (0.8 * swell * noise / np.max(np.abs(noise))).astype(np.float32)
    return sound


def steady(seconds: float) -> Samples:
    sound: Samples = (0.5 * np.sin(np.arange(int(seconds * RATE)) * 2 * np.pi * 440 / RATE)).astype(np.float32)
    return sound


@dataclass(frozen=True)
class Take:
    """One utterance: its recording and what the player said of it."""

    samples: Samples
    start: float  # monotonic seconds
    last_sound: float  # monotonic seconds
    events: list[Event]

    def details(self, name: str) -> list[str]:
        return [event.detail for event in self.events if event.name == name]


def record_whole(pieces: list[Samples], sink: NullSink, directory: Path) -> Take:
    """Play and record pieces, again where the machine was too busy to feed the sink in time: that proves nothing."""
    began = time.monotonic()
    while time.monotonic() < began + _BUSY:
        before = sink.underruns
        with sink.record() as recording, playing(pieces, directory, sink.full_environment) as player:
            player.tell("play")
            player.wait_for("closed")
            recording.wait_for_silence()
            take = Take(recording.samples, recording.start_time, recording.last_sound_time() or 0.0, player.events)
        if sink.underruns == before:
            return take
    pytest.fail("the machine is too busy to play two seconds of sound")


def test_what_is_recorded_is_what_was_given(sink: NullSink, tmp_path: Path) -> None:
    spoken = [voice_like(0.5, seed) for seed in range(3)]
    ends = ["clause", "sentence", "end"]
    pieces = [join_piece(s, 0, len(s), end, 1.0, 1.0, False) for s, end in zip(spoken, ends, strict=True)]
    for _ in range(_TRIES):  # a sound server that is held up sounds later than anybody can know
        take = record_whole(pieces, sink, tmp_path)
        drained = next(event.at for event in take.events if event.name == "drained")
        if take.last_sound < drained + 0.1:
            break
    expected = np.concatenate(pieces)
    offset, likeness = best_match(take.samples, expected)
    found = take.samples[offset : offset + len(expected)]
    assert likeness > 0.9999
    assert np.max(np.abs(found - expected)) < 0.001  # 16 bits and no resampling
    assert len(trim_silence(take.samples)) == len(trim_silence(found))  # and nothing else
    assert take.details("closed") == ["0 0 False"]
    assert take.details("playing") == take.details("played") == ["0", "1", "2"]
    assert take.last_sound < drained + 0.1  # "drained" is not said before it was heard


def test_stop_silences_at_once(
    sink: NullSink, tmp_path: Path, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    rng = np.random.default_rng(7)
    heard_for, took = [], []
    with sink.record() as recording, playing([steady(5)] * 3, tmp_path, sink.full_environment) as player:
        for _ in range(counts(10, 100)):
            before = time.monotonic()
            player.tell("play")
            player.wait_for("playing")
            recording.wait_for_sound(after=before)
            recording.wait_for_samples(int(rng.uniform(0.0, 0.3) * RATE))
            asked = time.monotonic()
            player.tell("stop")
            took.append(player.wait_for("stop").at - asked)
            recording.wait_for_silence(0.2)
            heard_for.append((recording.last_sound_time() or asked) - asked)
    figure(
        f"silent {statistics.median(heard_for) * 1000:.0f} ms after stop (median of {len(heard_for)}, "
        f"at most {max(heard_for) * 1000:.0f} ms); stop took {statistics.median(took) * 1000:.0f} ms"
    )
    # On a busy machine; it takes a tenth of that, and would sound for fifteen seconds.
    assert max(heard_for) < 4.0
    assert statistics.median(heard_for) < 1.0


def test_a_sound_server_that_dies_leaves_nobody_waiting(sink: NullSink, tmp_path: Path) -> None:
    with playing([steady(60)], tmp_path, sink.full_environment) as player:
        with sink.record() as recording:
            player.tell("play")
            recording.wait_for_sound()
        died = time.monotonic()
        sink.kill()
        failed = player.wait_for("no_sound")
        assert failed.at - died < 25  # of sixty
        assert "say -o out.wav" in failed.detail
        hangs = "does not answer" in failed.detail  # as it may seem on a machine that is busy for a second
        assert player.wait_for("needs_new_process").detail == str(hangs)


def test_a_sound_server_that_freezes_leaves_nobody_waiting(sink: NullSink, tmp_path: Path) -> None:
    with playing([steady(60)], tmp_path, sink.full_environment) as player:
        with sink.record() as recording:
            player.tell("play")
            recording.wait_for_sound()
            recording.wait_for_samples(RATE // 2)  # the device is awake
        froze = time.monotonic()
        sink.freeze()
        failed = player.wait_for("no_sound")
        assert failed.at - froze < 25  # of sixty
        assert "does not answer" in failed.detail
        assert player.wait_for("needs_new_process").detail == "True"
        player.end()  # a hanging library does not hold up the end of the process
        assert time.monotonic() - failed.at < 25


def test_a_sound_server_that_restarts_costs_little(sink: NullSink, tmp_path: Path) -> None:
    sound = voice_like(2.5, 1)
    with playing([sound], tmp_path, sink.full_environment) as player:
        player.tell("patience", seconds=25.0)  # a sound server takes long to start where others work
        with sink.record() as recording:
            player.tell("play")
            recording.wait_for_sound()
        sink.kill()
        sink.start()
        before = sink.underruns
        with sink.record() as recording:
            assert player.wait_for("drained", "no_sound").name == "drained"
            recording.wait_for_silence()
            after = recording.samples
    if sink.underruns == before:  # a busy machine leaves holes
        assert best_match(after, sound[-RATE:])[1] > 0.99


def test_without_a_sound_server_opening_fails_soon(tmp_path: Path) -> None:
    nowhere = NullSink()
    try:
        with playing([steady(1)], tmp_path, nowhere.full_environment) as player:
            player.tell("play")
            assert "no sound device" in player.wait_for("no_sound").detail
    finally:
        nowhere.end()


def test_a_null_device_of_alsa_is_noticed(tmp_path: Path) -> None:
    config = tmp_path / "asound.conf"
    config.write_text("</usr/share/alsa/alsa.conf>\npcm.!default { type plug slave.pcm { type null } }\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULSE_")}
    began = time.monotonic()
    with playing([steady(2)], tmp_path, environment | {"ALSA_CONFIG_PATH": str(config)}) as player:
        player.tell("play")
        assert player.wait_for("closed").detail == "0 0 True"
    assert time.monotonic() - began > 1.0  # it was not rushed through


def test_a_sound_has_no_gaps_between_its_pieces(sink: NullSink, tmp_path: Path) -> None:
    take = record_whole(np.array_split(steady(1.5), 40), sink, tmp_path)
    assert np.all(block_levels(trim_silence(take.samples)) > 0.3)


def test_what_is_reported_is_what_is_heard(
    sink: NullSink, tmp_path: Path, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    pieces = [voice_like(seconds, seed) for seed, seconds in enumerate((0.5, 0.05, 0.7, 0.3))]
    edges = np.cumsum([0, *(len(piece) for piece in pieces)]) / RATE
    errors = []
    for _ in range(counts(3, 30)):
        for _ in range(_TRIES):  # a sound server that is held up sounds later than anybody can know
            take = record_whole(pieces, sink, tmp_path)
            offset, _ = best_match(take.samples, np.concatenate(pieces))
            begin = take.start + offset / RATE
            said = [event for event in take.events if event.name in ("playing", "played")]
            assert len(said) == 2 * len(pieces)
            late = [event.at - begin - float(edges[int(event.detail) + (event.name == "played")]) for event in said]
            if min(late) > -0.1 and abs(statistics.median(late)) < 0.1:
                break
        errors += late
    figure(
        f"told what is heard {statistics.median(errors) * 1000:+.0f} ms from when it was "
        f"({min(errors) * 1000:+.0f} to {max(errors) * 1000:+.0f} ms of {len(errors)})"
    )
    assert abs(statistics.median(errors)) < 0.1
    assert min(errors) > -0.1 and max(errors) < 3.0  # the start of a stream, and a busy machine


def in_a_quiet_moment(sink: NullSink, attempt: Callable[[], None]) -> None:
    """Do something until the machine was not too busy to feed the sink meanwhile: what fails there proves nothing."""
    began = time.monotonic()
    while time.monotonic() < began + _BUSY:
        before = sink.underruns
        try:
            attempt()
        except AssertionError:
            if sink.underruns == before:
                raise
        if sink.underruns == before:
            return
    pytest.fail("the machine is too busy to play a few seconds of sound")


def test_what_was_cut_goes_on_without_a_loss_and_without_a_click(
    sink: NullSink, tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    sound = voice_like(3.0, 1)
    rng = np.random.default_rng(3)

    def attempt() -> None:
        with sink.record() as recording, playing([sound], tmp_path, sink.full_environment) as player:
            player.tell("open")
            player.tell("piece", index=0)
            player.wait_for("playing")
            recording.wait_for_samples(int(rng.uniform(0.0, 1.0) * RATE))
            piece, at = json.loads(player.ask("cut").detail)
            player.tell("piece", index=0, start=at)
            player.tell("finish")
            player.tell("drained")
            assert player.wait_for("closed").detail == "0 0 False"
            recording.wait_for_silence()
            recorded = recording.samples
        assert piece == 0
        assert [event.name for event in player.events if event.name in ("playing", "played")] == ["playing", "played"]
        begun, likeness = best_match(recorded, sound[:at])
        assert likeness > 0.999
        gone_on, likeness = best_match(recorded, sound[at:])
        assert likeness > 0.99  # but for the fade
        assert 0 <= gone_on - (begun + at) < 5 * RATE  # after the fade, and after as long as the test took to go on
        assert np.max(np.abs(np.diff(recorded))) < 1.05 * np.max(np.abs(np.diff(sound)))

    for _ in range(counts(3, 30)):
        in_a_quiet_moment(sink, attempt)


def test_a_stop_says_where_it_was(
    sink: NullSink, tmp_path: Path, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    sound = voice_like(5.0, 1)
    rng = np.random.default_rng(3)
    errors: list[float] = []

    def attempt() -> None:
        with sink.record() as recording, playing([sound], tmp_path, sink.full_environment) as player:
            player.tell("open")
            player.tell("piece", index=0)
            player.wait_for("playing")
            recording.wait_for_samples(int(rng.uniform(0.1, 1.0) * RATE))
            _, at = json.loads(player.ask("stop").detail)
            recording.wait_for_silence()
            recorded = recording.samples
        begun, _ = best_match(recorded, sound[: at // 2])
        ended = int(np.flatnonzero(np.abs(recorded) > LOUD)[-1])
        tried.append((begun + at - ended) / RATE)

    for _ in range(counts(3, 30)):
        tried: list[float] = []
        for _ in range(_TRIES):  # a sound server that is held up sounds later than anybody can know
            in_a_quiet_moment(sink, attempt)
            if -0.15 < tried[-1] < 0.03:
                break
        errors.append(tried[-1])
    figure(f"a stop was {min(errors) * 1000:+.0f} to {max(errors) * 1000:+.0f} ms from where it said")
    assert max(errors) < 0.03  # nothing is left out by who goes on there
    assert min(errors) > -0.15


def test_a_program_that_was_suspended_goes_on_where_it_was(sink: NullSink, tmp_path: Path) -> None:
    sound = voice_like(2.0, 1)
    with sink.record() as recording, playing([sound], tmp_path, sink.full_environment) as player:
        player.tell("play")
        recording.wait_for_sound()
        recording.wait_for_samples(RATE // 2)
        player.freeze()
        recording.wait_for_silence(2.0)  # longer than a device may be silent
        player.thaw()
        assert player.wait_for("closed", "no_sound").name == "closed"
        recording.wait_for_silence()
        recorded = recording.samples
    assert "vanished" not in player.log.read_text()
    begun, _ = best_match(recorded, sound[: RATE // 4])
    ended, likeness = best_match(recorded, sound[-RATE // 4 :])
    assert likeness > 0.7  # a busy machine leaves holes
    assert ended - begun > len(sound) + RATE
    heard = np.count_nonzero(np.abs(recorded) > LOUD)
    assert heard == pytest.approx(np.count_nonzero(np.abs(sound) > LOUD), rel=0.01)  # nothing lost, nothing twice
