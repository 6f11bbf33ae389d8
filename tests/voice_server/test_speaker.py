from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from common.errors import NoSound
from tests.fakes.sound_device import BLOCK, FakeSoundDevice, Faults
from voice_server.playback import RATE, Samples
from voice_server.preroll import AWAKE, PREROLL
from voice_server.sound_server import Sink, SoundServer
from voice_server.sounding import REOPEN_TRY, STOP_LIMIT, TICK
from voice_server.speaker import ASK_LIMIT, OPEN_LIMIT, Speaker

PATIENCE = 50.0  # seconds


class Clock:
    """A clock that the test moves; while it runs, it moves with each reading, however busy the machine is."""

    def __init__(self) -> None:
        self.now = 100.0
        self.step = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


class Heard:
    """What the speaker reported."""

    def __init__(self, speaker: Speaker) -> None:
        self.playing: list[int] = []
        self.played: list[int] = []
        self.errors: list[NoSound] = []
        speaker.on_playing = self.playing.append
        speaker.on_played = self.played.append
        speaker.on_error = self.errors.append


async def no_server() -> SoundServer | None:
    """There is no sound server."""
    return None


def speaker_on(
    device: FakeSoundDevice,
    clock: Callable[[], float] = time.monotonic,
    ask_server: Callable[[], Awaitable[SoundServer | None]] = no_server,
) -> Speaker:
    return Speaker(device.load, clock, device.environment, ask_server)


def tone(samples: int, level: float = 0.5) -> Samples:
    return np.full(samples, level, dtype=np.float32)


def run(test: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(test, PATIENCE))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.002)


_LIMITS = (
    *("speaker.OPEN_LIMIT", "speaker.ASK_LIMIT", "sounding.START_LIMIT", "sounding.RESTART_LIMIT"),
    *("sounding.REOPEN_TRY", "sounding.STOP_LIMIT"),
)


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSoundDevice]:
    for limit in _LIMITS:  # else a machine that is busy for so long would be a device that hangs
        monkeypatch.setattr(f"voice_server.{limit}", PATIENCE)
    device = FakeSoundDevice()
    yield device
    device.release()


@asynccontextmanager
async def opened(device: FakeSoundDevice, clock: Callable[[], float] = time.monotonic) -> AsyncIterator[Speaker]:
    speaker = speaker_on(device, clock)
    await speaker.open()
    try:
        yield speaker
    finally:
        await speaker.stop()


async def play_blocks(device: FakeSoundDevice, clock: Clock, count: int) -> None:
    """Let the device take and play blocks, as it would in the time that they take."""
    for _ in range(count):
        device.stream.step()
        clock.now += BLOCK / RATE
        await asyncio.sleep(0)


async def started(device: FakeSoundDevice) -> None:
    await until(lambda: device.stream.started)


def test_what_is_played_reaches_the_device_unchanged(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.paced = True
        rng = np.random.default_rng(1)
        pieces = [rng.uniform(-0.5, 0.5, 1_000).astype(np.float32) for _ in range(3)]
        async with opened(device) as speaker:
            for index, piece in enumerate(pieces):
                speaker.play(index, piece)
            speaker.finish()
            await speaker.drained()
            assert speaker.position == 3_000
            assert (speaker.starved, speaker.underflows) == (0, 0)
        assert np.array_equal(device.stream.played[:3_000, 0], np.concatenate(pieces))
        assert not device.stream.played[3_000:].any()

    run(test())


def test_a_piece_is_over_before_the_next_one_sounds(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.paced = True
        reports: list[str] = []
        async with opened(device) as speaker:
            speaker.on_playing = lambda index: reports.append(f"{index} begins")
            speaker.on_played = lambda index: reports.append(f"{index} ends")
            for index in range(3):
                speaker.play(index, tone(700))
            speaker.finish()
            await speaker.drained()
        assert reports == ["0 begins", "0 ends", "1 begins", "1 ends", "2 begins", "2 ends"]

    run(test())


def test_a_device_at_24_khz_gets_mono_float_at_that_rate(device: FakeSoundDevice) -> None:
    async def test() -> None:
        async with opened(device) as speaker:
            assert (device.stream.rate, device.stream.channels) == (RATE, 1)
            assert speaker.device_name == "fake"

    run(test())


def test_a_device_that_refuses_mono_gets_two_channels(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.faults.refuse_mono = True
        async with opened(device) as speaker:
            assert (device.stream.rate, device.stream.channels) == (RATE, 2)
            speaker.play(0, tone(BLOCK))
            await started(device)
            assert np.array_equal(device.stream.step(), np.full((BLOCK, 2), 0.5, np.float32))

    run(test())


@pytest.mark.parametrize("refuse_mono", [False, True])
def test_a_device_that_knows_only_its_own_rate_gets_resampled_sound(device: FakeSoundDevice, refuse_mono: bool) -> None:
    async def test() -> None:
        device.faults = Faults(refused_rates=frozenset({24_000, 48_000}), refuse_mono=refuse_mono)
        wave = (0.5 * np.sin(np.arange(RATE // 2) * 2 * np.pi * 440 / RATE)).astype(np.float32)
        async with opened(device) as speaker:
            assert (device.stream.rate, device.stream.channels) == (44_100, 2 if refuse_mono else 1)
            speaker.play(0, wave)
            await started(device)
            heard = device.stream.step(22_050)[:, 0]
            assert speaker.position == len(wave)
        expected = 0.5 * np.sin(np.arange(22_050) * 2 * np.pi * 440 / 44_100)
        assert np.max(np.abs(heard - expected)[500:-500]) < 0.005

    run(test())


def test_the_device_starts_with_the_first_piece(device: FakeSoundDevice) -> None:
    async def test() -> None:
        async with opened(device) as speaker:
            await asyncio.sleep(0)
            assert not device.stream.started
            speaker.play(0, tone(BLOCK))
            await started(device)
            assert device.stream.step().all()

    run(test())


def test_pieces_are_reported_when_their_first_and_last_samples_are_heard(device: FakeSoundDevice) -> None:
    async def test() -> None:
        clock = Clock()
        device.delay = 0.15  # of sound lie in the device's buffer, each time
        async with opened(device, clock) as speaker:
            heard = Heard(speaker)
            speaker.play(0, tone(5 * BLOCK))
            speaker.play(1, tone(5 * BLOCK))
            await started(device)
            await play_blocks(device, clock, 7)
            await asyncio.sleep(3 * TICK)
            assert (heard.playing, speaker.heard()) == ([], None)  # 0.14 s: the first sample is not yet through
            await play_blocks(device, clock, 1)
            await until(lambda: heard.playing == [0])
            assert speaker.heard() == (0, BLOCK // 2)
            await play_blocks(device, clock, 4)
            await asyncio.sleep(3 * TICK)
            assert (heard.playing, heard.played) == ([0], [])
            await play_blocks(device, clock, 1)
            await until(lambda: (heard.playing, heard.played) == ([0, 1], [0]))
            assert speaker.heard() == (1, BLOCK // 2)
            await play_blocks(device, clock, 5)
            await until(lambda: heard.played == [0, 1])
            assert speaker.heard() == (1, 5 * BLOCK)

    run(test())


def test_drained_returns_only_when_the_last_sample_was_heard(device: FakeSoundDevice) -> None:
    async def test() -> None:
        clock = Clock()
        device.delay = 0.1
        async with opened(device, clock) as speaker:
            heard = Heard(speaker)
            speaker.play(0, tone(BLOCK))
            speaker.finish()
            drained = asyncio.create_task(speaker.drained())
            await started(device)
            await play_blocks(device, clock, 5)
            await asyncio.sleep(3 * TICK)
            assert not drained.done()
            await play_blocks(device, clock, 1)
            await drained
            assert heard.played == [0]

    run(test())


def test_close_lets_everything_sound_before_the_device_is_freed(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.paced = True
        speaker = speaker_on(device)
        await speaker.open()
        heard = Heard(speaker)
        speaker.play(0, tone(3 * BLOCK))
        await speaker.close()
        assert heard.played == [0]
        assert int(np.count_nonzero(device.stream.played)) == 3 * BLOCK
        assert device.stream.closed

    run(test())


def test_stop_fades_out_and_frees_the_device(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.faults.hanging = frozenset({"abort"})
        async with opened(device) as speaker:
            speaker.play(0, tone(100 * BLOCK))
            await started(device)
            device.stream.step()
            stopping = asyncio.create_task(speaker.stop())
            await until(device.hanging.is_set)
            faded = device.stream.step()[:, 0]
            assert np.all(np.diff(faded[:192]) < 0)
            assert not faded[192:].any()
            device.release()
            await stopping
            assert device.stream.closed
            assert not speaker.needs_new_process

    run(test())


def test_stop_ends_the_wait_for_the_end(device: FakeSoundDevice) -> None:
    async def test() -> None:
        async with opened(device) as speaker:
            speaker.play(0, tone(BLOCK))
            drained = asyncio.create_task(speaker.drained())
            await started(device)
            await speaker.stop()
            await drained
            speaker.play(1, tone(BLOCK))  # comes too late and does no harm
            assert not speaker.is_open

    run(test())


def test_stop_of_a_hanging_device_returns_soon_and_asks_for_a_new_process(
    device: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_server.sounding.STOP_LIMIT", STOP_LIMIT)

    async def test() -> None:
        device.faults.hanging = frozenset({"abort"})
        speaker = speaker_on(device)
        await speaker.open()
        speaker.play(0, tone(BLOCK))
        await started(device)
        began = time.monotonic()
        await speaker.stop()
        assert time.monotonic() - began < PATIENCE / 2  # it hangs for ever
        assert speaker.needs_new_process
        with pytest.raises(NoSound, match="does not answer"):
            await speaker.open()

    run(test())


def test_one_speaker_plays_one_utterance_after_the_other(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.paced = True
        speaker = speaker_on(device)
        for _ in range(3):
            await speaker.open()
            speaker.play(0, tone(BLOCK))
            await speaker.close()
            assert speaker.position == BLOCK
        assert len(device.streams) == 3
        assert device.resets == 0

    run(test())


def test_a_changed_default_device_is_found_where_no_sound_server_follows_it(
    device: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        speaker = speaker_on(device)
        for _ in range(3):
            await speaker.open()
            await speaker.stop()
        assert device.resets == 2

    monkeypatch.setattr("sys.platform", "darwin")
    run(test())


def test_missing_portaudio_is_named_with_its_remedy(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.faults.missing_library = True
        with pytest.raises(NoSound, match="PortAudio") as caught:
            await speaker_on(device).open()
        assert "say -o out.wav" in caught.value.hint

    run(test())


def test_no_device_is_no_sound_with_a_way_out(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.faults.no_device = True
        with pytest.raises(NoSound, match="no sound device") as caught:
            await speaker_on(device).open()
        assert "say -o out.wav" in caught.value.hint

    run(test())


def test_a_probe_finds_out_what_open_would(device: FakeSoundDevice) -> None:
    async def test() -> None:
        speaker = speaker_on(device)
        await speaker.probe()
        assert not device.streams
        device.faults.no_device = True
        with pytest.raises(NoSound, match="no sound device"):
            await speaker.probe()

    run(test())


def test_a_probe_for_the_next_utterance_leaves_an_open_device_alone(
    device: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")  # where each look for devices starts PortAudio anew

    async def test() -> None:
        speaker = speaker_on(device)
        await speaker.probe()
        device.faults.hanging = frozenset({"open"})
        opening = asyncio.create_task(speaker.open())
        await until(device.hanging.is_set)
        probing = asyncio.create_task(speaker.probe())
        await asyncio.sleep(0)
        begun = device.resets
        device.release()
        await asyncio.gather(opening, probing)
        assert device.resets == begun
        await speaker.stop()

    run(test())


def test_a_device_that_came_later_is_found(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.faults = Faults(no_device=True, devices_appear_on_reset=True)
        async with opened(device):
            assert device.resets == 1

    run(test())


def test_a_device_that_cannot_be_opened_says_why(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.faults.failing_opens = 1_000
        speaker = speaker_on(device)
        with pytest.raises(NoSound, match="Device unavailable"):
            await speaker.open()
        device.faults.failing_opens = 0
        await speaker.open()
        await speaker.stop()

    run(test())


def test_a_device_that_does_not_start_is_reported(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.faults.failing_start = True
        async with opened(device) as speaker:
            heard = Heard(speaker)
            speaker.play(0, tone(BLOCK))
            with pytest.raises(NoSound, match="does not start"):
                await speaker.drained()
            assert len(heard.errors) == 1

    run(test())


@pytest.mark.parametrize("call", ["load", "open"])
def test_opening_a_hanging_device_fails_in_time(
    device: FakeSoundDevice, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert OPEN_LIMIT <= 3
    monkeypatch.setattr("voice_server.speaker.OPEN_LIMIT", 0.5)

    async def test() -> None:
        device.faults.hanging = frozenset({call})
        speaker = speaker_on(device)
        began = time.monotonic()
        with pytest.raises(NoSound, match="does not answer"):
            await speaker.open()
        assert time.monotonic() - began < PATIENCE / 2  # it hangs for ever
        assert speaker.needs_new_process
        device.release()
        if call == "open":  # what opens too late is closed again
            await until(lambda: bool(device.streams) and device.stream.closed)

    run(test())


def test_a_cancelled_opening_leaves_no_stream_open(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.faults.hanging = frozenset({"open"})
        speaker = speaker_on(device)
        opening = asyncio.create_task(speaker.open())
        await until(device.hanging.is_set)
        opening.cancel()
        await asyncio.wait({opening})
        device.release()
        await until(lambda: bool(device.streams) and device.stream.closed)
        assert not speaker.needs_new_process

    run(test())


async def stall(clock: Clock, condition: Callable[[], bool]) -> float:
    """Let time pass without a call of the callback until `condition` holds; return the seconds that took."""
    began, clock.step = clock.now, 0.05
    await until(condition)
    clock.step = 0.0
    return clock.now - began


@pytest.mark.parametrize("told", [False, True])
def test_a_vanished_device_is_replaced_and_nothing_is_left_out(device: FakeSoundDevice, told: bool) -> None:
    async def test() -> None:
        clock = Clock()
        device.delay = 2 * BLOCK / RATE  # what lies in the buffer of a device that vanishes, nobody hears
        sound: Samples = np.linspace(0.1, 0.9, 10 * BLOCK, dtype=np.float32)
        async with opened(device, clock) as speaker:
            heard = Heard(speaker)
            speaker.play(0, sound[: 5 * BLOCK])
            speaker.play(1, sound[5 * BLOCK :])
            speaker.finish()
            await started(device)
            first = device.stream
            await play_blocks(device, clock, 8)
            await until(lambda: (heard.playing, heard.played) == ([0, 1], [0]))
            first.vanish(tell=told)
            waited = await stall(clock, lambda: len(device.streams) == 2 and device.stream.started)
            assert told or waited > 1.0
            assert first.closed
            assert device.resets == 1
            await play_blocks(device, clock, 1)
            assert speaker.heard() == (
                0,
                5 * BLOCK,
            )  # when it was last asked for a block, two of seven lay in the buffer
            await play_blocks(device, clock, 8)
            await speaker.drained()
            assert heard.playing == heard.played == [0, 1]
            assert heard.errors == []
        assert np.array_equal(first.played[:, 0], sound[: 8 * BLOCK])
        assert np.array_equal(device.stream.played[: 5 * BLOCK, 0], sound[5 * BLOCK :])

    run(test())


def test_the_last_word_is_not_lost_with_a_device_that_vanishes_while_it_holds_it(device: FakeSoundDevice) -> None:
    async def test() -> None:
        clock = Clock()
        device.delay = 6 * BLOCK / RATE
        async with opened(device, clock) as speaker:
            heard = Heard(speaker)
            speaker.play(0, tone(10 * BLOCK))
            speaker.finish()
            await started(device)
            await play_blocks(device, clock, 10)
            await until(lambda: heard.playing == [0])
            device.stream.vanish()
            await stall(clock, lambda: len(device.streams) == 2 and device.stream.started)
            assert heard.played == []
            await play_blocks(device, clock, 14)
            await speaker.drained()
            assert (heard.playing, heard.played) == ([0], [0])
            assert np.count_nonzero(device.stream.played) == 7 * BLOCK

    run(test())


def test_a_device_that_vanishes_twice_is_given_up(device: FakeSoundDevice) -> None:
    async def test() -> None:
        async with opened(device) as speaker:
            heard = Heard(speaker)
            speaker.play(0, tone(100 * BLOCK))
            await started(device)
            device.stream.vanish(tell=True)
            await until(lambda: len(device.streams) == 2 and device.stream.started)
            device.stream.vanish(tell=True)
            with pytest.raises(NoSound, match="vanished again"):
                await speaker.drained()
            assert [error.code for error in heard.errors] == ["no_sound"]

    run(test())


def test_a_device_that_never_takes_more_than_a_buffer_is_given_up(device: FakeSoundDevice) -> None:
    async def test() -> None:
        clock = Clock()
        device.first_blocks = 3
        async with opened(device, clock) as speaker:
            speaker.play(0, tone(100 * BLOCK))
            await started(device)
            drained = asyncio.create_task(speaker.drained())
            assert await stall(clock, drained.done) < 3.5
            with pytest.raises(NoSound, match="takes no sound"):
                await drained
            assert len(device.streams) == 1

    run(test())


def test_a_device_that_vanishes_for_good_blocks_nobody_for_long(
    device: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_server.sounding.REOPEN_PAUSE", 0.02)

    async def test() -> None:
        clock = Clock()
        async with opened(device, clock) as speaker:
            heard = Heard(speaker)
            speaker.play(0, tone(100 * BLOCK))
            await started(device)
            await play_blocks(device, clock, 1)
            await until(lambda: heard.playing == [0])
            await play_blocks(device, clock, 1)
            device.faults.no_device = True
            device.stream.vanish()
            drained = asyncio.create_task(speaker.drained())
            assert await stall(clock, drained.done) < 3.5
            with pytest.raises(NoSound, match="vanished"):
                await drained

    run(test())


def test_a_vanished_device_that_hangs_blocks_nobody_for_long(
    device: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_server.sounding.REOPEN_TRY", REOPEN_TRY)

    async def test() -> None:
        device.faults.hanging = frozenset({"abort"})
        async with opened(device) as speaker:
            speaker.play(0, tone(100 * BLOCK))
            await started(device)
            device.stream.vanish(tell=True)
            began = time.monotonic()
            with pytest.raises(NoSound, match="does not answer"):
                await speaker.drained()
            assert time.monotonic() - began < PATIENCE / 2  # it hangs for ever
            assert speaker.needs_new_process

    run(test())


def test_stop_while_the_device_is_replaced_leaves_no_stream_open(device: FakeSoundDevice) -> None:
    async def test() -> None:
        speaker = speaker_on(device)
        await speaker.open()
        speaker.play(0, tone(100 * BLOCK))
        await started(device)
        device.faults.hanging = frozenset({"open"})
        device.stream.vanish(tell=True)
        await until(device.hanging.is_set)
        stopping = asyncio.create_task(speaker.stop())
        await asyncio.sleep(0)
        device.release()
        await stopping
        assert not speaker.needs_new_process
        await until(lambda: len(device.streams) == 2 and all(stream.closed for stream in device.streams))

    run(test())


def test_an_idle_device_is_not_taken_for_a_dead_one(device: FakeSoundDevice) -> None:
    async def test() -> None:
        clock = Clock()
        async with opened(device, clock) as speaker:
            heard = Heard(speaker)
            speaker.play(0, tone(BLOCK))
            await started(device)
            device.stream.step()
            began = clock.now
            await stall(clock, lambda: clock.now > began + 5)
            assert heard.played == [0]
            assert len(device.streams) == 1

    run(test())


def test_underruns_are_told_apart_and_logged(device: FakeSoundDevice, caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with opened(device) as speaker:
            speaker.play(0, tone(BLOCK))
            await started(device)
            device.stream.step(underflow=True)  # before the first sample: nobody hears it
            device.stream.step(underflow=True)
            assert (speaker.starved, speaker.underflows) == (1, 1)
            await until(lambda: "ran dry" in caplog.text)

    with caplog.at_level(logging.WARNING):
        run(test())


def test_a_fault_in_the_callback_becomes_an_error(device: FakeSoundDevice, caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with opened(device) as speaker:
            speaker.play(0, np.zeros((4, 4), dtype=np.float32))  # of a shape that nobody may pass
            await started(device)
            assert not device.stream.step().any()
            with pytest.raises(NoSound, match="playing failed"):
                await speaker.drained()

    run(test())
    assert "the audio callback failed" in caplog.text


def test_a_fault_in_a_listener_becomes_an_error(device: FakeSoundDevice) -> None:
    async def test() -> None:
        async with opened(device) as speaker:
            speaker.on_playing = lambda index: [][index]
            speaker.play(0, tone(BLOCK))
            await started(device)
            device.stream.step()
            with pytest.raises(NoSound, match="playing failed"):
                await speaker.drained()

    run(test())


def test_a_sink_that_takes_everything_at_once_is_slowed_down(device: FakeSoundDevice) -> None:
    async def test() -> None:
        async with opened(device) as speaker:
            speaker.play(0, tone(10 * RATE))
            await started(device)
            began = time.monotonic()
            device.stream.step(RATE)
            assert not speaker.plays_into_nothing
            device.stream.step(RATE)
            assert time.monotonic() - began > 0.9
            assert speaker.plays_into_nothing

    run(test())


def test_what_is_cut_falls_silent_and_is_not_reported(device: FakeSoundDevice) -> None:
    async def test() -> None:
        clock = Clock()
        device.delay = 0.0
        async with opened(device, clock) as speaker:
            heard = Heard(speaker)
            speaker.play(0, tone(2 * BLOCK))
            speaker.play(1, tone(4 * BLOCK))
            speaker.play(2, tone(4 * BLOCK))
            drained = asyncio.create_task(speaker.drained())
            await started(device)
            await play_blocks(device, clock, 3)
            await until(lambda: heard.playing == [0, 1])
            assert speaker.cut() == (1, BLOCK)
            await drained
            await play_blocks(device, clock, 3)
            assert not device.stream.played[4 * BLOCK :].any()
            speaker.play(3, tone(2 * BLOCK))
            speaker.finish()
            await play_blocks(device, clock, 4)
            await speaker.drained()
            assert (heard.playing, heard.played) == ([0, 1, 3], [0, 3])
            assert device.stream.played[6 * BLOCK : 8 * BLOCK].all()
            assert speaker.starved == 0
            assert len(device.streams) == 1

    run(test())


def test_what_goes_on_in_the_middle_is_not_announced_again(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.paced = True
        async with opened(device) as speaker:
            heard = Heard(speaker)
            speaker.play(4, tone(3 * BLOCK), announced=True)
            speaker.finish()
            await speaker.drained()
            assert (heard.playing, heard.played) == ([], [4])

    run(test())


def test_a_stop_keeps_the_place_that_was_heard(device: FakeSoundDevice) -> None:
    async def test() -> None:
        clock = Clock()
        device.delay = 2 * BLOCK / RATE
        speaker = speaker_on(device, clock)
        assert speaker.heard() is None
        await speaker.open()
        speaker.play(0, tone(20 * BLOCK))
        await started(device)
        assert speaker.heard() is None
        await play_blocks(device, clock, 7)
        await speaker.stop()
        assert speaker.heard() == (0, 5 * BLOCK)
        await speaker.open()
        assert speaker.heard() is None
        await speaker.stop()

    run(test())


SERVER = SoundServer("here", (Sink("here", "Speakers", True), Sink("bluez_output.1", "Acme Phones", True)))


def answering(server: SoundServer) -> Callable[[], Awaitable[SoundServer]]:
    async def answer() -> SoundServer:
        await asyncio.sleep(0)
        return server

    return answer


def test_a_sink_of_the_sound_server_is_played_on_through_its_plug_in(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.names = ("default", "pulse")
        speaker = speaker_on(device, ask_server=answering(SERVER))
        await speaker.open("phones")
        assert (device.stream.device, device.stream.sink) == (2, "bluez_output.1")
        assert speaker.device_name == "bluez_output.1"
        assert device.environment == {}
        await speaker.stop()
        device.environment["PULSE_SINK"] = "mine"
        await speaker.open("here")
        assert device.stream.sink == "here"
        assert device.environment == {"PULSE_SINK": "mine"}
        await speaker.stop()

    run(test())


def test_a_sink_is_never_replaced_by_what_alsa_has(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.names = ("default",)
        speaker = speaker_on(device, ask_server=answering(SERVER))
        with pytest.raises(NoSound, match="way to the sound server"):
            await speaker.open("phones")
        assert device.streams == []

    run(test())


@pytest.mark.parametrize("name", ["HDA Analog (hw:0,0)", "analog", "hda ANALOG"])
def test_a_device_of_portaudio_is_found_by_its_name(device: FakeSoundDevice, name: str) -> None:
    async def test() -> None:
        device.names = ("default", "HDA Analog (hw:0,0)", "USB Box (hw:1,0)")
        speaker = speaker_on(device)
        await speaker.probe(name)
        await speaker.open(name)
        assert device.stream.device == 2
        await speaker.stop()

    run(test())


def test_an_unknown_device_is_named_with_those_that_there_are(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.names = ("default", "HDA Analog (hw:0,0)", "HDA Digital (hw:0,1)")
        speaker = speaker_on(device)
        for name, reason in (("kitchen", "no sound device 'kitchen'"), ("hda", "several sound devices fit 'hda'")):
            with pytest.raises(NoSound, match=reason) as caught:
                await speaker.open(name)
            assert "'HDA Analog (hw:0,0)', 'HDA Digital (hw:0,1)'" in caught.value.hint
            with pytest.raises(NoSound, match=reason):
                await speaker.probe(name)
        assert device.streams == []

    run(test())


def test_a_named_device_that_was_connected_since_is_found(device: FakeSoundDevice) -> None:
    async def test() -> None:
        speaker = speaker_on(device)
        await speaker.open()
        await speaker.stop()
        device.late_names = ("USB Box",)
        await speaker.open("usb")
        assert device.stream.device == 2
        await speaker.stop()

    run(test())


def test_a_named_device_that_vanishes_is_not_replaced_by_another(
    device: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_server.sounding.REOPEN_LIMIT", 0.1)
    monkeypatch.setattr("voice_server.sounding.REOPEN_PAUSE", 0.02)

    async def test() -> None:
        device.names = ("default", "USB Box")
        speaker = speaker_on(device)
        await speaker.open("usb")
        speaker.play(0, tone(100 * BLOCK))
        await started(device)
        device.names = ("default",)
        device.stream.vanish(tell=True)
        with pytest.raises(NoSound, match="vanished, and the sound device 'USB Box' is gone"):
            await speaker.drained()
        assert len(device.streams) == 1
        await speaker.stop()

    run(test())


def test_devices_are_listed_with_the_default_one(device: FakeSoundDevice) -> None:
    async def test() -> None:
        device.names, device.late_names = ("default", "pulse"), ("USB Box",)
        speaker = speaker_on(device, ask_server=answering(SERVER))
        await speaker.probe()
        listed = [(each.name, each.description, each.default) for each in await speaker.devices()]
        assert listed == [
            ("here", "Speakers", True),
            ("bluez_output.1", "Acme Phones", False),
            ("default", "default", False),
            ("pulse", "pulse", False),
            ("USB Box", "USB Box", False),
        ]
        async with asyncio.timeout(PATIENCE):
            await speaker.open()
            await speaker.devices()  # leaves the open stream alone
            await speaker.stop()

    run(test())


def silence_ahead(device: FakeSoundDevice) -> int:
    """Return how many frames of silence came ahead of the sound."""
    return int(np.flatnonzero(device.stream.played[:, 0])[0])


def test_only_a_device_that_slept_gets_a_pre_roll(device: FakeSoundDevice) -> None:
    async def test() -> None:
        clock = Clock()
        speaker = speaker_on(device, clock, answering(SERVER))
        device.names, device.delay = ("default", "pulse"), 0.0
        pauses = [(0.0, True), (AWAKE - 1, False), (AWAKE + 1, True)]
        for pause, slept in pauses:
            clock.now += pause
            await speaker.open("phones", "auto")
            speaker.play(0, tone(BLOCK))
            speaker.finish()
            await started(device)
            await play_blocks(device, clock, 20)
            await speaker.drained()
            assert silence_ahead(device) == (round(PREROLL * RATE) if slept else 0)
            assert speaker.position == BLOCK
            assert speaker.heard() == (0, BLOCK)
            assert speaker.starved == speaker.underflows == 0
            await speaker.stop()

    run(test())


@pytest.mark.parametrize(
    ("name", "mode", "slept"),
    [
        ("Built-in Output", "auto", False),
        ("Built-in Output", "always", True),
        ("AirPods Pro", "auto", True),
        ("AirPods Pro", "never", False),
    ],
)
def test_without_a_sound_server_the_name_tells_whether_a_device_sleeps(
    device: FakeSoundDevice, name: str, mode: str, slept: bool
) -> None:
    async def test() -> None:
        clock = Clock()
        device.names = (name,)
        speaker = speaker_on(device, clock)
        await speaker.open(preroll=mode)
        speaker.play(0, tone(BLOCK))
        await started(device)
        await play_blocks(device, clock, 15)
        assert silence_ahead(device) == (round(PREROLL * RATE) if slept else 0)
        await speaker.stop()

    run(test())


def test_many_that_begin_at_once_ask_the_sound_server_once(device: FakeSoundDevice) -> None:
    """Each question starts two processes: fifty that queued up started a hundred."""

    async def test() -> None:
        asked = 0
        answer = asyncio.Event()

        async def slow_server() -> SoundServer | None:
            nonlocal asked
            asked += 1
            await answer.wait()
            return SERVER

        speaker = speaker_on(device, ask_server=slow_server)
        await asyncio.gather(*(speaker.probe() for _ in range(50)))
        assert asked == 1
        answer.set()

    run(test())


def test_a_sound_server_that_does_not_answer_holds_up_nobody(
    device: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        never = asyncio.Event()

        async def silent_server() -> SoundServer | None:
            await never.wait()
            return None

        speaker = speaker_on(device, ask_server=silent_server)
        began = time.monotonic()
        await speaker.probe()
        await speaker.open()
        assert time.monotonic() - began < PATIENCE / 2  # it never answers
        await speaker.stop()

    monkeypatch.setattr("voice_server.speaker.ASK_LIMIT", ASK_LIMIT)
    run(test())
