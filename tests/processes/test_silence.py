"""Falling silent: Ctrl-C, `--stop`, a killed client, a closed terminal, at any moment of an utterance."""

from __future__ import annotations

import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from common.errors import EXIT_STOPPED
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.pulse import NullSink, Recording
from tests.fakes.saying import saying
from tests.fakes.shared_daemon import SharedDaemon
from tests.fakes.terminal import Terminal
from tests.fakes.tones import followed, short_text, text_of_pieces, tones_of

pytestmark = pytest.mark.sound

AT_MOST = 2.0  # seconds from being told to silence, in the median of the tries
CUT_OFF = 8.0  # seconds, in each: a machine may stand still for a while, but it would sound for longer

LONG = f"{short_text()} {text_of_pieces(1)}"  # two pieces; 1.5 s at speed 2
LASTING = text_of_pieces(6, unlike=tones_of(LONG))  # 12 s: only who falls silent when told does so in time
NEXT = short_text(unlike=[*tones_of(LASTING), *tones_of(LONG)], words="Next text")
LASTS = 2.2  # seconds from starting `say` until it has spoken LONG and is gone


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory, shared_sink: NullSink) -> Iterator[SharedDaemon]:
    with SharedDaemon(tmp_path_factory.mktemp("shared"), shared_sink, tone_delay=0.1) as shared:
        yield shared


def moments(count: int, seed: int, until: float = LASTS) -> list[float | None]:
    """Return moments, in seconds after `say` was started: the first and the last None, for as soon as it sounds, so that
    something is measured on the slowest machine; the others random, from its very start to after its end."""
    chance = random.Random(seed)
    return [None, *(chance.uniform(0.0, until) for _ in range(count - 2)), None]


def spoken(number: int) -> tuple[str, ...]:
    """Return what a try says: every other one a text that may be through before it is told anything."""
    return ("-s", "2", LONG) if number % 2 else (LASTING,)


def await_moment(recording: Recording, moment: float | None) -> None:
    if moment is None:
        recording.wait_for_sound()
    else:
        time.sleep(moment)  # the random moment, not a wait


@dataclass
class Silence:
    """How long something was heard after it was told to be silent, try by try."""

    what: str
    tries: int = 0
    took: list[float] = field(default_factory=list)  # seconds, of the tries in which something sounded

    def measure(self, recording: Recording, told: float, heeded: float | None = None) -> None:
        """Wait until it is silent, and see for how long something was heard after `told` (monotonic seconds).

        Who told it may say from when on it has to be `heeded`.
        """
        recording.wait_for_silence(0.3)
        self.tries += 1
        last = recording.last_sound_time() or 0.0
        if last > told - 0.1:
            self.took.append(max(0.0, last - told))
        assert last < (heeded or told) + CUT_OFF

    def judge(self, figure: Callable[[str], None], at_most: float = AT_MOST) -> None:
        """Show the figures, and judge the median roughly: `benchmarks` do more, on a machine with nothing else to do."""
        assert self.took, "it did not sound in a single try"
        median = statistics.median_low(self.took)  # of two the better one
        assert median < at_most, self.took
        figure(
            f"silent {median * 1000:.0f} ms after {self.what} (median of {len(self.took)}; the aim is 200 ms; "
            f"at most {max(self.took) * 1000:.0f} ms; {self.tries} tries)"
        )


def assert_next_say_works(daemon: Daemon, recording: Recording) -> None:
    done = daemon.run_say("-s", "2", NEXT)
    recording.wait_for_silence(0.1)
    assert (done.returncode, done.stderr) == (0, b"")
    assert followed(recording.samples, tones_of(NEXT)) == tones_of(NEXT)


def signal_at(client: subprocess.Popen[bytes], recording: Recording, moment: float | None, number: int) -> float:
    """Send a signal when the moment has come; return when it was sent, in monotonic seconds."""
    await_moment(recording, moment)
    told = time.monotonic()
    client.send_signal(number)
    return told


def tells_the_rest(why: str, said: bytes) -> bool:
    """Return whether what was said is what was not spoken, or nothing if there was nothing yet or no more."""
    report = rf"""say: {why}\. Not spoken: ".+"( and [\d,]+ more characters?)?; 'say --continue' goes on there\.\n"""
    return said == b"" or re.fullmatch(report, said.decode()) is not None


def assert_ended_by(client: subprocess.Popen[bytes], number: int, moment: float | None) -> None:
    _, said = client.communicate(timeout=30)
    if number == signal.SIGINT and b"KeyboardInterrupt" in said:
        assert b"cli.py" not in said, said  # Python itself was still starting, before a line of ours had run
        return
    assert client.returncode in (-number, 0), (client.returncode, said, moment)
    assert said == b"" if number == signal.SIGKILL else tells_the_rest("stopped", said), (said, moment)
    if client.returncode == 0:
        assert moment is not None and moment > LASTS / 2, "it ended by itself before it can have spoken"


@pytest.mark.timeout(3600)
def test_ctrl_c_silences_at_any_moment(
    daemon: Daemon, sink: NullSink, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    silence = Silence("Ctrl-C")
    for number, moment in enumerate(moments(counts(8, 200), seed=1)):
        with sink.record() as recording, saying(daemon, *spoken(number)) as client:
            told = signal_at(client, recording, moment, signal.SIGINT)
            silence.measure(recording, told)
            assert_ended_by(client, signal.SIGINT, moment)
            assert_next_say_works(daemon, recording)
    silence.judge(figure)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_end_of_the_client_silences(
    daemon: Daemon,
    sink: NullSink,
    counts: Callable[[int, int], int],
    figure: Callable[[str], None],
    number: signal.Signals,
) -> None:
    silence = Silence(number.name)
    for turn, moment in enumerate(moments(counts(3, 50), seed=number)):
        with sink.record() as recording, saying(daemon, *spoken(turn)) as client:
            told = signal_at(client, recording, moment, number)
            silence.measure(recording, told)
            assert_ended_by(client, number, moment)
            assert_next_say_works(daemon, recording)
    silence.judge(figure)


def stop(daemon: Daemon, client: subprocess.Popen[bytes]) -> float | None:
    """Say `--stop` until there was something to stop; return when, in monotonic seconds. None: the client was through.

    What has not reached the daemon cannot be stopped: then it says so.
    """
    while True:
        told = time.monotonic()
        done = daemon.run_say("--stop")
        assert (done.returncode, done.stderr) == (0, b"")
        if done.stdout == b"stopped 1 utterance\n":
            return told
        assert done.stdout == b"nothing was speaking\n"
        if client.poll() is not None:
            return None


@pytest.mark.timeout(3600)
def test_stop_silences_at_any_moment(
    daemon: Daemon, sink: NullSink, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    silence = Silence("starting 'say --stop'")
    for number, moment in enumerate(moments(counts(8, 200), seed=2)):
        with sink.record() as recording, saying(daemon, *spoken(number)) as client:
            await_moment(recording, moment)
            told = stop(daemon, client)
            now = time.monotonic()  # `say` may take long to start, and none to stop speech
            silence.measure(recording, told or now, now)
            _, said = client.communicate(timeout=30)
            if client.returncode == 0:  # it was through, or had just been heard to its end
                assert said == b""
                assert followed(recording.samples, tones_of(LONG)) == tones_of(LONG)
            else:
                assert client.returncode == EXIT_STOPPED
                assert said == b"say: the speech was stopped.\n" or tells_the_rest("the speech was stopped", said), said
            assert_next_say_works(daemon, recording)
    silence.judge(figure, CUT_OFF)  # it begins with the start of a `say`


def test_stop_ends_who_waits_too(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, "-s", "0.5", text_of_pieces(8)) as speaking:
        recording.wait_for_sound()
        with saying(daemon, "-v", "bm_george", "hello") as waiting:
            eventually(lambda: [one.state for one in daemon.queue()][1:] == ["waiting"], "the second one waits")

            assert daemon.run_say("--stop").stdout == b"stopped 2 utterances\n"

            for client in (speaking, waiting):
                _, said = client.communicate(timeout=30)
                assert client.returncode == EXIT_STOPPED
                assert tells_the_rest("the speech was stopped", said), said
        assert_next_say_works(daemon, recording)
    assert daemon.run_say("--stop").stdout == b"nothing was speaking\n"


@pytest.mark.timeout(3600)
def test_ctrl_c_while_the_daemon_starts_is_obeyed(
    tmp_path: Path, sink: NullSink, counts: Callable[[int, int], int]
) -> None:
    for number, moment in enumerate(moments(counts(4, 50), seed=3, until=1.5)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with (
            Daemon(folder, start=False, environment=sink.environment) as daemon,
            sink.record() as recording,
            saying(daemon, LASTING) as client,
        ):
            told = signal_at(client, recording, moment, signal.SIGINT)
            assert_ended_by(client, signal.SIGINT, moment)
            assert time.monotonic() - told < 20.0  # it waits for nothing: a daemon has 30 s to start
            Silence("").measure(recording, told)
            assert_next_say_works(daemon, recording)


def test_closing_the_terminal_silences(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, LASTING) as terminal:
        recording.wait_for_sound()
        told = terminal.close()
        Silence("").measure(recording, told)
        assert terminal.process.wait(30) == -signal.SIGHUP
        assert_next_say_works(daemon, recording)


def test_ctrl_c_in_a_terminal_silences(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, LASTING) as terminal:
        recording.wait_for_sound()
        told = time.monotonic()
        terminal.enter("\x03")
        Silence("").measure(recording, told)
        assert terminal.wait() == -signal.SIGINT
        assert tells_the_rest("stopped", terminal.shown.replace("\r", "").encode())
        assert_next_say_works(daemon, recording)


def test_a_shell_loop_ends_with_ctrl_c(daemon: Daemon, sink: NullSink) -> None:
    """A shell goes on with its loop unless the program dies by the signal."""
    loop = f"for n in 1 2 3; do {sys.executable} -m say '{LASTING}'; done"
    with sink.record() as recording:
        shell = subprocess.Popen(
            ["bash", "-c", loop], cwd=daemon.folder, env=daemon.environment, start_new_session=True
        )
        recording.wait_for_sound()
        told = time.monotonic()
        os.killpg(shell.pid, signal.SIGINT)
        Silence("").measure(recording, told)
        assert shell.wait(30) == -signal.SIGINT
        recording.wait_for_silence(1.0)
