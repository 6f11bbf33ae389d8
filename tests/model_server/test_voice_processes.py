from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine, Mapping
from types import SimpleNamespace

import pytest

from common.errors import BadFrame, ConnectionLost, PeerLeaving, StartFailed
from common.messages.control import Located
from common.messages.synthesis import AskToLeave, AskVoiceStatus, Leave, Register, Registered, Retire, VoiceStatus
from model_server import voice_processes
from model_server.crashes import MOST_CRASHES
from model_server.spawning import Child
from model_server.voice_processes import PROMISE, VoiceProcesses
from tests.fakes.loops import run, settle, until

VOICES = ("af_heart", "af_bella", "bm_george", "am_adam", "bf_emma")


class Clock:
    """`time` for the module under test; stands still unless moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class FakeProcess:
    """A voice server's process, and its end of the control connection."""

    _pids = itertools.count(100)

    def __init__(self, voice: str, port: int, audio: Mapping[str, str]) -> None:
        self.voice = voice
        self.port = port or 5000
        self.audio = dict(audio)
        self.pid = next(self._pids)
        self.told: list[object] = []  # by the model server
        self._said: asyncio.Queue[object] = asyncio.Queue()  # to the model server
        self._status: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.closed = False

    # The process

    async def wait(self) -> int:
        return await asyncio.shield(self._status)

    def terminate(self) -> None:
        self.die(-15)

    def kill(self) -> None:
        self.die(-9)

    def die(self, status: int) -> None:
        if not self._status.done():
            self._status.set_result(status)
        self.say(None)

    @property
    def dead(self) -> bool:
        return self._status.done()

    # The connection

    def say(self, message: object) -> None:
        self._said.put_nowait(message)

    async def receive(self) -> tuple[object, bytes]:
        message = await self._said.get()
        if message is None:
            raise ConnectionLost("the peer went away")
        return message, b""

    async def send(self, message: object, raw: bytes = b"") -> None:
        self.told.append(message)

    def send_soon(self, message: object, raw: bytes = b"") -> None:
        self.told.append(message)

    def close(self) -> None:
        self.closed = True
        self.say(None)


class Stage:
    """VoiceProcesses over fake processes, which register by themselves unless `silent`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, most: int = 8, port_base: int = 0) -> None:
        self.clock = Clock()
        monkeypatch.setattr(voice_processes, "time", self.clock)
        self.sleeps: list[float] = []
        self.asking = asyncio.Event()  # set: time passes for those who wait for it
        monkeypatch.setattr(
            voice_processes,
            "asyncio",
            SimpleNamespace(**{**vars(asyncio), "sleep": self._sleep}),
        )
        self.voices = VoiceProcesses(self._spawn, self._end, lambda voice: f"{voice} said why", most, port_base)
        self.spawned: list[FakeProcess] = []
        self.ended: list[FakeProcess] = []
        self.silent = False
        self.deaths: list[int] = []  # statuses with which the next processes end before they register
        self._tasks: set[asyncio.Task[None]] = set()

    async def _sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        if seconds == voice_processes.ASK_PERIOD:
            await self.asking.wait()
        await asyncio.sleep(0)

    async def _spawn(self, voice: str, port: int, audio: Mapping[str, str]) -> FakeProcess:
        await asyncio.sleep(0)
        process = FakeProcess(voice, port, audio)
        self.spawned.append(process)
        if self.deaths:
            process.die(self.deaths.pop(0))
        elif not self.silent:
            asyncio.get_running_loop().call_soon(self.register, process)
        return process

    def register(self, process: FakeProcess) -> asyncio.Task[None]:
        register = Register(process.voice, process.port, process.pid)
        work: Coroutine[object, object, None] = self.voices.handle_register(process, register)  # type: ignore[arg-type]  # a fake connection
        task = asyncio.create_task(work)
        self._tasks.add(task)
        return task

    async def _end(self, process: Child) -> None:
        assert isinstance(process, FakeProcess)
        self.ended.append(process)
        await asyncio.sleep(0)
        process.die(0)

    async def close(self) -> None:
        await self.voices.end_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await settle()


def busy(count: int, idle: float = 0.0, spoken: int = 0) -> VoiceStatus:
    return VoiceStatus(count, idle, spoken, 0, 0)


def test_a_storm_of_clients_starts_one_process_a_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        storm = [stage.voices.locate(voice, {}) for voice in VOICES[:2] * 50]

        found = await asyncio.gather(*storm)

        assert len(stage.spawned) == 2 and len(set(found)) == 2
        assert stage.spawned[0].told[0] == Registered()
        await stage.close()

    run(test())


def test_the_audio_environment_of_the_first_client_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        await stage.voices.locate("af_heart", {"PULSE_SERVER": "here"})
        assert stage.spawned[0].audio == {"PULSE_SERVER": "here"}
        await stage.close()

    run(test())


def test_one_that_ends_with_a_reason_before_it_listens_is_reported_with_its_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        stage.deaths = [1]
        with pytest.raises(StartFailed, match="did not start") as caught:
            await stage.voices.locate("af_heart", {})
        assert "af_heart said why" in caught.value.hint
        # The next client gets a fresh one.
        assert (await stage.voices.locate("af_heart", {})).pid == stage.spawned[1].pid
        await stage.close()

    run(test())


def test_one_that_is_killed_while_it_starts_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        stage.deaths = [-9, -9]
        located = await stage.voices.locate("af_heart", {})
        assert located.pid == stage.spawned[2].pid
        await stage.close()

    run(test())


def test_crashes_are_answered_with_growing_pauses_and_in_the_end_with_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        stage.deaths = [-11] * (MOST_CRASHES + 1)
        with pytest.raises(StartFailed, match="again and again"):
            await stage.voices.locate("af_heart", {})
        assert len(stage.spawned) == MOST_CRASHES
        assert stage.sleeps == sorted(stage.sleeps) and stage.sleeps[-1] > 0.3

        stage.deaths = []
        with pytest.raises(StartFailed):  # still within the minute
            await stage.voices.locate("af_heart", {})
        await stage.voices.locate("af_bella", {})  # another voice is not concerned
        stage.clock.now += 61
        await stage.voices.locate("af_heart", {})
        await stage.close()

    run(test())


def test_an_utterance_finished_forgives_the_crashes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        for _ in range(MOST_CRASHES * 2):
            located = await stage.voices.locate("af_heart", {})
            process = stage.spawned[-1]
            assert located.pid == process.pid
            process.say(busy(0, spoken=1))
            await settle()
            process.die(-9)
            await settle()
        await stage.close()

    run(test())


def test_one_that_died_is_replaced_for_the_next_client(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        first = await stage.voices.locate("af_heart", {})
        stage.spawned[0].die(-9)
        await settle()
        second = await stage.voices.locate("af_heart", {})
        assert first.pid != second.pid and stage.spawned[0].closed
        await stage.close()

    run(test())


def test_one_that_never_registers_is_ended_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_processes, "START_DEADLINE", 0.02)

    async def test() -> None:
        stage = Stage(monkeypatch)
        stage.silent = True
        with pytest.raises(StartFailed, match="did not start in"):
            await stage.voices.locate("af_heart", {})
        assert stage.ended == stage.spawned
        await stage.close()

    run(test())


def test_one_that_does_not_answer_is_ended_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        await stage.voices.locate("af_heart", {})
        await until(lambda: AskVoiceStatus() in stage.spawned[0].told)
        stage.clock.now += voice_processes.ASK_DEADLINE + 1
        stage.asking.set()
        await until(lambda: stage.spawned[0].dead)
        assert (await stage.voices.locate("af_heart", {})).pid == stage.spawned[1].pid
        await stage.close()

    run(test())


def test_an_answer_is_proof_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        await stage.voices.locate("af_heart", {})
        await settle()
        stage.clock.now += voice_processes.ASK_DEADLINE + 1
        stage.spawned[0].say(busy(1))
        await settle()
        stage.asking.set()
        await settle()
        stage.asking.clear()
        assert not stage.ended and not stage.spawned[0].dead
        await stage.close()

    run(test())


# Leaving


def test_an_idle_one_may_leave_and_the_next_client_gets_a_fresh_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        await stage.voices.locate("af_heart", {})
        stage.clock.now += PROMISE + 0.1
        stage.spawned[0].say(AskToLeave())
        await settle()
        assert Leave() in stage.spawned[0].told
        # It is still there, finishing, and must not be given to anybody.
        assert (await stage.voices.locate("af_heart", {})).pid == stage.spawned[1].pid
        stage.spawned[0].die(0)
        await settle()
        assert (await stage.voices.locate("af_heart", {})).pid == stage.spawned[1].pid
        await stage.close()

    run(test())


def test_one_that_a_client_was_just_sent_to_may_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        await stage.voices.locate("af_heart", {})
        stage.clock.now += PROMISE * 0.9
        stage.spawned[0].say(AskToLeave())
        await settle()
        assert Leave() not in stage.spawned[0].told
        stage.clock.now += PROMISE
        stage.spawned[0].say(AskToLeave())
        await settle()
        assert Leave() in stage.spawned[0].told
        await stage.close()

    run(test())


def test_one_whose_sound_is_spoiled_leaves_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        await stage.voices.locate("af_heart", {})
        stage.spawned[0].say(Retire())
        await settle()
        assert Leave() in stage.spawned[0].told
        await stage.close()

    run(test())


def test_beyond_the_most_the_one_unused_longest_leaves_and_none_that_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch, most=3)
        for voice, status in zip(VOICES, (busy(1), busy(0, idle=50), busy(0, idle=90)), strict=False):
            await stage.voices.locate(voice, {})
            stage.spawned[-1].say(status)
        await settle()
        stage.clock.now += PROMISE + 1

        await stage.voices.locate(VOICES[3], {})

        assert [Leave() in process.told for process in stage.spawned] == [False, False, True, False]
        await stage.close()

    run(test())


def test_where_all_are_busy_there_is_room_for_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch, most=2)
        for voice in VOICES[:3]:
            await stage.voices.locate(voice, {})
            stage.spawned[-1].say(busy(1))
            await settle()
        assert len(stage.spawned) == 3 and not any(Leave() in process.told for process in stage.spawned)
        await stage.close()

    run(test())


def test_after_a_busy_spell_no_more_than_the_most_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch, most=2)
        for voice in VOICES[:3]:
            await stage.voices.locate(voice, {})
            stage.spawned[-1].say(busy(1))
            await settle()
        stage.clock.now += PROMISE + 1

        stage.spawned[1].say(busy(0, idle=5))
        await settle()
        stage.spawned[2].say(busy(0, idle=7))  # two stay by now, as many as there may be
        await settle()

        assert [Leave() in process.told for process in stage.spawned] == [False, True, False]
        await stage.close()

    run(test())


def test_fixed_ports_are_given_to_one_each(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch, port_base=7000)
        found = [await stage.voices.locate(voice, {}) for voice in VOICES[:3]]
        assert [one.port for one in found] == [7000, 7001, 7002]
        stage.spawned[1].die(0)
        await settle()
        assert (await stage.voices.locate(VOICES[3], {})).port == 7001
        await stage.close()

    run(test())


# The wire


@pytest.mark.parametrize("fault", ["unknown voice", "another pid", "twice"])
def test_a_registration_that_nobody_expects_is_refused(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        await stage.voices.locate("af_heart", {})
        stranger = FakeProcess("af_bella" if fault == "unknown voice" else "af_heart", 1, {})
        if fault == "twice":
            stranger.pid = stage.spawned[0].pid
        with pytest.raises(BadFrame):
            await stage.register(stranger)
        found = await stage.voices.locate("af_heart", {})
        assert found == Located("af_heart", 5000, stage.spawned[0].pid)
        await stage.close()

    run(test())


def test_one_whose_connection_breaks_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        await stage.voices.locate("af_heart", {})
        stage.spawned[0].say(None)
        await until(lambda: stage.spawned[0].dead)
        assert (await stage.voices.locate("af_heart", {})).pid == stage.spawned[1].pid
        await stage.close()

    run(test())


def test_the_end_of_the_daemon_ends_all_and_lets_those_who_wait_know(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        await stage.voices.locate("af_heart", {})
        stage.silent = True
        waiting = asyncio.create_task(stage.voices.locate("af_bella", {}))
        await until(lambda: len(stage.spawned) == 2)

        await stage.close()

        with pytest.raises((PeerLeaving, StartFailed)):
            await waiting
        assert all(process.dead for process in stage.spawned)

    run(test())


def test_reports_tell_what_each_said_last_and_underruns_of_the_dead_count(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        stage = Stage(monkeypatch)
        for voice in VOICES[:2]:
            await stage.voices.locate(voice, {})
        reporting = asyncio.create_task(stage.voices.reports())
        await settle()
        stage.spawned[0].say(VoiceStatus(1, 0.0, 5, 3, 1000))
        stage.spawned[1].say(VoiceStatus(0, 9.0, 2, 4, 2000))
        reports = await reporting
        assert [(one.voice, one.busy, one.spoken, one.underruns, one.memory) for one in reports] == [
            ("af_heart", 1, 5, 3, 1000),
            ("af_bella", 0, 2, 4, 2000),
        ]
        stage.spawned[1].die(0)
        await settle()
        assert stage.voices.underruns() == 7
        await stage.close()

    run(test())
